# SPDX-License-Identifier: GPL-2.0-only
#
# The test "mutants": the tests of the known defects, and their scenarios, fail
# when core/ has these defects. What scripts/mutants.sh needs to build such a
# core/, it finds in a file of shell arrays.

if(NOT CRASH_HP_CHECKS)
  return()
endif()

# appends NAME=('word' ...) to the config
function(shell_array name)
  list(JOIN ARGN "' '" words)
  set(config "${config}${name}=('${words}')\n" PARENT_SCOPE)
endfunction()

set(config "cc='${CMAKE_C_COMPILER}'\ncrash_hp='$<TARGET_FILE:crash-hp>'\n")
foreach(arch powerpc x86_64)
  get_target_property(sources core_${arch} SOURCES)
  get_target_property(definitions core_${arch}_flags INTERFACE_COMPILE_DEFINITIONS)
  list(TRANSFORM definitions PREPEND -D)
  shell_array(flags_${arch} -ffreestanding ${HANDLER_CPPFLAGS} ${definitions})
  shell_array(sources_${arch} ${sources}
    ${PROJECT_SOURCE_DIR}/shim/handler_module.c)
endforeach()

# The programs whose tests a patch may name.
set(programs_powerpc test_known_defects test_slots test_slots_load
  test_slots_faults)
set(programs_x86_64 test_core_x86 test_slots_load_x86 test_slots_x86)
foreach(arch powerpc x86_64)
  shell_array(programs_${arch} ${programs_${arch}})
  foreach(program IN LISTS programs_${arch})
    shell_array(link_${program} "$<JOIN:$<TARGET_OBJECTS:${program}>,' '>"
      $<TARGET_FILE:test_helpers> $<TARGET_FILE:emu> $<TARGET_FILE:shim>
      ${LIBFDT_LIBRARY} ${cmocka_LINK_LIBRARIES} ${zlib_LINK_LIBRARIES})
  endforeach()
endforeach()
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/mutants/mutants.conf
  CONTENT "${config}")

crash_hp_test(mutants check ${PROJECT_SOURCE_DIR}/scripts/mutants.sh
  ${PROJECT_BINARY_DIR}/mutants/mutants.conf)
set_tests_properties(mutants PROPERTIES TIMEOUT 600 PROCESSORS 2)
