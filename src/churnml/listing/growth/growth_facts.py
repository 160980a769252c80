"""All that the growth side asks of the tables, read once."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import duckdb
import pandas as pd

from churnml.data.kpis.survey_scores import NPS_MOST
from churnml.data.schema import BILLING_DAYS, SERVICE_ENDS
from churnml.data.tables import Tables, register_snapshots
from churnml.features.domains.onboarding import STALLED
from churnml.features.domains.support import OPEN, URGENT
from churnml.features.usage_measures import QUARTER
from churnml.params.score import Growth
from churnml.timeline import Window


@dataclass(frozen=True)
class KnownTables:
    """One day's accounts before the one door: SQL may name ``snapshots``, and tables through ``known``."""

    tables: Tables
    con: duckdb.DuckDBPyConnection
    given: Mapping[str, AbstractSet[str]]

    @classmethod
    def before(cls, tables: Tables, accounts: pd.DataFrame) -> "KnownTables":
        """The tables as known of these accounts (``account_id``, ``as_of``, ``renewal``)."""
        con = tables.connect()
        register_snapshots(con, accounts)
        return cls(tables, con, tables.given())

    def gives(self, table: str, *columns: str) -> bool:
        """Whether the book has the table and says something in each of the columns."""
        return set(columns) <= set(self.given[table]) if table in self.given else False

    def known(self, table: str, reach_days: int | None = None) -> str:
        """SQL for the table's rows as known on the day, with ``account_id`` and ``as_of``."""
        return f"({self.tables.known(table, reach_days)})"

    def ask(self, question: str) -> pd.DataFrame:
        """The answer to a question in SQL."""
        return self.con.execute(question).df()


# A term still counts on the day it ends: its successor, if any, may be known only the day after.
TERMS = f"""SELECT account_id, product, seats, seat_group, CAST(arr AS DOUBLE) AS arr, {SERVICE_ENDS} AS stop_date,
    start_date <= as_of AND as_of < stop_date AS is_live, as_of <= stop_date + INTERVAL {BILLING_DAYS} DAY AS is_held FROM """

YEAR = Window(365)

YEAR_AGO = Window(QUARTER.days, ago=YEAR.days - QUARTER.days)
"""The quarter with which the year began: as long as the last one, so that the two can be compared."""

