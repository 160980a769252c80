"""The day that a list or a forecast stands on."""

from datetime import date
from typing import Literal

from churnml.data.tables import Tables
from churnml.errors import SettingsError

Day = date | Literal["latest"]


def choose_day(tables: Tables, as_of: Day) -> date:
    """The day to stand on; 'latest' is the day the book was drawn, after which nothing is known."""
    if as_of == "latest":
        return tables.last_day
    if as_of > tables.last_day:
        raise SettingsError(
            f"cannot score {as_of}: book '{tables.book}' ends on {tables.last_day}. "
            "Use that day or an earlier one, or ingest newer data."
        )
    return as_of
