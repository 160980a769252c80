"""The list as a spreadsheet: who is at risk, who is ready to grow, and how to read it."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from churnml.deliver.figures import money
from churnml.deliver.header import Header
from churnml.deliver.risk_list import Column, Kind
from churnml.deliver.standing import NOTICE
from churnml.deliver.terminal import left_out

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

LONGEST = 32_767
"""Characters a spreadsheet cell can hold."""

NUMBERS: dict[Kind, str] = {
    "count": "0", "usd": "$#,##0", "date": "yyyy-mm-dd", "probability": "0%", "multiple": '0.0"x"',
    "score": "0", "weight": "0%", "change": "+0.0;-0.0;0.0", "place": "0",
}  # fmt: skip
WIDTHS: dict[Kind, int] = {
    "count": 7,
    "usd": 13,
    "date": 12,
    "probability": 10,
    "multiple": 10,
    "score": 10,
    "flag": 8,
    "change": 10,
    "place": 8,
    "text": 16,
}
WIDE = {"name": 30, "band": 12}
REASON_WIDTH, TWO_LINES = (
    50,
    28,
)  # characters, points: the longest reason fits without one row running into the next

INK, PAPER, RULE = "#1F2933", "#F2F4F7", "#D0D5DD"
BAND_COLOURS = {
    NOTICE: ("#F2B8AE", "#6B0F05"),
    "high": ("#FBD9D3", "#8C1D0B"),
    "elevated": ("#FDEBC8", "#7A4B00"),
}
"""Fill and ink of a band; others are plain. The word carries the meaning, the colour only repeats it."""

GUIDE = (
    ("What this is", "Accounts with a live contract on the day of the list."),
    (
        "Notice given",
        "Known, not predicted: it counts as 100% to leave with all ARR at stake, lost unless won back.",
    ),
    ("New", "A customer for too short a time to judge: no chance is shown, and it comes after the others."),
    ("A chance", "A probability learned from past renewals: an association found in history, not a cause."),
    (
        "Reasons",
        "Facts about the account beside the typical one's, strongest first; 'Against' points the other way.",
    ),
    (
        "No proven signal",
        "Where line 1 says so, no chance is shown and the rules health score gives the order.",
    ),
    (
        "Two health scores",
        "The same parts twice: 'rules' weighs them as your team says, 'fitted' as past renewals showed.",
    ),
)


def to_xlsx(listed: pd.DataFrame, columns: Sequence[Column], header: Header) -> bytes:
    """The list as an XLSX file, its bytes fixed by its content; a text is never a formula or a link."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    settings = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(buffer, settings) as book:
        day = datetime.combine(header.as_of, datetime.min.time())
        book.set_properties({"title": f"{header.book}, {header.as_of}", "author": "churnml", "created": day})
        look = _Look(book)
        churn = [c for c in columns if c.is_shown and c.side in ("both", "churn")]
        growth = [c for c in columns if c.is_shown and c.side in ("both", "expansion")]
        at_risk, growing = book.add_worksheet("At risk"), book.add_worksheet("Ready to grow")
        _sheet(at_risk, look, listed, sorted(churn, key=lambda c: c.name != "rank"), _first(header, 0))
        ordered = listed.sort_values("expansion_rank")
        _sheet(
            growing,
            look,
            ordered,
            sorted(growth, key=lambda c: c.name != "expansion_rank"),
            _first(header, 1),
        )
        _guide(
            book.add_worksheet("How to read this"),
            look,
            churn + [c for c in growth if c.side == "expansion"],
            header,
            _far_ahead(listed, header),
        )
    return buffer.getvalue()


