# SPDX-License-Identifier: GPL-2.0-only
#
# What no compiler reports, as tests with the label "check".

option(CRASH_HP_CHECKS "Register the checks of sources and objects as tests" ON)
if(NOT CRASH_HP_CHECKS)
  return()
endif()

crash_hp_test(check-spdx check ${PROJECT_SOURCE_DIR}/scripts/check-spdx.sh)
crash_hp_test(check-trees check ${PROJECT_SOURCE_DIR}/scripts/check-trees.sh)

# check-checkpatch keeps what it extracts in the build directory. The first run
# has a whole kernel archive to read.
crash_hp_test(check-checkpatch check
  ${PROJECT_SOURCE_DIR}/scripts/check-checkpatch.sh ${PROJECT_BINARY_DIR}/checkpatch)

foreach(module IN LISTS HANDLER_MODULES)
  string(MAKE_C_IDENTIFIER ${module} id)
  crash_hp_test(check-symbols-${module} check
    ${PROJECT_SOURCE_DIR}/scripts/check-symbols.sh ${CMAKE_NM} $<TARGET_FILE:${id}>)
  get_target_property(sources ${id} SOURCES)
  get_target_property(definitions ${id}_flags INTERFACE_COMPILE_DEFINITIONS)
  list(TRANSFORM definitions PREPEND -D)
  crash_hp_test(check-sparse-${module} check
    ${PROJECT_SOURCE_DIR}/scripts/check-sparse.sh
    ${HANDLER_CPPFLAGS} ${definitions} -- ${sources})
endforeach()
