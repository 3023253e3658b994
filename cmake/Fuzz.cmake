# SPDX-License-Identifier: GPL-2.0-only
#
# fuzz/fuzz_<x>.c    one harness each: LLVMFuzzerTestOneInput()
# fuzz/driver_<x>.c  one main() each, for an engine
# fuzz/*.c           any other: what harnesses share
#
# Every build has every harness, with the driver of its engine; in a build for
# an engine they are all that one needs (target "fuzzers"). docs/fuzzing.md.

set(CRASH_HP_FUZZ_ENGINE files CACHE STRING
  "Who feeds the harnesses: files (on the command line), afl, libfuzzer")
set_property(CACHE CRASH_HP_FUZZ_ENGINE PROPERTY STRINGS files afl libfuzzer)
if(NOT CRASH_HP_FUZZ_ENGINE MATCHES "^(files|afl|libfuzzer)$")
  message(FATAL_ERROR
    "CRASH_HP_FUZZ_ENGINE: no engine '${CRASH_HP_FUZZ_ENGINE}'")
endif()

set(CRASH_HP_FUZZ_LINK -fsanitize=fuzzer CACHE STRING
  "What a harness is linked with where libfuzzer is the engine")
if(CRASH_HP_FUZZ_ENGINE STREQUAL libfuzzer)
  # such engines are C++ libraries
  enable_language(CXX)
endif()