class _Look:
    """The formats of one workbook."""

    def __init__(self, book: "Workbook") -> None:
        base = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
        self.verdict = book.add_format(base | {"bold": True, "font_size": 12, "valign": "vcenter"})
        self.heading = book.add_format(
            base | {"bold": True, "bg_color": PAPER, "bottom": 1, "border_color": RULE, "text_wrap": True}
        )
        self.term = book.add_format(base | {"bold": True})
        self.wrapped = book.add_format(base | {"text_wrap": True})
        self.kinds: dict[Kind, Format] = {
            k: book.add_format(base | {"num_format": f}) for k, f in NUMBERS.items()
        }
        self.text = book.add_format(base | {"num_format": "@"})
        self.bands = {
            band: book.add_format(base | {"bg_color": fill, "font_color": ink, "bold": True})
            for band, (fill, ink) in BAND_COLOURS.items()
        }

    def of(self, column: Column, value: Any) -> "Format":
        """The format of one cell."""
        if column.name == "band":
            return self.bands.get(value, self.text)
        if _is_reason(column):
            return self.wrapped
        return self.kinds.get(column.kind, self.text)


def _sheet(
    sheet: "Worksheet", look: _Look, listed: pd.DataFrame, columns: Sequence[Column], verdict: str
) -> None:
    """Row 1 the verdict, row 2 the headings, then the accounts; headings and names stay in view."""
    sheet.write_string(0, 0, verdict, look.verdict)
    sheet.set_default_row(TWO_LINES)
    sheet.set_row(0, 24)
    sheet.set_row(1, 30)
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, REASON_WIDTH if _is_reason(column) else WIDE.get(column.name, WIDTHS[column.kind])
        )
        sheet.write_string(1, place, column.title, look.heading)
        for row, value in enumerate(listed[column.name].tolist(), start=2):
            _write(sheet, row, place, value, column, look.of(column, value))
    sheet.autofilter(1, 0, max(len(listed) + 1, 1), len(columns) - 1)
    sheet.freeze_panes(2, [column.name for column in columns].index("name") + 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
    sheet.hide_gridlines(2)


def _write(sheet: "Worksheet", row: int, place: int, value: Any, column: Column, look: "Format") -> None:
    if column.kind == "text":
        sheet.write_string(row, place, value[:LONGEST], look)
    elif column.kind == "flag":
        sheet.write_string(row, place, "yes" if value else "", look)
    elif pd.isna(value):
        sheet.write_blank(row, place, None, look)
    elif column.kind == "date":
        sheet.write_datetime(row, place, value.to_pydatetime(), look)
    else:
        sheet.write_number(row, place, 100 * value if column.kind == "change" else value, look)


def _first(header: Header, side: int) -> str:
    """The first line of a side's sheet: hindsight, if it is, before the verdict."""
    return f"{header.hindsight} {header.lines[side]}".strip()


def _far_ahead(listed: pd.DataFrame, header: Header) -> str:
    """How many accounts, and how much ARR, lie beyond the horizon."""
    beyond = listed["is_beyond_horizon"]
    if not beyond.any():
        return "No account of this list lies beyond what the model was judged on."
    named = "account" if beyond.sum() == 1 else "accounts"
    arr = money(listed.loc[beyond, "arr_usd"].sum())
    return f"{beyond.sum():,} {named} with {arr} ARR: each {header.horizon}. They stay ranked."


def _guide(
    sheet: "Worksheet", look: _Look, columns: Sequence[Column], header: Header, far_ahead: str
) -> None:
    """The verdicts, what the list is, and what each column means."""
    said = [
        ("Book and day", f"{header.book}, as of {header.as_of}"),
        *([("Hindsight", header.hindsight)] if header.hindsight else []),
        *zip(("Risk side", "Growth side"), header.lines, strict=True),
        *(
            [("Not on the list", left_out(header).removeprefix("Not on the list: "))]
            if left_out(header)
            else []
        ),
        *GUIDE,
        *([("Far ahead, how many", far_ahead)] if header.horizon else []),
    ]
    meanings = {(column.title, column.note): None for column in columns}
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (term, text) in enumerate([*said, ("", ""), *meanings]):
        sheet.write_string(row, 0, term, look.term)
        sheet.write_string(row, 1, text, look.wrapped)


def _is_reason(column: Column) -> bool:
    return column.kind == "text" and column.title.startswith(("Reason", "Against"))
