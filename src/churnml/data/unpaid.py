"""How often accounts left because a charge was never paid, by what had been known of their charges: from past days, as known on a day."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from churnml.data.dunning import LEFT_UNPAID, create_failed_charges
from churnml.data.revenue import create_ledger
from churnml.data.tables import Tables, register_snapshots

OPEN, LATELY, NEVER = "open", "in the last year", "none"
"""Of an account's failed charges: one is still tried again, one failed within a year, or neither."""
EVERY_DAYS, MOST_DAYS = 91, 8
"""Past days are a quarter apart, at most so many."""
PRIOR_ACCOUNTS = 20
"""Accounts of the whole book's rate that each state starts with, so that a handful of cases says little."""


def charge_states(tables: Tables, day: date) -> pd.Series:
    """The state of each account that ever had a failed charge within a year before the day, by account id; any other is NEVER."""
    con = tables.connect()
    _create_states(con, day)
    return con.execute("FROM states ORDER BY account_id").df().set_index("account_id")["state"]


def unpaid_rates(tables: Tables, day: date, within_days: int, grace_days: int) -> dict[str, float] | None:
    """The share of accounts of each state that left unpaid within so many days, shrunk to that of all; None where no past day is old enough.

    Looked at on past days from which the horizon and twice the grace have passed; nothing recorded on the day or later is read.
    """
    con = tables.connect()
    _known_by(con, tables, day)
    create_ledger(con, grace_days, known_by=day)
    con.execute("ALTER TABLE failed_charges RENAME TO charges_today")
    latest = day - timedelta(days=within_days + 2 * grace_days)
    found = [
        _left(con, latest - timedelta(days=EVERY_DAYS * n), within_days, grace_days) for n in range(MOST_DAYS)
    ]
    cases = (
        pd.concat(found)
        .groupby("state")[["accounts", "unpaid"]]
        .sum()
        .reindex([OPEN, LATELY, NEVER], fill_value=0)
    )
    if not cases["accounts"].sum():
        return None
    overall = cases["unpaid"].sum() / cases["accounts"].sum()
    rates = (cases["unpaid"] + PRIOR_ACCOUNTS * overall) / (cases["accounts"] + PRIOR_ACCOUNTS)
    return {str(state): float(rate) for state, rate in rates.items()}


def unpaid_part(chance: pd.Series, state: pd.Series, rates: dict[str, float]) -> pd.Series:
    """The part of each chance to leave that is by a charge never paid: of each state as much on average as its past rate, and never more than all of it.

    >>> unpaid_part(pd.Series([0.1, 0.3, 0.2]), pd.Series(["none", "none", "open"]), {"none": 0.02, "open": 0.5}).round(3).tolist()
    [0.01, 0.03, 0.2]
    """
    mean = chance.groupby(state).transform("mean")
    share = state.map(rates) / mean.where(mean > 0)
    return chance * np.fmin(share, 1.0)


def _create_states(con: duckdb.DuckDBPyConnection, day: date) -> None:
    create_failed_charges(con, day)
    on = f"DATE '{day}'"
    con.execute(f"""CREATE OR REPLACE TABLE states AS
        SELECT account_id, CASE WHEN bool_or(paid_on IS NULL AND {on} <= tried_until) THEN '{OPEN}' ELSE '{LATELY}' END AS state
        FROM failed_charges WHERE failed_on >= {on} - 365 OR (paid_on IS NULL AND {on} <= tried_until) GROUP BY account_id""")


def _known_by(con: duckdb.DuckDBPyConnection, tables: Tables, day: date) -> None:
    """Puts the contracts as they were known on the day in place of today's."""
    every = con.execute("SELECT DISTINCT account_id FROM contracts_versions ORDER BY account_id").df()
    register_snapshots(con, every.assign(as_of=pd.Timestamp(day), renewal=pd.Timestamp(day)))
    con.execute(
        f"CREATE TABLE known_by AS SELECT * EXCLUDE (snapshot, as_of, renewal) FROM ({tables.known('contracts')})"
    )
    con.execute("DROP VIEW contracts")
    con.execute("ALTER TABLE known_by RENAME TO contracts")


def _left(con: duckdb.DuckDBPyConnection, day: date, within_days: int, grace_days: int) -> pd.DataFrame:
    """Of the accounts that were live on a past day, by state: how many there were and how many left unpaid within so many days."""
    _create_states(con, day)
    unpaid = LEFT_UNPAID.format(account="e.account_id", left="e.left_on", grace=grace_days).replace(
        "failed_charges", "charges_today"
    )
    return con.execute(f"""
        WITH ends AS (
            SELECT account_id, to_day FROM ledger
            QUALIFY lead(from_day) OVER (PARTITION BY account_id ORDER BY from_day) IS DISTINCT FROM to_day),
        live AS (SELECT account_id FROM ledger WHERE from_day <= DATE '{day}' AND DATE '{day}' < to_day),
        e AS (SELECT l.account_id, min(s.to_day) AS left_on FROM live l JOIN ends s ON s.account_id = l.account_id
            AND s.to_day > DATE '{day}' GROUP BY l.account_id)
        SELECT coalesce(state, '{NEVER}') AS state, count(*) AS accounts,
            count(*) FILTER (e.left_on <= DATE '{day}' + {within_days} AND {unpaid}) AS unpaid
        FROM e LEFT JOIN states USING (account_id) GROUP BY ALL""").df()
