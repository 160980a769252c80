"""Snapshots: the days on which an account is looked at, and the renewal each looks towards.

One SQL serves history and the current book: a decision is open on a day if a term known that day ends later and no known term
follows it. Rolling accounts have no such date and get the day ``rolling_horizon_days`` ahead.
"""

from datetime import date

import duckdb
import pandas as pd

from churnml.data.revenue import create_ledger
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.params import Revenue, Snapshots

KEYS = ["account_id", "as_of", "renewal", "lead_days"]

# Terms as known on each day: a cancellation counts only once it has happened.
KNOWN_TERMS = """
    SELECT d.account_id, d.as_of, t.start_date, t.end_date, t.end_date - t.start_date < {rolling} AS is_rolling,
           least(t.end_date, CASE WHEN t.cancelled_at < d.as_of THEN CAST(t.cancelled_at AS DATE) ELSE t.end_date END) AS stop_date
    FROM days d JOIN contracts t ON t.account_id = d.account_id AND t.known_at < d.as_of"""

OPEN_DECISIONS = (
    "WITH known AS ("
    + KNOWN_TERMS
    + """),
    live AS (
        SELECT d.account_id, d.as_of FROM days d JOIN ledger l ON l.account_id = d.account_id
        AND l.from_day <= d.as_of AND d.as_of < l.to_day
        WHERE d.as_of - (SELECT min(f.from_day) FROM ledger f WHERE f.account_id = d.account_id) >= {history}),
    ends AS (
        SELECT DISTINCT k.account_id, k.as_of, k.end_date AS renewal FROM known k JOIN live USING (account_id, as_of)
        WHERE NOT k.is_rolling AND k.stop_date > k.as_of),
    settled AS (
        SELECT DISTINCT e.account_id, e.as_of, e.renewal FROM ends e JOIN known n USING (account_id, as_of)
        WHERE n.start_date > e.as_of AND n.start_date <= e.renewal + {grace} AND n.end_date > e.renewal)
    SELECT account_id, as_of, renewal, false AS is_rolling FROM ends ANTI JOIN settled USING (account_id, as_of, renewal)
    UNION ALL
    SELECT account_id, as_of, CAST(as_of + {horizon} AS DATE), true FROM live ANTI JOIN ends USING (account_id, as_of)
    WHERE EXISTS (SELECT 1 FROM known k WHERE k.account_id = live.account_id AND k.as_of = live.as_of AND k.is_rolling)"""
)


def history(tables: Tables, revenue: Revenue, snapshots: Snapshots) -> pd.DataFrame:
    """One row for each past renewal and lead on which its decision was open: KEYS and ``is_rolling``.

    Raises NotEnoughError where no account ever came to a renewal.
    """
    con = tables.connect()
    leads = ", ".join(f"({lead})" for lead in snapshots.lead_days)
    con.execute(f"""CREATE TABLE days AS
        SELECT DISTINCT account_id, as_of FROM (
            SELECT account_id, CAST(end_date - l.lead AS DATE) AS as_of FROM contracts, (VALUES {leads}) l(lead)
            WHERE end_date - start_date >= {revenue.rolling_below_days}
            UNION ALL
            SELECT account_id, CAST(unnest(range(min(start_date) + {snapshots.min_history_days}, max(end_date),
                INTERVAL {snapshots.rolling_every_days} DAY)) AS DATE)
            FROM contracts WHERE end_date - start_date < {revenue.rolling_below_days} GROUP BY account_id)
        WHERE as_of < DATE '{tables.last_day}'""")
    found = _open_decisions(con, revenue, snapshots)
    found = found[found["is_rolling"] | found["lead_days"].isin(snapshots.lead_days)].reset_index(drop=True)
    if found.empty:
        raise NotEnoughError(
            f"book '{tables.book}' has no renewal to look at: no term of {revenue.rolling_below_days} days or more with "
            f"{snapshots.min_history_days} days of history before it, and no rolling one. Check contracts.start_date and end_date."
        )
    return found


def current(tables: Tables, as_of: date, revenue: Revenue, snapshots: Snapshots) -> pd.DataFrame:
    """One row for each account live on ``as_of``, looking at its next open decision: KEYS and ``is_rolling``."""
    con = tables.connect()
    con.execute(f"CREATE TABLE days AS SELECT DISTINCT account_id, DATE '{as_of}' AS as_of FROM contracts")
    found = _open_decisions(con, revenue, snapshots.model_copy(update={"min_history_days": 0}))
    return found.drop_duplicates(["account_id"], keep="first").reset_index(drop=True)


def _open_decisions(con: duckdb.DuckDBPyConnection, revenue: Revenue, snapshots: Snapshots) -> pd.DataFrame:
    create_ledger(con, revenue.grace_days)
    sql = OPEN_DECISIONS.format(
        rolling=revenue.rolling_below_days, grace=revenue.grace_days,
        history=snapshots.min_history_days, horizon=snapshots.rolling_horizon_days,
    )  # fmt: skip
    return con.execute(f"""SELECT account_id, CAST(as_of AS TIMESTAMP) AS as_of, CAST(renewal AS TIMESTAMP) AS renewal,
        CAST(renewal - as_of AS INTEGER) AS lead_days, is_rolling FROM ({sql}) ORDER BY account_id, as_of, renewal""").df()
