# RXMAP_SANITIZE: a comma list for -fsanitize= ("address,undefined", "thread").
set(RXMAP_SANITIZE "" CACHE STRING "Sanitizers")
option(RXMAP_COVERAGE "Instrument for gcov" OFF)
if(RXMAP_SANITIZE)
  target_compile_options(rx_flags INTERFACE -fsanitize=${RXMAP_SANITIZE} -fno-omit-frame-pointer
                         -fno-sanitize-recover=all)
  target_link_options(rx_flags INTERFACE -fsanitize=${RXMAP_SANITIZE})
  target_compile_definitions(rx_flags INTERFACE RXMAP_SANITIZED=1)
endif()
if(RXMAP_COVERAGE)
  target_compile_options(rx_flags INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(rx_flags INTERFACE --coverage)
endif()
