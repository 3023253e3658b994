# SPDX-License-Identifier: GPL-2.0-only

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# The same objects go into shared modules and into programs.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# Programs and modules side by side, so that a test can name either.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

add_compile_options(-Wall -Wextra)
set(CMAKE_COMPILE_WARNING_AS_ERROR ON CACHE BOOL "A warning is an error")

# Frames stay readable in reports; the cost is not measurable here.
add_compile_options(-fno-omit-frame-pointer)

# Assertions of the shim are part of what is tested: keep them in every build.
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO
  "${CMAKE_C_FLAGS_RELWITHDEBINFO}")

# Where AFL++ counts no edges is in a file. That objects are made from it as well,
# make learns by its hash in the command, ccache by its own variable.
if(CMAKE_C_COMPILER MATCHES "afl-")
  set(no_coverage ${PROJECT_SOURCE_DIR}/fuzz/no-coverage)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${no_coverage})
  file(MD5 ${no_coverage} no_coverage_hash)
  list(PREPEND CMAKE_C_COMPILER_LAUNCHER env NO_COVERAGE=${no_coverage_hash}
    AFL_LLVM_DENYLIST=${no_coverage} CCACHE_EXTRAFILES=${no_coverage})
endif()

set(CRASH_HP_SANITIZE "" CACHE STRING
  "Sanitizers for every object, handler modules included (address,undefined)")
if(CRASH_HP_SANITIZE)
  add_compile_options(-fsanitize=${CRASH_HP_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CRASH_HP_SANITIZE})
endif()

option(CRASH_HP_COVERAGE
  "Handler modules count which lines and branches of them are run" OFF)
if(CRASH_HP_COVERAGE)
  add_link_options(--coverage)
endif()
