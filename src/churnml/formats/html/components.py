"""What the book's page is made of before it is HTML: tiles, and tables whose rows may carry a bar."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote, urlencode

from churnml.text.width import plain


@dataclass(frozen=True)
class Tile:
    """One figure to be seen first."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Piece:
    """A part of a bar, in percent of the table's widest; ``tone`` is a class of the style sheet."""

    start: float
    width: float
    tone: str = "loss"


@dataclass(frozen=True)
class Cell:
    """What a cell says, a quiet line below it, and where it leads."""

    text: str
    note: str = ""
    href: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table: its heading cell, the others, and a bar."""

    cells: Sequence[Cell]
    bar: Sequence[Piece] = ()
    is_total: bool = False


@dataclass(frozen=True)
class Table:
    """A table: the first ``words`` columns hold text, the others numbers.

    ``bar`` says what the bars measure and ``bar_after`` how many columns stand before them; ``keys`` what their tones mean. A table is wide where it holds sentences.
    """

    anchor: str
    title: str
    lead: str
    heading: Sequence[str]
    rows: Sequence[Row]
    words: int = 1
    bar: str = ""
    bar_after: int = 1
    keys: Sequence[tuple[str, str]] = ()
    note: str = ""
    is_wide: bool = False


DOLLARS = ("ARR", "ARR due", "ARR that left", "Expected loss")
"""Headings of columns, and names of bars, that tell dollars."""


def without_dollars(table: Table) -> Table:
    """The table without its columns of dollars, and without a bar that measures them."""
    kept = [place for place, title in enumerate(table.heading) if title not in DOLLARS]
    has_bar = bool(table.bar) and table.bar not in DOLLARS
    rows = [
        Row([row.cells[place] for place in kept], row.bar if has_bar else (), row.is_total)
        for row in table.rows
    ]
    before = sum(place < table.bar_after for place in kept)
    return replace(
        table, heading=[table.heading[place] for place in kept], rows=rows, bar=table.bar if has_bar else "",
        bar_after=before, keys=table.keys if has_bar else (),
    )  # fmt: skip


def account(identity: str) -> str:
    """The address of an account's page.

    >>> account("7/e5")
    '#/account/7%2Fe5'
    """
    return f"#/account/{quote(identity, safe='')}"


def accounts(**chosen: str) -> str:
    """The address of the table with these filters set.

    >>> accounts(csm="Dana Wu", call="1")
    '#/accounts?csm=Dana+Wu&call=1'
    """
    return f"#/accounts?{urlencode(chosen)}" if chosen else "#/accounts"


def who(name: str, identity: str) -> str:
    """An account's name; its id where it has none."""
    return plain(name or identity)


def sentence(text: str) -> str:
    """A text of the book as a sentence begins.

    >>> sentence("last used 3 days ago")
    'Last used 3 days ago'
    """
    return plain(text[:1].upper() + text[1:])


def pieces(values: Sequence[tuple[float, str]], widest: float) -> list[Piece]:
    """A stacked bar of values, each with its tone, in percent of the widest.

    >>> pieces([(1, "loss"), (3, "rest")], 4)
    [Piece(start=0.0, width=25.0, tone='loss'), Piece(start=25.0, width=75.0, tone='rest')]
    """
    stacked, start = [], 0.0
    for value, tone in values:
        width = round(100 * value / widest, 2) if widest > 0 else 0.0
        stacked.append(Piece(round(start, 2), width, tone))
        start += width
    return stacked


def day(value: date) -> str:
    """A day as a person writes it.

    >>> day(date(2025, 5, 13))
    '13 May 2025'
    """
    return f"{value.day} {value:%b %Y}"
