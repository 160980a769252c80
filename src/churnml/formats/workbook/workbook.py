"""The workbook put together: its sheets in order, each under a name that Excel takes."""

import io
import re
from collections.abc import Iterable
from datetime import datetime

from churnml.formats.workbook.cell_style import Formats
from churnml.formats.workbook.legend import write_guide
from churnml.formats.workbook.sheet import write_sheet
from churnml.formats.workbook.sheets import GUIDE, as_shown, sheets
from churnml.list_snapshot import ListSnapshot
from churnml.text.utf16 import cut
from churnml.text.width import plain

LONGEST = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\]|_(?=x[0-9A-Fa-f]{4}_)")
"""Marks that Excel refuses, and how its files write a letter by its code: '_x0041_' would become 'A'."""
RESERVED = frozenset({"history"})
"""Excel keeps this name to itself."""


def to_xlsx(list_snapshot: ListSnapshot) -> bytes:
    """The list as an XLSX file, its bytes fixed by its content; a text is never a formula or a link."""
    from xlsxwriter import Workbook

    from churnml.formats.workbook.worksheet import ColumnWorksheet

    buffer = io.BytesIO()
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    list_snapshot = as_shown(list_snapshot)
    metadata = list_snapshot.metadata
    pages = sheets(list_snapshot)
    with Workbook(buffer, settings) as book:
        day = datetime.combine(metadata.as_of, datetime.min.time())
        title = f"{plain(metadata.book)}, {metadata.as_of}"
        book.set_properties({"title": title, "author": "churnml", "created": day})
        formats = Formats(book)
        # The guide's name is asked for first, so that a CSM who is called like it gets another.
        guide, *names = sheet_names([GUIDE, *(sheet.name for sheet in pages)])
        for name, sheet in zip(names, pages, strict=True):
            write_sheet(book.add_worksheet(name, ColumnWorksheet), sheet, formats)
        write_guide(book.add_worksheet(guide), list_snapshot, formats)
    return buffer.getvalue()


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