NONE = {"account_id": "object", "thing": "object", "first_used": "datetime64[us]", "last_used": "datetime64[us]",
        "is_in_use": "bool", "was_in_use": "bool"}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What is known of the live accounts on the day; a table that the book does not give leaves its part empty."""

    used: pd.DataFrame
    products: pd.DataFrame
    seat_arr: pd.Series
    nps: pd.DataFrame
    tickets: pd.DataFrame
    milestones: pd.DataFrame

    @classmethod
    def known(cls, tables: KnownTables, settings: Growth) -> "Facts":
        """The facts as the door lets them through."""
        return cls(
            used_features(tables), held_products(tables), seat_arr(tables),
            latest_nps(tables, settings.max_nps_age_days), open_tickets(tables), overdue_milestones(tables),
        )  # fmt: skip


def overdue_milestones(tables: KnownTables) -> pd.DataFrame:
    """Each milestone that is overdue, the longest first: ``account_id``, ``milestone``, ``days``.

    One missed more than a year ago is no longer being waited for.
    """
    if not tables.gives("milestones", "due_at", "achieved_at"):
        return no_rows(account_id="object", milestone="object", days="int64")
    return tables.ask(f"""
        SELECT account_id, milestone, CAST(max(date_diff('day', CAST(due_at AS DATE), as_of)) AS INTEGER) AS days
        FROM {tables.known("milestones")} WHERE {STALLED} GROUP BY ALL ORDER BY account_id, days DESC, milestone""")


def open_tickets(tables: KnownTables) -> pd.DataFrame:
    """The open tickets of weight, by account id: ``is_escalated`` and ``is_urgent``, where at least one is so."""
    if not tables.gives("tickets", "resolved_at"):
        return no_rows(account_id="object", is_escalated="bool", is_urgent="bool").set_index("account_id")
    tickets = tables.ask(f"""
        SELECT account_id, bool_or(escalated_at IS NOT NULL) AS is_escalated, bool_or(coalesce({URGENT}, false)) AS is_urgent
        FROM {tables.known("tickets")} WHERE {OPEN} GROUP BY ALL HAVING is_escalated OR is_urgent ORDER BY account_id""")
    return tickets.set_index("account_id")


def held_products(tables: KnownTables) -> pd.DataFrame:
    """Each product an account ever had: ``account_id``, ``thing``, ``is_held`` and ``arr_usd`` of its live terms.

    Held is what runs or is signed ahead. An account with a term that names no product is left out: what it owns
    is not known whole.
    """
    if not tables.gives("contracts", "product"):
        return no_rows(account_id="object", thing="object", is_held="bool", arr_usd="float64")
    arr = "arr" if tables.gives("contracts", "arr") else "0.0"
    return tables.ask(f"""
        WITH terms AS ({TERMS} {tables.known("contracts")})
        SELECT account_id, product AS thing, bool_or(is_held) AS is_held, coalesce(sum({arr}) FILTER (is_live), 0) AS arr_usd
        FROM terms WHERE account_id NOT IN (SELECT account_id FROM terms WHERE is_held AND product IS NULL)
        AND product IS NOT NULL GROUP BY ALL ORDER BY ALL""")


def seat_arr(tables: KnownTables) -> pd.Series:
    """The ARR of each account's live terms that count seats, by account id; nobody has any in a book without prices."""
    if not tables.gives("contracts", "arr"):
        return pd.Series(dtype="float64")
    seats = tables.ask(f"""
        WITH terms AS ({TERMS} {tables.known("contracts")})
        SELECT account_id, arg_max(arr, struct_pack(s := seats, a := arr)) AS arr_usd FROM (
            SELECT account_id, seat_group, sum(arr) AS arr, sum(seats) AS seats FROM terms WHERE is_live AND seats <> 0 GROUP BY ALL)
        WHERE seats > 0 GROUP BY ALL ORDER BY ALL""")
    return seats.set_index("account_id")["arr_usd"]


def latest_nps(tables: KnownTables, within_days: int) -> pd.DataFrame:
    """The newest NPS answer of the last ``within_days``: ``nps`` and ``answered_on``, by account id.

    Of answers given at once the lowest counts: nobody is called a promoter by halves. A score off the scale is none.
    """
    if not tables.gives("surveys", "answered_at", "score"):
        return no_rows(account_id="object", nps="float64", answered_on="datetime64[us]").set_index(
            "account_id"
        )
    answers = tables.ask(f"""
        SELECT account_id, CAST(score AS DOUBLE) AS nps, answered_at AS answered_on FROM {tables.known("surveys")}
        WHERE lower(kind) = 'nps' AND score BETWEEN 0 AND {NPS_MOST} AND answered_at >= as_of - INTERVAL {within_days} DAY
        QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY answered_at DESC, score) = 1
        ORDER BY account_id""")
    return answers.set_index("account_id")


def used_features(tables: KnownTables) -> pd.DataFrame:
    """Each feature an account used over the year: ``account_id``, ``thing``, ``first_used``, ``last_used``, and
    whether it was used in the last quarter (``is_in_use``) and in that of a year ago (``was_in_use``).

    Usage is read once and counted where it lies.
    """  # fmt: skip
    if not tables.gives("usage", "feature"):
        return no_rows(**NONE)
    flags = ("is_in_use", QUARTER), ("was_in_use", YEAR_AGO)
    flag_columns = ", ".join(f"bool_or({_within(window)}) AS {name}" for name, window in flags)
    return tables.ask(f"""
        SELECT account_id, feature AS thing, min(clock) AS first_used, max(clock) AS last_used, {flag_columns}
        FROM {tables.known("usage", YEAR.days)} WHERE feature IS NOT NULL GROUP BY account_id, feature ORDER BY ALL""")


def _within(window: Window) -> str:
    latest = f" AND clock < as_of - INTERVAL {window.ago} DAY" if window.ago else ""
    return f"clock >= as_of - INTERVAL {window.reach} DAY{latest}"


def no_rows(**columns: str) -> pd.DataFrame:
    """An answer without a row, its columns typed as they are where there is one.

    >>> no_rows(account_id="object", days="int64").dtypes["days"].name
    'int64'
    """
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
