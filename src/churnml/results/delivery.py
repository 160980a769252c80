"""``delivery.json``: what an accepted delivery of a book held, in figures that a later delivery can be laid beside."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Day:
    """A day's rows of a table, and a digest of all that is settled in them: what nothing reveals later. Their order moves no letter of it."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month's rows of a table, the accounts they are of, and the sum of each column that is a measure."""

    rows: int
    accounts: int
    sums: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Kind:
    """How often a word stands in a column, and in which months first and last."""

    rows: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One canonical table: its columns with a value, its rows by day (``2024-05-02``) and month, and the words of its columns of kinds.

    ``cadence`` counts accounts by how their rows come: by ``month``, by ``week``, or by ``day`` or finer; those with too few rows to say in none.
    """

    rows: int
    accounts: int
    columns: tuple[str, ...]
    days: Mapping[str, Day]
    months: Mapping[str, Month]
    kinds: Mapping[str, Mapping[str, Kind]]
    cadence: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it was accepted; ``last_day`` is exclusive, ``accounts`` are the ids of all accounts in order."""

    book: str
    last_day: str
    accounts: tuple[str, ...]
    tables: Mapping[str, TableProfile]


DELIVERY: TypeAdapter[Delivery] = TypeAdapter(Delivery)
