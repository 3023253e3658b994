# SPDX-License-Identifier: GPL-2.0-only
#
# How core/ is compiled: as kernel code. No libc header can be reached; the
# only world it sees is the shim, and libfdt's two public headers on top of the
# shim's own libfdt_env.h.

foreach(dir include include-fixed)
  execute_process(
    COMMAND ${CMAKE_C_COMPILER} -print-file-name=${dir}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
  # The compiler echoes a name that it does not have.
  if(IS_ABSOLUTE "${path}" AND IS_DIRECTORY "${path}")
    list(APPEND compiler_include_dirs -isystem ${path})
  endif()
endforeach()

# Links and not copies: -nostdinc must hide the rest of the system's include
# directory, but the header in use has to be the installed one.
set(kernel_include_dir ${PROJECT_BINARY_DIR}/kernel-include)
file(MAKE_DIRECTORY ${kernel_include_dir})
foreach(header libfdt.h fdt.h)
  file(CREATE_LINK ${LIBFDT_INCLUDE_DIR}/${header}
    ${kernel_include_dir}/${header} SYMBOLIC)
endforeach()

# gcc's own <limits.h> goes on to the system's; there is none.
set(empty_include_dir ${PROJECT_BINARY_DIR}/kernel-include/none)
file(WRITE ${empty_include_dir}/limits.h "")

# What a checker (sparse) needs as well as the compiler.
set(HANDLER_CPPFLAGS
  -nostdinc
  -I${PROJECT_SOURCE_DIR}/core
  -I${PROJECT_SOURCE_DIR}/shim
  -I${PROJECT_SOURCE_DIR}/shim/kernel
  -isystem ${kernel_include_dir}
  ${compiler_include_dirs}
  -isystem ${empty_include_dir})

set(HANDLER_ARCH_DEFINITION_powerpc CRASH_HP_ARCH_POWERPC=1)
set(HANDLER_ARCH_DEFINITION_x86_64 CRASH_HP_ARCH_X86_64=1)

# add_handler_module(<name> ARCH <powerpc|x86_64> SOURCES <file>...
#                    [DEFINITIONS <macro=value>...])
#
# Compiles one set of handlers, for one architecture and configuration, into
#   <name>         <name>.so, to be opened; its descriptor: handler_module
#   <name>-object  one relocatable object, to be linked in next to others; its
#                  descriptor, the only global symbol: handler_module_<id>
#   <id>           a static library without a descriptor, every function
#                  visible, for tests that call them one by one
# where <id> is <name> with every character that C does not take as '_'.
function(add_handler_module name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "ARCH" "SOURCES;DEFINITIONS")
  string(MAKE_C_IDENTIFIER ${name} id)
  if(NOT DEFINED HANDLER_ARCH_DEFINITION_${ARG_ARCH})
    message(FATAL_ERROR "handler module ${name}: unknown ARCH '${ARG_ARCH}'")
  endif()
  set(descriptor ${PROJECT_SOURCE_DIR}/shim/handler_module.c)

  # All that the three forms share.
  add_library(${id}_flags INTERFACE)
  # -Wno-unused-parameter: as a kernel build has it.
  target_compile_options(${id}_flags INTERFACE -ffreestanding -Wno-unused-parameter
    "SHELL:$<JOIN:${HANDLER_CPPFLAGS}, >")
  target_compile_definitions(${id}_flags INTERFACE
    ${HANDLER_ARCH_DEFINITION_${ARG_ARCH}}
    HANDLER_MODULE_NAME="${name}"
    ${ARG_DEFINITIONS})
  # Not optimised: a branch in the report is one in the source.
  if(CRASH_HP_COVERAGE)
    target_compile_options(${id}_flags INTERFACE
      -O0 --coverage -fprofile-abs-path)
  endif()

  add_library(${id} STATIC ${ARG_SOURCES})
  target_link_libraries(${id} PRIVATE ${id}_flags)
  target_include_directories(${id} INTERFACE core)
  target_compile_definitions(${id} INTERFACE
    ${HANDLER_ARCH_DEFINITION_${ARG_ARCH}} ${ARG_DEFINITIONS})
  # It calls the shim, and the shim's generic layer calls nothing back.
  target_link_libraries(${id} INTERFACE shim)

  add_library(${name} MODULE ${ARG_SOURCES} ${descriptor})
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/modules)
  target_compile_options(${name} PRIVATE -fvisibility=hidden)
  target_compile_definitions(${name} PRIVATE HANDLER_MODULE_SYMBOL=handler_module)
  target_link_libraries(${name} PRIVATE ${id}_flags)
  # What is undefined here is in the program that opens the module.
  target_link_options(${name} PRIVATE -nostdlib LINKER:-Bsymbolic)
  # Each file that is loaded has counters, and writes them, of its own.
  if(CRASH_HP_COVERAGE)
    target_link_libraries(${name} PRIVATE gcov)
  endif()

  add_library(${id}_parts OBJECT ${ARG_SOURCES} ${descriptor})
  target_compile_options(${id}_parts PRIVATE -fvisibility=hidden)
  target_compile_definitions(${id}_parts PRIVATE
    HANDLER_MODULE_SYMBOL=handler_module_${id})
  target_link_libraries(${id}_parts PRIVATE ${id}_flags)

  set(object ${PROJECT_BINARY_DIR}/modules/${name}.o)
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${CMAKE_LINKER} -r -o ${object} $<TARGET_OBJECTS:${id}_parts>
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${object}
    DEPENDS ${id}_parts $<TARGET_OBJECTS:${id}_parts>
    COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Linking relocatable handler module ${name}.o")
  add_custom_target(${name}-object-file ALL DEPENDS ${object})
  add_library(${name}-object INTERFACE)
  target_link_libraries(${name}-object INTERFACE ${object})
  add_dependencies(${name}-object ${name}-object-file)

  set(HANDLER_MODULES ${HANDLER_MODULES} ${name} PARENT_SCOPE)
endfunction()
