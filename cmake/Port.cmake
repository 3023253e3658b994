# SPDX-License-Identifier: GPL-2.0-only
#
# The patch series of kernel-port/, label "port". With "-C port" as well: a kernel
# tree that it is applied to, unpacked once, in which core's files are compiled.

if(NOT CRASH_HP_CHECKS)
  return()
endif()

crash_hp_test(port port bash tests/port.sh ${PROJECT_BINARY_DIR}/port-tree)

add_test(NAME port_objects
  COMMAND bash tests/port_objects.sh ${PROJECT_SOURCE_DIR}/build/port
  CONFIGURATIONS port
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties(port_objects PROPERTIES
  LABELS port TIMEOUT 1200 RUN_SERIAL ON)
