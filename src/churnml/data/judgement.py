"""When an outcome is read, and since when it is known: each belongs to the decision it follows, and never to the next one."""

import duckdb
import pandas as pd

from churnml.data.schema import OPEN_END, SERVICE_ENDS
from churnml.data.snapshots import is_rolling as rolls
from churnml.params.snapshots import Revenue

AGREED = f"greatest(coalesce(end_date, {OPEN_END}), coalesce(agreed_end_date, {OPEN_END}))"
"""SQL for the day on which a term comes to its end if nobody cuts it short: that of a pause, where one moved it on."""

# An answer may come late, by the grace or while a charge that failed is tried again: ``first_day`` is the first on which the account pays again,
# ``next_day`` that of its next decision from there. A cancellation belongs to the nearer of two decisions, so that the book is read half-way
# between them at the latest; one whose charge is never paid is waited for until the tries are over, and the grace after, short of the next decision.
JUDGED = f"""CREATE OR REPLACE TEMP TABLE judged AS
    WITH asked AS (
        SELECT s.snapshot, s.account_id, CAST(s.renewal AS DATE) AS renewal, r.is_rolling FROM snapshots s JOIN rolling r USING (snapshot)),
    paid AS (
        SELECT account_id, start_date, {SERVICE_ENDS} AS stop_date, {AGREED} AS agreed, {{is_rolling}} AS is_rolling
        FROM contracts t WHERE arr > 0 AND stop_date > start_date),
    awaited AS (
        SELECT *, greatest(renewal + {{grace}}, waits_until) AS last_day FROM (
            SELECT a.*, max(c.waits_until) AS waits_until FROM asked a LEFT JOIN failed_charges c
            ON c.account_id = a.account_id AND c.failed_on BETWEEN a.renewal - 1 AND a.renewal + {{grace}} GROUP BY ALL)),
    answered AS (
        SELECT a.*, min(greatest(p.start_date, a.renewal)) AS first_day FROM awaited a LEFT JOIN paid p
        ON NOT a.is_rolling AND p.account_id = a.account_id AND p.start_date <= a.last_day AND p.stop_date > a.renewal GROUP BY ALL),
    followed AS (  -- terms under min_fixed_term_days end with a decision only where there is no other
        SELECT a.*, coalesce(min(p.agreed) FILTER (NOT p.is_rolling), min(p.agreed)) AS next_day FROM answered a LEFT JOIN paid p
        ON p.account_id = a.account_id AND p.start_date <= a.first_day AND a.first_day < p.stop_date GROUP BY ALL),
    shown AS (
        SELECT *, CASE WHEN is_rolling THEN renewal
            ELSE least(greatest(renewal + {{grace}}, first_day), first_day + CAST((next_day - first_day) // 2 AS INTEGER)) END AS shown_on
        FROM followed),
    charged AS (
        SELECT s.*, max(c.tried_until) AS tried_until, max(c.recorded_on) AS recorded_on,
            max(c.tried_until) FILTER (coalesce(c.paid_on > c.tried_until + {{grace}}, true)) AS unpaid_until
        FROM shown s LEFT JOIN failed_charges c
        ON NOT s.is_rolling AND c.account_id = s.account_id AND c.failed_on BETWEEN s.renewal - 1 AND s.shown_on GROUP BY ALL),
    read AS (
        SELECT *, greatest(shown_on, unpaid_until, CASE WHEN unpaid_until IS NOT NULL THEN least(unpaid_until + {{grace}}, next_day - 1) END) AS judged_on
        FROM charged)
    SELECT r.*, coalesce(bool_or(r.judged_on < p.stop_date), false) AS is_live, max(p.stop_date) AS stop_date
    FROM read r LEFT JOIN paid p ON p.account_id = r.account_id AND p.start_date <= r.judged_on GROUP BY ALL"""

# Whoever is not live on that day has left once the grace after the last day is over; and the records must have come to say all of this.
RIPE = f"""CREATE OR REPLACE TEMP TABLE ripe AS
    WITH due AS (
        SELECT *, CASE WHEN is_live THEN renewal ELSE least(stop_date, renewal) END AS since,
            CASE WHEN is_live THEN judged_on ELSE greatest(judged_on, stop_date + {{grace}}) END AS until FROM judged),
    versions AS (  -- what a version says of all that decides: when the term runs, from just before the decision on, and to what day it was agreed
        SELECT d.snapshot, t.contract_id, t.arr, t.known_at, t.superseded_at, greatest(t.start_date, d.since) AS start_date,
            least({SERVICE_ENDS}, d.until + 1) AS stop_date,
            CASE WHEN t.start_date <= d.first_day AND d.first_day < {SERVICE_ENDS}
                THEN least({AGREED}, greatest(d.first_day + CAST(2 * (d.last_day - d.first_day) AS INTEGER), d.until + 1)) END AS agreed
        FROM due d JOIN contracts_versions t ON t.account_id = d.account_id AND t.arr <> 0 AND t.start_date <= d.until AND {SERVICE_ENDS} >= d.since),
    changes AS (  -- each day on which the records came to say otherwise
        SELECT snapshot, on_day FROM (
            SELECT * EXCLUDE (known_at, superseded_at), CAST(unnest([known_at, superseded_at]) AS DATE) AS on_day, unnest([1, -1]) AS step FROM versions)
        WHERE on_day IS NOT NULL
        GROUP BY snapshot, on_day, contract_id, arr, start_date, stop_date, agreed HAVING sum(step) <> 0),
    recorded AS (SELECT snapshot, max(on_day) AS on_day FROM changes GROUP BY snapshot)
    SELECT d.*, greatest(d.renewal + {{grace}}, d.until, d.tried_until + {{grace}}, d.recorded_on, r.on_day) AS ripe_on
    FROM due d LEFT JOIN recorded r USING (snapshot)"""


def create_judged(con: duckdb.DuckDBPyConnection, is_rolling: pd.Series, revenue: Revenue) -> None:
    """Creates table ``ripe``: for each row of ``snapshots`` the day ``judged_on`` on which its outcome is read, and ``ripe_on``, since when it is known.

    ``is_rolling`` says, in the snapshots' order, whose renewal is no decision but a horizon: that one is read on the very day. A decision is
    read on renewal + grace, and no later than half-way from the first day that was paid again to the next decision.
    """
    con.register(
        "rolling", pd.DataFrame({"snapshot": range(len(is_rolling)), "is_rolling": is_rolling.to_numpy()})
    )
    con.execute(JUDGED.format(grace=revenue.grace_days, is_rolling=rolls(revenue)))
    con.execute(RIPE.format(grace=revenue.grace_days))
