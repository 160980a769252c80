"""The sheet that says how to read the others."""

from typing import TYPE_CHECKING

import pandas as pd

from churnml.data.tables import NO_PRICES
from churnml.formats.workbook import sheets
from churnml.formats.workbook.cell_style import LINE, TABS, Formats
from churnml.formats.workbook.sheet import lines_of, set_print
from churnml.list_snapshot import ListSnapshot
from churnml.listing.metadata import ListMetadata
from churnml.listing.phrases import left_out
from churnml.listing.status import to_keep
from churnml.text.glossary import TERMS
from churnml.text.number_format import counted, money

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

WIDTH = 110
SHEETS = (
    (sheets.AT_RISK, "The accounts at risk that can still be kept, the first to call on top."),
    (
        sheets.GROWING,
        "The accounts whose chance to grow is above the base rate (without a proven signal: all), most ARR likely to grow on top.",
    ),
    (
        sheets.LOST,
        "Notice was given: known, not predicted. All ARR is at stake, lost unless won back; no call is spent on them.",
    ),
    (
        sheets.TOP_DRIVERS,
        "The accounts at risk, each counted once under its first reason; the sums are those of the sheet 'At risk'.",
    ),
    ("A CSM's name", "That person's accounts at risk, in the order to call them."),
    (sheets.ALL, "Every account with a live contract on the day, with all figures."),
)


def write_guide(page: "Worksheet", list_snapshot: ListSnapshot, formats: Formats) -> None:
    """The verdicts, what each sheet is, the words, and what each column means."""
    shown = [column for column in list_snapshot.columns if column.is_shown]
    blocks = {
        "This list": _facts(list_snapshot),
        "The sheets": list(SHEETS),
        "The words": list(TERMS),
        "The columns": list({(sheets.with_side(column).title, column.note): None for column in shown}),
    }
    page.set_column(0, 0, 24)
    page.set_column(1, 1, WIDTH)
    row = 0
    for title, lines in blocks.items():
        page.write_string(row, 0, title, formats.title)
        page.write_blank(row, 1, None, formats.title)
        for at, (term, text) in enumerate(lines, start=row + 1):
            page.write_string(at, 0, term, formats.term)
            page.write_string(at, 1, text, formats.note)
            page.set_row(at, LINE * lines_of(text, WIDTH) + 3)
        row += len(lines) + 2
    page.set_tab_color(TABS["book"])
    set_print(page)


def _facts(list_snapshot: ListSnapshot) -> list[tuple[str, str]]:
    metadata = list_snapshot.metadata
    missing = left_out(metadata).removeprefix("Not on the list: ")
    facts = [
        (
            "Book and day",
            f"{metadata.book}, as of {metadata.as_of}" + ("" if metadata.is_priced else f"; {NO_PRICES}"),
        ),
        ("Hindsight", metadata.hindsight),
        *zip(("Risk side", "Growth side"), metadata.lines, strict=True),
        ("Not on the list", missing),
        ("Far ahead, how many", _far_ahead(list_snapshot.listed, metadata) if metadata.horizon else ""),
        ("CSMs without a sheet", _without_sheet(list_snapshot.listed)),
    ]
    return [(term, text) for term, text in facts if text]


def _far_ahead(listed: pd.DataFrame, metadata: ListMetadata) -> str:
    beyond = listed["is_beyond_horizon"]
    if not beyond.any():
        return "No account of this list lies beyond what the model was judged on."
    arr = f" with {money(listed.loc[beyond, 'arr_usd'].sum())} ARR" if metadata.is_priced else ""
    return f"{counted(beyond.sum(), 'account')}{arr}: each {metadata.horizon}. They stay ranked."


def _without_sheet(listed: pd.DataFrame) -> str:
    left = to_keep(listed)["csm"].nunique() - len(sheets.csms(listed))
    rule = f"A sheet goes to the {sheets.MOST_CSMS} with most at stake"
    return f"{left:,}. {rule}; the accounts of the others stand on '{sheets.AT_RISK}'." if left else ""
