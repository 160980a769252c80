"""Names that Excel takes for a sheet, whatever the person it is for is called."""

import re
from collections.abc import Iterable

from churnml.text.utf16 import cut
from churnml.text.width import plain

LONGEST = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]|_(?=x[0-9A-Fa-f]{4}_)")
"""Marks that Excel refuses, and how its files write a letter by its code: '_x0041_' would become 'A'."""
RESERVED = frozenset({"history"})
"""Excel keeps this name to itself."""


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """A name for each sheet in turn: short enough, without Excel's marks, and none twice whatever its case.

    >>> sheet_names(["Ann/Bo", "'ann bo'", "History", ""])
    ['Ann Bo', 'ann bo (2)', 'History (2)', 'Sheet']
    """
    taken = set(RESERVED)
    names: list[str] = []
    for text in wanted:
        name = base = _clean(text)
        number = 2
        while name.casefold() in taken:
            tail = f" ({number})"
            name, number = cut(base, LONGEST - len(tail)) + tail, number + 1
        taken.add(name.casefold())
        names.append(name)
    return names


def _clean(text: str) -> str:
    """The text within the length, on one line, without what Excel refuses anywhere or at an end."""
    words = FORBIDDEN.sub(" ", plain(text)).split()
    return cut(" ".join(words).strip("' "), LONGEST).strip("' ") or "Sheet"
