# SPDX-License-Identifier: GPL-2.0-only
#
# scripts/packages.sh installs all of these.

find_package(PkgConfig REQUIRED)
pkg_check_modules(libelf REQUIRED IMPORTED_TARGET GLOBAL libelf)
pkg_check_modules(nettle REQUIRED IMPORTED_TARGET GLOBAL nettle)
pkg_check_modules(yaml REQUIRED IMPORTED_TARGET GLOBAL yaml-0.1)
pkg_check_modules(jansson REQUIRED IMPORTED_TARGET GLOBAL jansson)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET GLOBAL zlib)
pkg_check_modules(cmocka REQUIRED IMPORTED_TARGET GLOBAL cmocka)

# Debian's libfdt comes without a .pc file.
find_path(LIBFDT_INCLUDE_DIR libfdt.h REQUIRED)
find_library(LIBFDT_LIBRARY fdt REQUIRED)
add_library(libfdt INTERFACE)
target_link_libraries(libfdt INTERFACE ${LIBFDT_LIBRARY})
