# SPDX-License-Identifier: GPL-2.0-only
"""Guests under QEMU whose kernels are watched from outside."""
