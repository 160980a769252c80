"""Snapshots: the days on which an account is looked at, and the renewal each looks towards.

One SQL serves history and the current book: a decision is open on a day if a term known that day ends later and no known term
follows it. Rolling accounts, those on terms without an end among them, have no such date and get the day ``rolling_horizon_days`` ahead;
so does every account where ``revenue.question`` is ``horizon``.
"""

from datetime import date
from math import inf

import duckdb
import pandas as pd

from churnml.data.dunning import create_failed_charges
from churnml.data.schema import BILLING_DAYS, OPEN_END
from churnml.data.tables import Tables, stood_on
from churnml.errors import NotEnoughError
from churnml.params.snapshots import Revenue, Snapshots

KEYS = ["account_id", "as_of", "renewal", "lead_days"]

END_AS_KNOWN = "CASE WHEN t.end_moved_at >= {as_of} THEN t.agreed_end_date ELSE t.end_date END"
"""SQL for the end of a term ``t`` as it was known on a day: the agreed one, until what moved it was known."""
NOTICED = "coalesce(t.notice_at < {as_of} AND (t.notice_answered_at < {as_of}) IS NOT true, false)"
"""SQL for whether notice had been given on a term ``t`` by a day, and no newly signed paid term had answered it (as the door has it)."""

MONTH_DAYS = 31
PHASE = "CAST('0x' || substr(md5(account_id), 1, 6) AS INTEGER) % {days}"
"""SQL for the day of the month, by the account's id, on which a rolling account is looked at: a quarter is three months but for a day, so that
looks counted from the first day alone would all fall on one day of the billing month, and a list stands on any."""


def billing_days(revenue: Revenue) -> int:
    """For how many days after its end a rolling term still counts: while its next charge is due, and no longer than the grace."""
    return min(BILLING_DAYS, revenue.grace_days)


def is_rolling(revenue: Revenue) -> str:
    """SQL for whether a term ``t`` rolls: agreed for so short a time that its end is no decision, or without an end."""
    days = revenue.rolling_below_days
    return "true" if days == inf else f"coalesce(t.agreed_end_date - t.start_date < {days}, true)"


# Terms as recorded on each day: a cancellation counts only once it has happened.
OPEN_DECISIONS = """
    WITH known AS (
        SELECT d.account_id, d.as_of, t.start_date, {end} AS end_date, t.arr > 0 AS is_paid, {is_rolling} AS is_rolling,
            least(coalesce({end}, {open_end}), CASE WHEN t.cancelled_at < d.as_of THEN CAST(t.cancelled_at AS DATE) END) AS stop_date,
            stop_date + CASE WHEN coalesce(t.cancelled_at < d.as_of, false) OR {noticed} THEN 0 ELSE {billing} END AS billed_until,
            min(CASE WHEN t.arr > 0 AND t.start_date > d.as_of THEN t.start_date END) OVER (PARTITION BY d.account_id, d.as_of) AS next_start,
            next_start <= stop_date + {grace} AS is_bridged  -- a gap within the grace before a term that is signed breaks nothing
        FROM days d JOIN contracts_versions t ON t.account_id = d.account_id AND {stood}),
    live AS (
        -- A rolling term still counts on the day it ends, and while its next charge is due: its successor, if any, is known only after that.
        SELECT account_id, as_of, bool_or(is_rolling AND start_date <= as_of AND (as_of <= billed_until OR is_bridged)) AS has_rolling
        FROM known WHERE is_paid GROUP BY account_id, as_of
        HAVING (has_rolling OR bool_or(start_date <= as_of AND (as_of < stop_date OR is_bridged))) AND as_of - min(start_date) >= {history}),
    ends AS (
        SELECT DISTINCT k.account_id, k.as_of, k.end_date AS renewal FROM known k JOIN live USING (account_id, as_of)
        WHERE k.is_paid AND NOT k.is_rolling AND k.stop_date > k.as_of),
    settled AS (  -- a next term, signed ahead, that starts about when this one ends; an add-on in mid-term settles nothing
        SELECT DISTINCT e.account_id, e.as_of, e.renewal FROM ends e JOIN known n USING (account_id, as_of)
        WHERE n.is_paid AND n.start_date > e.as_of AND n.start_date BETWEEN e.renewal - {grace} AND e.renewal + {grace} AND n.stop_date > e.renewal)
    SELECT account_id, as_of, renewal, false AS is_rolling FROM ends ANTI JOIN settled USING (account_id, as_of, renewal)
    UNION ALL
    SELECT account_id, as_of, CAST(as_of + {horizon} AS DATE), true FROM live ANTI JOIN ends USING (account_id, as_of) WHERE has_rolling"""


