# SPDX-License-Identifier: GPL-2.0-only

# crash_hp_folder(<folder> [EXCLUDE <file>...] [PUBLIC_INCLUDE <dir>]
#                 [SEES <dir>...] [LINKS <library>...])
#
# The static library of one folder, out of all its .c files. PUBLIC_INCLUDE is
# what its users see, SEES what its own sources may include besides. LINKS is
# link-only for users: they see no more than they ask for themselves.
function(crash_hp_folder folder)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "PUBLIC_INCLUDE" "EXCLUDE;SEES;LINKS")
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.c)
  foreach(name IN LISTS ARG_EXCLUDE)
    list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${folder}/${name})
  endforeach()

  add_library(${folder} STATIC ${sources})
  target_include_directories(${folder} PUBLIC ${ARG_PUBLIC_INCLUDE})
  target_include_directories(${folder} PRIVATE ${ARG_SEES})
  target_link_libraries(${folder} PRIVATE ${ARG_LINKS})
endfunction()

# crash_hp_program(<name> SOURCES <file>...)
#
# A program that can open handler modules: all of the shim is in it, whether
# the program calls it or not, and the dynamic linker can see it.
function(crash_hp_program name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES")
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES ENABLE_EXPORTS ON)
  target_link_libraries(${name} PRIVATE shim libfdt ${CMAKE_DL_LIBS})
  # The objects, and not the whole archive: CMake may name an archive twice.
  target_sources(${name} PRIVATE $<TARGET_OBJECTS:shim>)
endfunction()
