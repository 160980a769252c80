"""Bad rows, as every real export has them: spoilt copies of true rows, so that nothing true is lost."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.data.sample.tables.csv_files import GHOSTS
from churnml.data.sample.world import constants
from churnml.data.sample.world.truth import Story

Spoil = Callable[[pd.DataFrame, "Shelf"], None]


@dataclass(frozen=True)
class Shelf:
    """What spoiling needs to know of the book."""

    future: list[str]  # moments after today, one a row

    @property
    def count(self) -> int:
        """How many rows are to be spoilt."""
        return len(self.future)


def put(column: str, value: str) -> Spoil:
    """A spoiler that writes one value into a column."""

    def spoil(rows: pd.DataFrame, shelf: Shelf) -> None:
        rows[column] = value

    return spoil


def orphan(rows: pd.DataFrame, shelf: Shelf) -> None:
    """Rows of accounts nobody knows."""
    rows["Account ID"] = [f"99{n:05d}" for n in range(shelf.count)]


def future(column: str, *cleared: str) -> Spoil:
    """A spoiler that moves a moment to after today, and empties the moments that follow from it."""

    def spoil(rows: pd.DataFrame, shelf: Shelf) -> None:
        rows[column] = shelf.future
        rows[list(cleared)] = ""

    return spoil


def before(column: str, other: str) -> Spoil:
    """A spoiler that lets one moment come weeks before the one it has to follow."""

    def spoil(rows: pd.DataFrame, shelf: Shelf) -> None:
        earlier = pd.to_datetime(rows[other]) - pd.to_timedelta(20 + np.arange(len(rows)) % 40, unit="D")
        length = rows[other].str.len().iloc[0]
        rows[column] = earlier.dt.strftime("%Y-%m-%d %H:%M:%S").str.slice(stop=length)

    return spoil


def negative(column: str) -> Spoil:
    """A spoiler that turns an amount's sign."""

    def spoil(rows: pd.DataFrame, shelf: Shelf) -> None:
        rows[column] = "-" + rows[column].str.lstrip("-")

    return spoil


def twice(rows: pd.DataFrame, shelf: Shelf) -> None:
    """Exact copies: the same key once more."""


AFTER_OPENING = ("First Reply At", "Solved At", "Escalated At", "Reopened At", "CSAT Score", "CSAT At")
KEYS = {"contracts": "Contract Number", "tickets": "Ticket ID", "invoices": "Invoice No"}
KINDS: dict[str, dict[str, Spoil]] = {
    "accounts": {"duplicate key": twice, "missing required value": put("Account ID", "")},
    "contracts": {
        "duplicate key": twice,
        "end before start": before("End Date", "Start Date"),
        "orphan": orphan,
        "negative amount": negative("ARR (USD)"),
        "unparsable date": put("Start Date", "31/02/2022"),
        "unparsable number": put("ARR (USD)", "12k (tbc)"),
        "missing required value": put("End Date", ""),
    },
    "tickets": {
        "duplicate key": twice,
        "orphan": orphan,
        "future-dated": future("Created At", *AFTER_OPENING),
        "first response before opened": before("First Reply At", "Created At"),
        "resolved before opened": before("Solved At", "Created At"),
        "unparsable date": put("Created At", "yesterday"),
        "missing required value": put("Account ID", ""),
    },
    "touches": {
        "orphan": orphan,
        "future-dated": future("Activity Date"),
        "missing required value": put("Type", ""),
    },
    "surveys": {
        "orphan": orphan,
        "future-dated": future("Sent At", "Answered At", "Score", "Respondent"),
        "unparsable number": put("Score", "9 of 10"),
        "answered before sent": before("Answered At", "Sent At"),
    },
    "invoices": {
        "orphan": orphan,
        "future-dated": future("Issue Date", "Due Date", "Paid Date"),
        "unparsable number": put("Amount (USD)", "#REF!"),
        "missing required value": put("Amount (USD)", ""),
    },
    "milestones": {"orphan": orphan},
    "actions": {"orphan": orphan, "future-dated": future("Date")},
}


def dirtied(story: Story, name: str, table: pd.DataFrame, share: float) -> pd.DataFrame:
    """The table with bad rows strewn in: a share of its rows, spread over every kind it can have.

    A table so short that one row a kind would be too many stays clean.
    """
    kinds = KINDS[name]
    if share == 0 or len(kinds) > constants.DIRT_MOST * len(table):
        return table
    parts = [table.assign(_place=np.arange(len(table), dtype=float))]
    for kind, spoil in kinds.items():
        rng = story.stream(f"dirt {name} {kind}")
        count = max(1, round(share * len(table) / len(kinds)))
        place = np.sort(rng.choice(len(table), count, replace=False))
        rows = table.iloc[place].reset_index(drop=True)
        ahead = story.calendar.last_day + constants.FUTURE_DAYS + rng.integers(0, 365, size=count)
        if name in KEYS and spoil is not twice:
            rows[KEYS[name]] = [f"{kind[0].upper()}{key}" for key in rows[KEYS[name]]]
        spoil(rows, Shelf([str(day) for day in ahead.astype("M8[D]")]))
        parts.append(rows.assign(_place=place + 0.5))
    strewn = pd.concat(parts, ignore_index=True).sort_values("_place", kind="stable", ignore_index=True)
    return strewn.drop(columns="_place")


def dirtied_usage(story: Story, month: str, rows: pd.DataFrame, share: float) -> pd.DataFrame:
    """A month's rows with a share of bad ones, a third of each kind (none is early once all have signed)."""
    if share == 0 or rows.empty:
        return rows
    rng = story.stream(f"dirt usage {month}")
    count = max(1, round(share * len(rows) / 3))
    orphans, early, ahead = (rows.iloc[rng.integers(len(rows), size=count)].copy() for _ in range(3))
    orphans["account"] = len(story.founders.account_id) + rng.integers(len(GHOSTS), size=count)
    ahead["day"] = story.calendar.last_day + constants.FUTURE_DAYS + rng.integers(0, 365, size=count)
    unsigned = np.flatnonzero(story.founders.start > rows["day"].max() + 1)
    if len(unsigned):
        early["account"] = unsigned[rng.integers(len(unsigned), size=count)]
    else:
        early = early.iloc[:0]
    order = ["day", "account", "user", "feature"]
    return pd.concat([rows, orphans, early, ahead]).sort_values(order, kind="stable", ignore_index=True)
