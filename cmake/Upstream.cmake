# SPDX-License-Identifier: GPL-2.0-only
#
# Handler modules made of the user's own kernel tree: docs/upstream.md. Nothing
# of the tree is kept; all that is derived from it is in the build directory.

set(KERNEL_SOURCE "" CACHE PATH
  "A kernel tree: builds the handler modules upstream-powerpc and upstream-x86_64")
if(NOT KERNEL_SOURCE)
  return()
endif()

find_program(AWK awk REQUIRED)
set(upstream_dir ${PROJECT_BINARY_DIR}/upstream)
set(upstream_cut ${PROJECT_SOURCE_DIR}/scripts/cut-functions.awk)

# Headers that a source includes are not the kernel's: each is the one that
# stands for all of them, and goes on to the tree's own where that is fit.
set(upstream_tree_headers
  arch/powerpc/include/asm/crashdump-ppc64.h
  arch/powerpc/include/asm/kexec_ranges.h)

# Style is the tree's business. What would not even link in a kernel, or would
# hide that a stand-in does not fit, stays an error.
set(upstream_options
  -Wno-error -Wno-all -Wno-extra
  -Werror=implicit-function-declaration
  -Werror=implicit-int
  -Werror=incompatible-pointer-types
  -Werror=int-conversion)

# upstream_headers(<file>): stand-ins for all headers that <file> includes
function(upstream_headers file)
  file(STRINGS ${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^[^<\"]*[<\"]([^>\"]*)[>\"].*" "\\1" header "${line}")
    set(content "#include \"upstream_compat.h\"\n")
    foreach(own IN LISTS upstream_tree_headers)
      if(own MATCHES "/include/${header}$")
        string(APPEND content "#include \"${KERNEL_SOURCE}/${own}\"\n")
      endif()
    endforeach()
    file(CONFIGURE OUTPUT ${upstream_dir}/include/${header}
      CONTENT "${content}" @ONLY)
  endforeach()
endfunction()

# upstream_source(<list> <file> [CUT <function>...] [OPTIONS <option>...])
#
# Appends to <list> a source made of <file> of the tree: all of it, or what the
# named functions need; "?name" need not be there.
function(upstream_source list file)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "CUT;OPTIONS")
  set(source ${KERNEL_SOURCE}/${file})
  if(NOT EXISTS ${source})
    message(FATAL_ERROR "KERNEL_SOURCE: ${KERNEL_SOURCE} has no ${file}")
  endif()
  # Another version of the tree includes other headers.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  upstream_headers(${source})

  if(ARG_CUT)
    string(REPLACE "/" "_" name ${file})
    set(cut ${upstream_dir}/${name})
    list(JOIN ARG_CUT " " names)
    add_custom_command(
      OUTPUT ${cut}
      COMMAND ${AWK} -v names=${names} -v out=${cut} -f ${upstream_cut} ${source}
      DEPENDS ${upstream_cut} ${source}
      VERBATIM
      COMMENT "Cutting functions out of ${file}")
    set(source ${cut})
  endif()
  set_source_files_properties(${source} PROPERTIES
    COMPILE_OPTIONS "${upstream_options};${ARG_OPTIONS}")
  set(${list} ${${list}} ${source} PARENT_SCOPE)
endfunction()

# upstream_module(<name> ARCH <architecture> SOURCES <file>...)
#
# A function of its own: HANDLER_MODULES, which the command links in and whose
# sources are checked, ends with it.
function(upstream_module name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "ARCH" "SOURCES")
  add_handler_module(${name} ARCH ${ARG_ARCH} SOURCES ${ARG_SOURCES})
  string(MAKE_C_IDENTIFIER ${name} id)
  target_compile_definitions(${id}_flags INTERFACE
    HANDLER_MODULE_VERSION="${upstream_release}"
    HANDLER_MODULE_CRASH_PAST_UPDATE=$<BOOL:${upstream_past_update}>)
  target_include_directories(${id}_flags INTERFACE
    ${upstream_dir}/include ${PROJECT_SOURCE_DIR}/shim/upstream)
  # Three targets are made of the cut sources; one of them makes those first.
  add_dependencies(${name} ${id})
  add_dependencies(${id}_parts ${id})
endfunction()

# What the tree is: "6.12.117". Parts of a tree may come without its Makefile.
set(upstream_release "")
if(EXISTS ${KERNEL_SOURCE}/Makefile)
  foreach(part VERSION PATCHLEVEL SUBLEVEL)
    file(STRINGS ${KERNEL_SOURCE}/Makefile line LIMIT_COUNT 1 REGEX "^${part} *=")
    string(REGEX REPLACE "^[^=]*= *" "" line "${line}")
    list(APPEND upstream_release ${line})
  endforeach()
  list(JOIN upstream_release "." upstream_release)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${KERNEL_SOURCE}/Makefile)
