# rx_fuzz(NAME LIBS...): tests/fuzz/NAME.c holds LLVMFuzzerTestOneInput. With RXMAP_FUZZ (clang) it
# is a libFuzzer target; always, its corpus in tests/fuzz/corpus/NAME runs as a plain test.
option(RXMAP_FUZZ "libFuzzer targets (needs clang)" OFF)
if(RXMAP_FUZZ)
  target_compile_options(rx_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(rx_fuzz name)
  if(RXMAP_FUZZ)
    add_executable(fuzz_${name} ${name}.c)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(fuzz_${name} ${name}.c replay.c)
  endif()
  target_link_libraries(fuzz_${name} PRIVATE rx_flags ${ARGN})
  add_test(NAME fuzz_${name}
           COMMAND fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
endfunction()
