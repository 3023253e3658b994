# SPDX-License-Identifier: GPL-2.0-only
"""Lists of numbers and of memory. Ends of memory are exclusive."""


def cpu_list(text):
    """"0-2,5" as a list of numbers; "" is none."""
    found = []
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first:
            found += range(int(first), int(last or first) + 1)
    return found


def joined(spans):
    """Sorted, and what touches or overlaps is one."""
    out = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


def without(spans, gone):
    """`spans` but for what lies in `gone`."""
    out = joined(spans)
    for start, end in gone:
        out = [piece for a, b in out
               for piece in ((a, min(b, start)), (max(a, end), b))
               if piece[0] < piece[1]]
    return out


def text(spans):
    return ", ".join(f"0x{start:x}-0x{end - 1:x}" for start, end in spans) or "none"
