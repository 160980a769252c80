"""What became of each snapshot: ARR after the renewal and its grace against ARR on the as-of date.

churn, contraction, flat and expansion are exclusive and exhaustive. An outcome exists only once it is ripe: renewal + grace has
passed when the export was drawn.
"""

import pandas as pd

from churnml.data.revenue import SERVICE_ENDS, create_ledger
from churnml.data.snapshots import KEYS
from churnml.data.tables import Tables, register_snapshots
from churnml.params.snapshots import Revenue

CHURN, CONTRACTION, FLAT, EXPANSION = "churn", "contraction", "flat", "expansion"


def label(tables: Tables, snapshots: pd.DataFrame, revenue: Revenue) -> pd.DataFrame:
    """The outcome of each snapshot, in the snapshots' order.

    Columns: KEYS, ``ripe_on`` (renewal + grace, or the later day on which what decides it was recorded), ``is_ripe``,
    ``arr_usd`` as known on the as-of date, ``arr_after_usd`` on renewal + grace, ``outcome``, and ``left_on``; arr_after_usd and outcome
    are missing where the snapshot is not ripe. A change within ``revenue.tolerance`` is flat.

    ``left_on`` is the first day from the as-of date on without ARR that the grace has confirmed by
    the day the export was drawn; missing for an account that was still a customer then.
    """
    con = tables.connect()
    create_ledger(con, revenue.grace_days)
    register_snapshots(con, snapshots)
    up, down = 1 + revenue.tolerance, 1 - revenue.tolerance
    found = con.execute(f"""
        WITH dated AS (SELECT *, CAST(renewal AS DATE) + {revenue.grace_days} AS judged_on FROM snapshots),
        before AS (
            SELECT snapshot, account_arr(coalesce(sum(arr) FILTER (as_of < stop_date), sum(arr) FILTER (as_of = stop_date))) AS arr
            FROM (SELECT *, {SERVICE_ENDS} AS stop_date FROM ({tables.known("contracts")})) WHERE start_date <= as_of GROUP BY snapshot),
        changes AS (  -- each day on which the records came to say otherwise of the day of judgement
            SELECT snapshot, on_day FROM (
                SELECT d.snapshot, CAST(unnest([t.known_at, t.superseded_at]) AS DATE) AS on_day, unnest([1, -1]) AS step, t.contract_id, t.arr
                FROM dated d JOIN contracts_versions t
                ON t.account_id = d.account_id AND t.arr <> 0 AND t.start_date <= d.judged_on AND d.judged_on < {SERVICE_ENDS})
            WHERE on_day IS NOT NULL GROUP BY snapshot, on_day, contract_id, arr HAVING sum(step) <> 0),
        recorded AS (SELECT snapshot, max(on_day) AS on_day FROM changes GROUP BY snapshot),
        money AS (
            SELECT d.snapshot, greatest(d.judged_on, coalesce(r.on_day, d.judged_on)) AS ripe_on,
                   ripe_on < DATE '{tables.last_day}' AS is_ripe, coalesce(b.arr, 0) AS before, coalesce(a.arr, 0) AS after
            FROM dated d LEFT JOIN before b USING (snapshot) LEFT JOIN recorded r USING (snapshot)
            LEFT JOIN ledger a ON a.account_id = d.account_id AND a.from_day <= d.judged_on AND d.judged_on < a.to_day),
        ends AS (
            SELECT account_id, to_day FROM ledger
            QUALIFY lead(from_day) OVER (PARTITION BY account_id ORDER BY from_day) IS DISTINCT FROM to_day),
        gone AS (
            SELECT s.snapshot, min(e.to_day) AS left_on FROM snapshots s
            JOIN ends e ON e.account_id = s.account_id AND e.to_day >= CAST(s.as_of AS DATE) GROUP BY s.snapshot)
        SELECT CAST(ripe_on AS TIMESTAMP) AS ripe_on, is_ripe, CAST(before AS DOUBLE) AS arr_usd,
               CASE WHEN is_ripe THEN CAST(after AS DOUBLE) END AS arr_after_usd,
               CASE WHEN NOT is_ripe THEN NULL WHEN after = 0 THEN '{CHURN}' WHEN after > before * {up} THEN '{EXPANSION}'
                    WHEN after < before * {down} THEN '{CONTRACTION}' ELSE '{FLAT}' END AS outcome,
               CASE WHEN left_on + {revenue.grace_days} < DATE '{tables.last_day}' THEN CAST(left_on AS TIMESTAMP) END AS left_on
        FROM money LEFT JOIN gone USING (snapshot) ORDER BY snapshot""").df()
    return pd.concat([snapshots[KEYS].reset_index(drop=True), found], axis=1)