else()
  set(upstream_release "no known release")
endif()

# Has it our crash path (kernel-port/)? Parts of a tree may come without the file.
set(upstream_past_update "")
if(EXISTS ${KERNEL_SOURCE}/kernel/kexec_internal.h)
  file(STRINGS ${KERNEL_SOURCE}/kernel/kexec_internal.h upstream_past_update
    LIMIT_COUNT 1 REGEX "kexec_trylock_crash")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
    ${KERNEL_SOURCE}/kernel/kexec_internal.h)
endif()

# What both architectures have in common.
upstream_source(upstream_common kernel/crash_core.c
  CUT crash_prepare_elf64_headers crash_exclude_mem_range)
list(APPEND upstream_common ${PROJECT_SOURCE_DIR}/shim/upstream/upstream.c)

upstream_source(upstream_powerpc_sources arch/powerpc/kexec/ranges.c)
upstream_source(upstream_powerpc_sources drivers/of/kexec.c)
upstream_source(upstream_powerpc_sources arch/powerpc/kexec/crash.c
  CUT arch_crash_hotplug_support arch_crash_get_elfcorehdr_size
    arch_crash_handle_hotplug_event ?machine_kexec_post_load
  OPTIONS -DUPSTREAM_VA_IS_POINTER)
upstream_source(upstream_powerpc_sources arch/powerpc/kexec/core_64.c
  CUT update_cpus_node)
upstream_source(upstream_powerpc_sources arch/powerpc/kexec/file_load.c
  CUT setup_kdump_cmdline)
upstream_source(upstream_powerpc_sources arch/powerpc/kexec/file_load_64.c
  CUT load_crashdump_segments_ppc64 kexec_extra_fdt_size_ppc64
    setup_new_fdt_ppc64 arch_kimage_file_post_load_cleanup)
upstream_module(upstream-powerpc ARCH powerpc
  SOURCES ${upstream_powerpc_sources} ${upstream_common}
    ${PROJECT_SOURCE_DIR}/shim/upstream/upstream_powerpc.c)

upstream_source(upstream_x86_64_sources arch/x86/kernel/crash.c
  CUT crash_load_segments arch_crash_hotplug_support
    arch_crash_get_elfcorehdr_size arch_crash_handle_hotplug_event
    crash_setup_memmap_entries)
upstream_source(upstream_x86_64_sources arch/x86/kernel/machine_kexec_64.c
  CUT arch_kimage_file_post_load_cleanup)
upstream_module(upstream-x86_64 ARCH x86_64
  SOURCES ${upstream_x86_64_sources} ${upstream_common}
    ${PROJECT_SOURCE_DIR}/shim/upstream/upstream_x86_64.c)

# --- tests, label "upstream" ---------------------------------------------------

# upstream_program(<name>): a test program of tests/<name>.c
function(upstream_program name)
  crash_hp_program(${name} SOURCES tests/${name}.c)
  target_include_directories(${name} PRIVATE ${test_includes})
  target_link_libraries(${name} PRIVATE ${test_links}
    upstream-powerpc-object upstream-x86_64-object core-powerpc-object)
  target_compile_options(${name} PRIVATE -Wno-missing-field-initializers)
  target_compile_definitions(${name} PRIVATE
    UPSTREAM_RELEASE="${upstream_release}")
endfunction()

# This one calls the tree's functions, and sees them as the tree itself does.
upstream_program(test_upstream)
target_include_directories(test_upstream PRIVATE
  ${upstream_dir}/include shim/upstream)
target_link_libraries(test_upstream PRIVATE upstream_powerpc)
target_link_options(test_upstream PRIVATE LINKER:--wrap=krealloc)
crash_hp_test(upstream-functions upstream ${CRASH_HP_TEST_WRAPPER}
  $<TARGET_FILE:test_upstream>)

# Rows are judged where the tree is the release that the suite speaks of.
crash_hp_test(upstream-known-defects upstream $<TARGET_FILE:crash-hp> bugs)

file(GLOB scripts CONFIGURE_DEPENDS tests/upstream_*.sh)
foreach(script IN LISTS scripts)
  cmake_path(GET script STEM name)
  string(REPLACE "_" "-" name ${name})
  crash_hp_test(${name} upstream bash ${script})
  set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT
    KERNEL_SOURCE=${KERNEL_SOURCE} AWK=${AWK})
endforeach()
# Hundreds of scenarios, and the time is 6.12's.
set_property(TEST upstream-random PROPERTY TIMEOUT 600)