def history(tables: Tables, revenue: Revenue, snapshots: Snapshots) -> pd.DataFrame:
    """One row for each past renewal and lead on which its decision was open: KEYS and ``is_rolling``.

    Raises NotEnoughError where no account ever came to a renewal.
    """
    con = tables.connect()
    leads = ", ".join(f"({lead})" for lead in snapshots.lead_days)
    rolls = is_rolling(revenue)
    phase = PHASE.format(days=min(MONTH_DAYS, snapshots.rolling_every_days))
    con.execute(f"""CREATE TABLE calendar AS
        SELECT DISTINCT account_id, CAST(ended - l.lead AS DATE) AS as_of, false AS is_regular
        FROM (SELECT account_id, unnest([t.end_date, t.agreed_end_date]) AS ended FROM contracts_versions t WHERE NOT {rolls}),
            (VALUES {leads}) l(lead)
        UNION ALL
        SELECT account_id, CAST(unnest(range(min(start_date) + {snapshots.min_history_days} + {phase}, max(coalesce(end_date, DATE '{tables.last_day}')),
            INTERVAL {snapshots.rolling_every_days} DAY)) AS DATE), true
        FROM contracts_versions t WHERE {rolls} GROUP BY account_id""")
    con.execute(
        f"CREATE TABLE days AS SELECT DISTINCT account_id, as_of FROM calendar WHERE as_of < DATE '{tables.last_day}'"
    )
    found = _open_decisions(con, revenue, snapshots)
    regular = con.execute(
        "SELECT account_id, CAST(as_of AS TIMESTAMP) AS as_of FROM calendar WHERE is_regular"
    ).df()
    # A rolling account is looked at on its own regular days only: another day stands there because of a term still to come.
    is_regular = pd.MultiIndex.from_frame(found[["account_id", "as_of"]]).isin(
        pd.MultiIndex.from_frame(regular)
    )
    wanted = (found["is_rolling"] & is_regular) | (
        ~found["is_rolling"] & found["lead_days"].isin(snapshots.lead_days)
    )
    found = found[wanted].reset_index(drop=True)
    if found.empty:
        raise NotEnoughError(
            f"book '{tables.book}' has no renewal to look at: no term of {revenue.min_fixed_term_days} days or more with "
            f"{snapshots.min_history_days} days of history before it, and no rolling one. Check contracts.start_date and end_date."
        )
    return found


def current(tables: Tables, as_of: date, revenue: Revenue, snapshots: Snapshots) -> pd.DataFrame:
    """One row for each account live on ``as_of``, looking at its next open decision: KEYS and ``is_rolling``."""
    con = tables.connect()
    con.execute(
        f"CREATE TABLE days AS SELECT DISTINCT account_id, DATE '{as_of}' AS as_of FROM contracts_versions"
    )
    found = _open_decisions(con, revenue, snapshots.model_copy(update={"min_history_days": 0}))
    return found.drop_duplicates(["account_id"], keep="first").reset_index(drop=True)


def in_grace(tables: Tables, as_of: date, revenue: Revenue) -> pd.DataFrame:
    """One row for each account whose last paid term ended within the grace before ``as_of`` and whose next is not recorded.

    The grace goes on while a charge that failed is tried again. Columns ``account_id``, ``ended_on``,
    ``arr_usd``, that of the terms that ended last, and ``is_tried_again``. An account that cancelled or gave
    notice is gone, not in grace.
    """
    day = f"DATE '{as_of}'"
    end, rolls = END_AS_KNOWN.format(as_of=day), is_rolling(revenue)
    con = tables.connect()
    create_failed_charges(con, as_of)
    return con.execute(f"""
        WITH known AS (
            SELECT account_id, coalesce({end}, {OPEN_END}) AS end_date, arr, {rolls} AS is_rolling,
                max(coalesce({end}, {OPEN_END})) OVER (PARTITION BY account_id) AS ended_on,
                coalesce(cancelled_at < {day}, false) OR {NOTICED.format(as_of=day)} AS is_gone
            FROM contracts_versions t WHERE {stood_on(day)} AND arr <> 0),
        waiting AS (
            SELECT *, EXISTS (SELECT 1 FROM failed_charges c WHERE c.account_id = known.account_id AND c.paid_on IS NULL
                AND c.failed_on <= ended_on + {revenue.grace_days} AND {day} < c.tried_until) AS is_tried_again
            FROM known WHERE end_date = ended_on AND ended_on <= {day})
        SELECT account_id, CAST(ended_on AS TIMESTAMP) AS ended_on, CAST(account_arr(sum(arr)) AS DOUBLE) AS arr_usd,
            bool_or(is_tried_again) AS is_tried_again
        FROM waiting WHERE {day} - ended_on <= {revenue.grace_days} OR is_tried_again
        GROUP BY account_id, ended_on
        -- A rolling term still counts while its next charge is due.
        HAVING NOT bool_or(is_gone) AND NOT (bool_or(is_rolling) AND ended_on >= {day} - {billing_days(revenue)}) ORDER BY account_id""").df()


def waited_days(late: pd.DataFrame, as_of: date, grace_days: int) -> int:
    """How many days before ``as_of`` the terms ended of accounts ``in_grace`` at most: the grace, or longer where a charge is tried again.

    >>> waited_days(pd.DataFrame({"ended_on": [pd.Timestamp("2024-06-01")]}), date(2024, 6, 12), 7)
    11
    """
    return max(grace_days, *map(int, (pd.Timestamp(as_of) - late["ended_on"]).dt.days), 0)


def _open_decisions(con: duckdb.DuckDBPyConnection, revenue: Revenue, snapshots: Snapshots) -> pd.DataFrame:
    sql = OPEN_DECISIONS.format(
        end=END_AS_KNOWN.format(as_of="d.as_of"), is_rolling=is_rolling(revenue),
        open_end=OPEN_END, grace=revenue.grace_days, billing=billing_days(revenue), noticed=NOTICED.format(as_of="d.as_of"),
        history=snapshots.min_history_days, stood=stood_on("d.as_of", "t."), horizon=snapshots.rolling_horizon_days,
    )  # fmt: skip
    return con.execute(f"""SELECT account_id, CAST(as_of AS TIMESTAMP) AS as_of, CAST(renewal AS TIMESTAMP) AS renewal,
        CAST(renewal - as_of AS INTEGER) AS lead_days, is_rolling FROM ({sql}) ORDER BY account_id, as_of, renewal""").df()
