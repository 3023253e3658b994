# SPDX-License-Identifier: GPL-2.0-only
"""What went wrong, in one line for the person who asked."""


class Problem(Exception):
    """Ends the program with status 2; the text names the thing and the number."""


class Gone(Problem):
    """The other side of a connection ended it; it may have said why elsewhere."""
