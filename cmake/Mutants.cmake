# SPDX-License-Identifier: GPL-2.0-only
#
# The tests "mutants" and "mutants-x86": the tests of the known defects fail when
# core/ has these defects. What scripts/mutants.sh needs to build such a core/, it
# finds in a file of shell arrays.

# appends NAME=('word' ...) to the config
function(shell_array name)
  list(JOIN ARGN "' '" words)
  set(config "${config}${name}=('${words}')\n" PARENT_SCOPE)
endfunction()

# crash_hp_mutants(<test> <module> <program> <folder of patches>)
function(crash_hp_mutants test module program patches)
  if(NOT CRASH_HP_CHECKS OR NOT TARGET ${module} OR NOT TARGET ${program})
    return()
  endif()
  get_target_property(sources ${module} SOURCES)
  get_target_property(definitions ${module}_flags INTERFACE_COMPILE_DEFINITIONS)
  list(TRANSFORM definitions PREPEND -D)

  set(config "cc='${CMAKE_C_COMPILER}'\n")
  string(APPEND config "module_source='${PROJECT_SOURCE_DIR}/shim/handler_module.c'\n")
  string(APPEND config "mutants='${PROJECT_SOURCE_DIR}/${patches}'\n")
  shell_array(core_flags -ffreestanding ${HANDLER_CPPFLAGS} ${definitions}
    -DHANDLER_MODULE_SYMBOL=handler_module_${module})
  shell_array(core_sources ${sources})
  shell_array(link "$<JOIN:$<TARGET_OBJECTS:${program}>,' '>"
    $<TARGET_FILE:test_helpers> $<TARGET_FILE:shim>
    ${LIBFDT_LIBRARY} ${cmocka_LINK_LIBRARIES} ${zlib_LINK_LIBRARIES})
  file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/${test}/mutants.conf
    CONTENT "${config}")

  crash_hp_test(${test} check ${PROJECT_SOURCE_DIR}/scripts/mutants.sh
    ${PROJECT_BINARY_DIR}/${test}/mutants.conf)
  set_tests_properties(${test} PROPERTIES TIMEOUT 600 PROCESSORS 2)
endfunction()

crash_hp_mutants(mutants core_powerpc test_known_defects tests/mutants)
crash_hp_mutants(mutants-x86 core_x86_64 test_core_x86 tests/mutants/x86)
