# Data files become bytes of the program, so that a binary needs no data folder and a run's tables
# are those of its version.
#
#   rx_embed(TARGET SYMBOL FILE...)   adds `const unsigned char SYMBOL_<name>[]` and
#                                     `const size_t SYMBOL_<name>_bytes` for each FILE to TARGET;
#                                     <name> is the file's name without its ending.
if(CMAKE_SCRIPT_MODE_FILE)
  # The build step itself: cmake -DIN=... -DOUT=... -DSYMBOL=... -P Embed.cmake
  file(READ ${IN} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  file(WRITE ${OUT} "#include <stddef.h>\n"
       "extern const unsigned char ${SYMBOL}[];\nextern const size_t ${SYMBOL}_bytes;\n"
       "const unsigned char ${SYMBOL}[] = {\n${hex}0};\n"
       "const size_t ${SYMBOL}_bytes = sizeof ${SYMBOL} - 1;\n")
  return()
endif()

set(RX_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(rx_embed target symbol)
  foreach(file IN LISTS ARGN)
    get_filename_component(name ${file} NAME_WE)
    get_filename_component(path ${file} ABSOLUTE)
    set(out ${CMAKE_CURRENT_BINARY_DIR}/${symbol}_${name}.c)
    add_custom_command(OUTPUT ${out} DEPENDS ${path} ${RX_EMBED_SCRIPT}
      COMMAND ${CMAKE_COMMAND} -DIN=${path} -DOUT=${out} -DSYMBOL=${symbol}_${name}
              -P ${RX_EMBED_SCRIPT} VERBATIM)
    target_sources(${target} PRIVATE ${out})
  endforeach()
endfunction()
