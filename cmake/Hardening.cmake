# What a program that reads a hostile web is built with.
option(RXMAP_HARDEN "Hardening flags of a release" OFF)
if(RXMAP_HARDEN)
  target_compile_options(rx_flags INTERFACE -fstack-protector-strong -fstack-clash-protection
                         -fcf-protection -fPIE -ftrivial-auto-var-init=zero
                         $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  target_link_options(rx_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
