# SPDX-License-Identifier: GPL-2.0-only
"""
Flattened device trees (Devicetree Specification 0.4, chapter 5): made of the
guest's live tree, and read as far as a manifest wants it.
"""

import struct

from .problem import Problem

MAGIC = 0xd00dfeed
HEADER = struct.Struct(">10I")
BEGIN_NODE, END_NODE, PROP, NOP, END = 1, 2, 3, 4, 9


def _padded(data):
    return data + bytes(-len(data) % 4)


class _Writer:
    def __init__(self):
        self.structure = bytearray()
        self.strings = bytearray()
        self.places = {}

    def token(self, token):
        self.structure += struct.pack(">I", token)

    def begin(self, name):
        self.token(BEGIN_NODE)
        self.structure += _padded(name.encode() + b"\0")

    def prop(self, name, value):
        if name not in self.places:
            self.places[name] = len(self.strings)
            self.strings += name.encode() + b"\0"
        self.token(PROP)
        self.structure += struct.pack(">II", len(value), self.places[name])
        self.structure += _padded(value)


def from_listing(lines):
    """
    A tree out of what the agent's `hex` lists: nodes and properties in the order
    in which they come. In a flattened tree a node's properties precede its
    children, so those are moved in front.
    """
    if not lines or not lines[0].endswith("/"):
        raise Problem("guest: its live tree is not a folder")
    top = lines[0][:-1]
    nodes = {top: ([], [])}
    for line in lines[1:]:
        folder = line.endswith("/") and " " not in line
        path, _, value = (line[:-1] if folder else line).partition(" ")
        parent, _, name = path.rpartition("/")
        if parent not in nodes:
            raise Problem(f"guest: {path[:80]} comes before the folder it is in")
        if folder:
            nodes[path] = ([], [])
            nodes[parent][1].append((name, path))
        else:
            nodes[parent][0].append((name, bytes.fromhex(value)))

    out = _Writer()

    def write(name, path):
        out.begin(name)
        for prop in nodes[path][0]:
            out.prop(*prop)
        for child in nodes[path][1]:
            write(*child)
        out.token(END_NODE)

    write("", top)
    out.token(END)
    at = HEADER.size + 16
    size = at + len(out.structure) + len(out.strings)
    header = HEADER.pack(MAGIC, size, at, at + len(out.structure), HEADER.size,
                         17, 16, 0, len(out.strings), len(out.structure))
    return header + bytes(16) + bytes(out.structure) + bytes(out.strings)


def total_size(data):
    """Of the tree that begins here, None where none does."""
    if len(data) < 8:
        return None
    magic, size = struct.unpack(">2I", data[:8])
    return size if magic == MAGIC else None


class Tree:
    """`nodes`: path to {property: bytes}, in the tree's order."""

    def __init__(self, data):
        try:
            self._read(data)
        except (struct.error, IndexError, ValueError) as error:
            raise Problem(f"a device tree cannot be read: {error}") from None

    def _read(self, data):
        (_, self.totalsize, self.off_dt_struct, self.off_dt_strings,
         self.off_mem_rsvmap, self.version, _, self.boot_cpuid_phys,
         self.size_dt_strings, self.size_dt_struct) = HEADER.unpack_from(data)
        self.reserved = []
        at = self.off_mem_rsvmap
        while any(entry := struct.unpack_from(">2Q", data, at)):
            self.reserved.append(entry)
            at += 16
        self.nodes = {}
        path, at = [], self.off_dt_struct
        while (token := struct.unpack_from(">I", data, at)[0]) != END:
            at += 4
            if token == BEGIN_NODE:
                end = data.index(b"\0", at)
                path.append(data[at:end].decode())
                self.nodes["/".join(path) or "/"] = {}
                at = end + 4 - (end - at) % 4
            elif token == END_NODE:
                path.pop()
            elif token == PROP:
                length, name = struct.unpack_from(">2I", data, at)
                name += self.off_dt_strings
                name = data[name:data.index(b"\0", name)].decode()
                at += 8
                self.nodes["/".join(path) or "/"][name] = data[at:at + length]
                at += length + -length % 4
            elif token != NOP:
                raise ValueError(f"token {token} at 0x{at - 4:x}")

    def cells(self, path, name):
        """A property as 32-bit numbers, [] where there is none."""
        value = self.nodes.get(path, {}).get(name, b"")
        return [cell for cell, in struct.iter_unpack(">I", value[:len(value) & ~3])]

    def number(self, path, name):
        """A property of one or two cells, None where there is none."""
        cells = self.cells(path, name)
        return int("".join(f"{cell:08x}" for cell in cells), 16) if cells else None
