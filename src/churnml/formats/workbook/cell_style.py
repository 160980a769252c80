"""How the workbook looks: colours, number formats, widths."""

from typing import TYPE_CHECKING, Any

from churnml.listing.columns import Kind
from churnml.listing.status import ELEVATED, HIGH, NEW, NOTICE

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

INK, PAPER, RULE, HEAD = "#1F2933", "#F2F4F7", "#D0D5DD", "#1F3A5F"
BAND_COLOURS = {
    NOTICE: ("#E4D7F5", "#4A1D7A"),
    HIGH: ("#FBD9D3", "#8C1D0B"),
    ELEVATED: ("#FDEBC8", "#7A4B00"),
    NEW: ("#DCEBFA", "#164A80"),
}
"""Fill and ink of a band; others are plain. The word carries the meaning, the colour only repeats it."""
TABS = {"risk": "#C0392B", "growth": "#2E7D32", "lost": "#6B3FA0", "csm": "#1F3A5F", "book": "#7B8794"}
"""The colour of a sheet's tab, by what it is about."""

NUMBERS: dict[Kind, str] = {
    "count": "0", "usd": "$#,##0", "date": "yyyy-mm-dd", "probability": "0%", "multiple": '0.0"x"',
    "score": "0", "weight": "0%", "change": "+0.0;-0.0;0.0", "place": "0",
}  # fmt: skip
WIDTHS: dict[Kind, int] = {
    "count": 7, "usd": 12, "date": 11, "probability": 9, "multiple": 9, "score": 9, "flag": 7, "text": 16, "weight": 9,
    "change": 9, "place": 8,
}  # fmt: skip
LINE = 13.5
"""Points that a line of text takes."""


class Formats:
    """The formats of one workbook."""

    def __init__(self, book: "Workbook") -> None:
        base = {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top"}
        cell = base | {"bottom": 1, "bottom_color": RULE}
        words = cell | {
            "num_format": "@",
            "align": "left",
            "indent": 1,
        }  # a number ends where the next column's text begins
        self.first = book.add_format(base | {"bold": True, "font_size": 11, "valign": "vcenter"})
        heading = {
            "bold": True, "bg_color": HEAD, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter",
        }  # fmt: skip
        self.heading = book.add_format(base | heading | {"align": "left", "indent": 1})
        self.heading_of_figures = book.add_format(base | heading | {"align": "right"})
        self.term = book.add_format(base | {"bold": True})
        self.note = book.add_format(base | {"text_wrap": True})
        self.title = book.add_format(base | {"bold": True, "font_size": 11, "bg_color": PAPER})
        self.wrapped = book.add_format(words | {"text_wrap": True})
        self.text = book.add_format(words)
        self.strong = book.add_format(words | {"bold": True})
        self.flag = book.add_format(cell | {"num_format": "@", "align": "center"})
        self.kinds: dict[Kind, Format] = {
            kind: book.add_format(cell | {"num_format": form}) for kind, form in NUMBERS.items()
        }
        self.bands = {
            band: book.add_format(words | {"bg_color": fill, "font_color": ink, "bold": True})
            for band, (fill, ink) in BAND_COLOURS.items()
        }

    def of(self, name: str, kind: Kind, is_wrapped: bool) -> "Format":
        """The format of a column's cells; a band's own comes by its word."""
        if is_wrapped:
            return self.wrapped
        if name == "name":
            return self.strong
        return self.flag if kind == "flag" else self.kinds.get(kind, self.text)

    def over(self, kind: Kind) -> "Format":
        """The format of a column's heading: above figures it ends where they do."""
        return self.heading if kind in ("text", "flag") else self.heading_of_figures

    def of_band(self, band: Any) -> "Format":
        """The format of a band's cell."""
        return self.bands.get(band, self.text)
