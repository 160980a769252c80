"""A sheet as plain data, and how it is written: headings and names stay in view, texts are texts."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from churnml.formats.workbook.cell_style import LINE, TABS, Formats
from churnml.listing.columns import Kind
from churnml.text.utf16 import cut, units

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from churnml.formats.workbook.worksheet import ColumnWorksheet

LONGEST = 8_000
"""Characters of a cell: Excel holds 32,767, but LibreOffice breaks what is longer than 16,000, and nobody reads it."""
MOST_LINES = 30
"""Lines of a row: Excel draws none higher than 409 points."""
NARROW = 0.78
"""Width of a letter in running text; a column is as wide as so many digits of the larger default font."""
A3, A4 = 8, 9
WIDEST_ON_A4 = 220
"""Letters that a line of A4 holds before they print smaller than 6.5 points."""


@dataclass(frozen=True)
class Cells:
    """One column of a sheet: its heading, its values from the top, and how wide it is; a wrapped one may take several lines."""

    name: str
    title: str
    kind: Kind
    values: Sequence[Any]
    width: float
    is_wrapped: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the sentence on top, its columns, how many of them stay in view, and what it is about.

    ``printed`` is how many of the columns go on paper, if not all: what a person needs there comes first.
    """

    name: str
    first: str
    columns: Sequence[Cells]
    frozen: int
    about: str
    printed: int | None = None


def write_sheet(page: "ColumnWorksheet", sheet: Sheet, formats: Formats) -> None:
    """Row 1 the sentence, row 2 the headings, then the rows."""
    rows = len(sheet.columns[0].values)
    page.write_string(0, 0, cut(sheet.first, LONGEST), formats.first)
    page.set_row(0, 24)
    page.set_row(1, 32)
    for position, column in enumerate(sheet.columns):
        page.set_column(position, position, column.width)
        page.write_string(1, position, column.title, formats.over(column.kind))
        _write_column(page, position, column, formats)
    for row, lines in enumerate(_lines(sheet.columns, rows), start=2):
        page.set_row(row, LINE * lines + 3)
    page.autofilter(1, 0, max(rows + 1, 2), len(sheet.columns) - 1)
    page.freeze_panes(2, sheet.frozen)
    page.set_tab_color(TABS[sheet.about])
    on_paper = sheet.columns[: sheet.printed]
    set_print(page, A4 if sum(column.width for column in on_paper) <= WIDEST_ON_A4 else A3)
    page.print_area(0, 0, rows + 1, len(on_paper) - 1)
    page.repeat_rows(1)


def set_print(page: "Worksheet", paper: int = A4) -> None:
    """Landscape, as many pages as it takes but one page wide, with name and page below."""
    page.set_landscape()
    page.set_paper(paper)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&L&A&R&P / &N")
    page.hide_gridlines(2)


def _write_column(page: "ColumnWorksheet", position: int, column: Cells, formats: Formats) -> None:
    form = formats.of(column.name, column.kind, column.is_wrapped)
    values = np.asarray(column.values, dtype=object)
    if column.kind in ("text", "flag"):
        is_text = column.kind == "text"
        texts = [cut(value, LONGEST) if is_text else "yes" if value else "" for value in values]
        own = [formats.of_band(value) for value in values] if column.name == "band" else [form] * len(texts)
        page.write_texts(2, position, texts, own)
        return
    known = [None if gone else value for gone, value in zip(pd.isna(values), values, strict=True)]
    if column.kind == "change":
        known = [None if value is None else round(100 * value, 1) for value in known]
    page.write_figures(2, position, known, form)


def _lines(columns: Sequence[Cells], rows: int) -> list[int]:
    needed = [1] * rows
    for column in columns:
        if column.is_wrapped:
            for row, text in enumerate(column.values):
                needed[row] = max(needed[row], lines_of(text, column.width))
    return [min(lines, MOST_LINES) for lines in needed]


def lines_of(text: str, width: float) -> int:
    """The lines a text takes in a column of that width."""
    return sum(max(1, math.ceil(units(line) * NARROW / width)) for line in text.split("\n"))