file(GLOB fuzz_helpers CONFIGURE_DEPENDS fuzz/*.c)
list(FILTER fuzz_helpers EXCLUDE REGEX "/(fuzz|driver|mutator)_[^/]*\\.c$")

# The machines of programs: their trees are compiled, and in the harness; so that a
# program's scenario needs no file, in the reader of scenarios too.
find_program(DTC dtc REQUIRED)
file(GLOB machine_trees CONFIGURE_DEPENDS fuzz/machines/*.dts)
set(tree_dir ${PROJECT_BINARY_DIR}/fuzz)
file(MAKE_DIRECTORY ${tree_dir})
set(tree_files "")
foreach(source IN LISTS machine_trees)
  cmake_path(GET source STEM name)
  set(dtb ${tree_dir}/${name}.dtb)
  add_custom_command(OUTPUT ${dtb}
    COMMAND ${DTC} -q -O dtb -o ${dtb} ${source}
    DEPENDS ${source} VERBATIM)
  list(APPEND tree_files ${dtb})
endforeach()
list(JOIN tree_files "," tree_list)
set(tree_header ${tree_dir}/program_trees.h)
add_custom_command(OUTPUT ${tree_header}
  COMMAND ${CMAKE_COMMAND} -DOUT=${tree_header} -DDTBS=${tree_list}
    -P ${PROJECT_SOURCE_DIR}/cmake/EmbedTrees.cmake
  DEPENDS ${tree_files} ${PROJECT_SOURCE_DIR}/cmake/EmbedTrees.cmake VERBATIM)

add_library(fuzz_helpers STATIC ${fuzz_helpers} ${tree_header})
target_include_directories(fuzz_helpers PRIVATE fuzz shim emu ${tree_dir})
target_link_libraries(fuzz_helpers PRIVATE PkgConfig::libelf)
target_sources(scenario PRIVATE ${tree_header})
target_include_directories(scenario PRIVATE ${tree_dir})
add_custom_target(fuzzers)

# fuzz_harness(<name> [SEES <dir>...] [LINKS <library>...])
#
# Builds fuzz/fuzz_<name>.c into bin/fuzz_<name>. Where files are the engine, the
# test fuzz-replay-<name> feeds it fuzz/seeds/<name> and fixtures/regress/<name>.
function(fuzz_harness name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SEES;LINKS")
  set(target fuzz_${name})
  crash_hp_program(${target} SOURCES fuzz/fuzz_${name}.c)
  target_include_directories(${target} PRIVATE fuzz ${ARG_SEES})
  target_link_libraries(${target} PRIVATE fuzz_helpers ${ARG_LINKS})
  add_dependencies(fuzzers ${target})

  if(CRASH_HP_FUZZ_ENGINE STREQUAL libfuzzer)
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(${target} PRIVATE ${CRASH_HP_FUZZ_LINK})
    return()
  endif()
  target_sources(${target} PRIVATE fuzz/driver_${CRASH_HP_FUZZ_ENGINE}.c)
  if(CRASH_HP_FUZZ_ENGINE STREQUAL files)
    crash_hp_test(fuzz-replay-${name} unit ${CRASH_HP_TEST_WRAPPER}
      $<TARGET_FILE:${target}>
      fuzz/seeds/${name} fixtures/regress/${name})
  endif()
endfunction()

fuzz_harness(fdt_update SEES emu shim core capture
  LINKS core_powerpc capture emu)
fuzz_harness(elfcorehdr SEES emu shim core capture
  LINKS core_powerpc capture emu)
fuzz_harness(segments SEES emu shim core
  LINKS core_powerpc emu)
fuzz_harness(scenario SEES emu capture
  LINKS capture emu core-powerpc-object core-x86_64-object)
fuzz_harness(judge SEES emu capture scenario
  LINKS scenario capture emu)

# What the others are measured beside (bench/fuzz/speed.pl); a build for its own sake.
if(CRASH_HP_FUZZ_ENGINE STREQUAL afl)
  add_executable(fuzz_empty EXCLUDE_FROM_ALL
    bench/fuzz/empty.c fuzz/driver_afl.c)
  target_include_directories(fuzz_empty PRIVATE fuzz)
endif()

# What each harness's seeds reach, with a build of its own.
if(CRASH_HP_CHECKS)
  crash_hp_test(fuzz-edges check ${PROJECT_SOURCE_DIR}/scripts/fuzz-edges.sh
    ${PROJECT_BINARY_DIR}/fuzz-edges)
  set_tests_properties(fuzz-edges PROPERTIES TIMEOUT 600 PROCESSORS 2)
  # Minutes, and builds of their own: by the test preset campaign.
  crash_hp_test(check-fuzz campaign ${PROJECT_SOURCE_DIR}/scripts/check-fuzz.sh
    ${PROJECT_BINARY_DIR}/check-fuzz)
  crash_hp_test(check-clusterfuzzlite campaign
    ${PROJECT_SOURCE_DIR}/scripts/check-clusterfuzzlite.sh
    ${PROJECT_BINARY_DIR}/clusterfuzzlite address)
  set_tests_properties(check-fuzz check-clusterfuzzlite PROPERTIES
    TIMEOUT 900 PROCESSORS 2)
endif()

# What is made of findings, with harnesses that are broken on purpose.
if(CRASH_HP_CHECKS)
  crash_hp_test(triage check bash tests/triage/test.sh ${PROJECT_BINARY_DIR}/triage)
  set_tests_properties(triage PROPERTIES TIMEOUT 600)
endif()

# For afl-fuzz's AFL_CUSTOM_MUTATOR_LIBRARY. It runs inside of afl-fuzz, hence it
# is not built by the compiler that instruments.
if(CRASH_HP_FUZZ_ENGINE STREQUAL files)
  add_library(mutator_scenario MODULE fuzz/mutator_scenario.c)
  set_target_properties(mutator_scenario PROPERTIES PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/modules)
  target_include_directories(mutator_scenario PRIVATE emu)
endif()
target_sources(test_mutator PRIVATE fuzz/mutator_scenario.c)
target_include_directories(test_mutator PRIVATE fuzz)

# Core and a kernel tree's handlers, side by side. What explains their divergences
# is the command's; of its sources only those that are asked for are linked.
if(TARGET upstream-powerpc-object)
  set(explaining_sources ${cli_sources})
  list(FILTER explaining_sources EXCLUDE REGEX "/main\\.c$")
  add_library(explaining STATIC ${explaining_sources})
  target_include_directories(explaining PRIVATE
    cli emu shim capture scenario fuzz)
  target_compile_definitions(explaining PRIVATE
    CRASH_HP_KNOWN_DEFECTS="" CRASH_HP_UDEV_RULES="")
  target_link_libraries(explaining PRIVATE PkgConfig::jansson)
  fuzz_harness(differential SEES cli emu capture scenario
    LINKS explaining fuzz_helpers scenario capture emu
      PkgConfig::jansson PkgConfig::zlib core-powerpc-object core-x86_64-object
      upstream-powerpc-object upstream-x86_64-object)
endif()
