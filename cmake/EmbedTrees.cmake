# SPDX-License-Identifier: GPL-2.0-only
#
# cmake -DOUT=<header> -DDTBS=<dtb>[,<dtb>...] -P EmbedTrees.cmake
#
# Writes device trees as C arrays, aligned as libfdt wants them: tree_<name>.

set(text "/* Made by the build. */\n")
string(REPLACE "," ";" DTBS "${DTBS}")
foreach(dtb IN LISTS DTBS)
  cmake_path(GET dtb STEM name)
  string(MAKE_C_IDENTIFIER ${name} name)
  file(READ ${dtb} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," hex "${hex}")
  string(APPEND text "static const unsigned char tree_${name}[] "
    "__attribute__((__aligned__(8))) = { ${hex} };\n")
endforeach()
file(WRITE ${OUT} "${text}")
