# C17 and the warnings that the house holds to; errors in development (RXMAP_WERROR).
option(RXMAP_WERROR "Warnings are errors" OFF)
set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON) # gnu17: statement of POSIX and GNU calls without feature macros
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_library(rx_flags INTERFACE)
target_compile_definitions(rx_flags INTERFACE _GNU_SOURCE RXMAP_VERSION="${PROJECT_VERSION}")
target_include_directories(rx_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(rx_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
  -Wformat=2 -Wnull-dereference $<$<BOOL:${RXMAP_WERROR}>:-Werror>)
