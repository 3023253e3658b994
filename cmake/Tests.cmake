# SPDX-License-Identifier: GPL-2.0-only
#
# tests/test_*.c   one CMocka program each           label: unit
# tests/*.sh       run a command                     label: cli
# tests/port*.sh   the patch series                  label: port
# tests/*.c        any other: helpers for all of the programs
#
# Every test starts in the source directory and finds there, or through these,
# what it needs: CRASH_HP (the command), CRASH_HP_BENCH (crash-hp-bench),
# CRASH_HP_SOURCE (the source directory), CRASH_HP_MODULES (the directory of the
# handler modules' shared objects).

set(CRASH_HP_TEST_WRAPPER "" CACHE STRING
  "Command to run every unit test under, as a list (valgrind;...)")
set(CRASH_HP_TEST_SECONDS 120 CACHE STRING
  "No test may take longer than this many seconds")

set(test_environment
  CRASH_HP=$<TARGET_FILE:crash-hp>
  CRASH_HP_BENCH=$<TARGET_FILE:crash-hp-bench>
  CRASH_HP_SOURCE=${PROJECT_SOURCE_DIR}
  CRASH_HP_MODULES=${PROJECT_BINARY_DIR}/modules)

# crash_hp_test(<name> <label> <command>...)
function(crash_hp_test name label)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES
    LABELS ${label}
    ENVIRONMENT "${test_environment}"
    TIMEOUT ${CRASH_HP_TEST_SECONDS}
    SKIP_RETURN_CODE 77)
endfunction()

file(GLOB test_programs CONFIGURE_DEPENDS tests/test_*.c)
file(GLOB test_helpers CONFIGURE_DEPENDS tests/*.c)
list(REMOVE_ITEM test_helpers ${test_programs})
# Upstream.cmake registers those that need a kernel tree.
list(FILTER test_programs EXCLUDE REGEX "/test_upstream[^/]*$")

# The tables that the KUnit suite has as well are beside it.
set(test_includes tests kernel-port/kunit emu shim core capture scenario)
set(test_links scenario capture emu
  PkgConfig::cmocka PkgConfig::jansson PkgConfig::nettle PkgConfig::zlib)

if(test_helpers)
  add_library(test_helpers STATIC ${test_helpers})
  target_include_directories(test_helpers PRIVATE ${test_includes})
  target_link_libraries(test_helpers PRIVATE PkgConfig::cmocka)
  list(PREPEND test_links test_helpers)
endif()

foreach(source IN LISTS test_programs)
  cmake_path(GET source STEM name)
  crash_hp_program(${name} SOURCES ${source})
  target_include_directories(${name} PRIVATE ${test_includes})
  target_link_libraries(${name} PRIVATE ${test_links})
  # Tables of cases read best when a row says only what is special in it.
  target_compile_options(${name} PRIVATE -Wno-missing-field-initializers)
  # Of one architecture functions can be called one by one, x86's in the tests
  # that have it in their name; whole modules come in as objects that show their
  # descriptor only.
  if(name MATCHES "x86")
    target_link_libraries(${name} PRIVATE core_x86_64)
  else()
    target_link_libraries(${name} PRIVATE core_powerpc)
  endif()
  foreach(module IN LISTS HANDLER_MODULES)
    target_link_libraries(${name} PRIVATE ${module}-object)
    add_dependencies(${name} ${module})
  endforeach()
  crash_hp_test(${name} unit ${CRASH_HP_TEST_WRAPPER} $<TARGET_FILE:${name}>)
endforeach()

file(GLOB test_scripts CONFIGURE_DEPENDS tests/*.sh)
list(FILTER test_scripts EXCLUDE REGEX "/(upstream_|port)[^/]*$")
foreach(script IN LISTS test_scripts)
  cmake_path(GET script STEM name)
  crash_hp_test(${name} cli bash ${script})
endforeach()

# Storms, each of thousands of loads; 150,000 stores, each with two signals.
set_tests_properties(cli_explore_all cli_schemes cli_storms
  PROPERTIES TIMEOUT 600)

# The command as a whole, where a wrapper has something to say of it; 192 cores
# would take minutes then.
if(CRASH_HP_TEST_WRAPPER)
  file(GLOB scenarios CONFIGURE_DEPENDS fixtures/scenarios/*.yaml)
  list(FILTER scenarios EXCLUDE REGEX "-192-cores")
  foreach(scenario IN LISTS scenarios)
    cmake_path(GET scenario STEM name)
    crash_hp_test(scenario-${name} unit ${CRASH_HP_TEST_WRAPPER}
      $<TARGET_FILE:crash-hp> run ${scenario})
  endforeach()
endif()

# The whole suite of known defects, core's column.
crash_hp_test(known-defects cli $<TARGET_FILE:crash-hp> bugs)
