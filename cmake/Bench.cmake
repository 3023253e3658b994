# SPDX-License-Identifier: GPL-2.0-only
#
# crash-hp-bench: docs/bench.md. Upstream's handlers are measured beside core's
# where KERNEL_SOURCE has made them.

file(GLOB bench_sources CONFIGURE_DEPENDS bench/*.c)
crash_hp_program(crash-hp-bench SOURCES ${bench_sources}
  cli/options.c cli/file.c)
target_include_directories(crash-hp-bench PRIVATE bench cli emu shim capture)
target_link_libraries(crash-hp-bench PRIVATE
  capture emu PkgConfig::jansson PkgConfig::zlib core-powerpc-object m)
if(TARGET upstream-powerpc-object)
  target_link_libraries(crash-hp-bench PRIVATE upstream-powerpc-object)
  # The test "bench" once more, among those of the tree's handlers.
  crash_hp_test(upstream-bench upstream bash tests/bench.sh)
endif()

# Its own arithmetic, in a test without its command line and its printing.
list(FILTER bench_sources EXCLUDE REGEX "/(main|table|json)\\.c$")
target_sources(test_bench PRIVATE ${bench_sources})
target_include_directories(test_bench PRIVATE bench)
target_link_libraries(test_bench PRIVATE m)
