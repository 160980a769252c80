"""What became of each snapshot: ARR once its decision has shown against ARR on the as-of date.

churn, contraction, flat and expansion are exclusive and exhaustive. An outcome exists only once it is ripe: renewal + grace has
passed when the export was drawn. Where it is read is said in ``data/judgement.py``.
"""

import pandas as pd

from churnml.data.dunning import LEFT_UNPAID
from churnml.data.judgement import create_judged
from churnml.data.revenue import create_ledger
from churnml.data.schema import SERVICE_ENDS
from churnml.data.snapshots import KEYS, billing_days
from churnml.data.tables import Tables, register_snapshots
from churnml.params.snapshots import Revenue

CHURN, CONTRACTION, FLAT, EXPANSION = "churn", "contraction", "flat", "expansion"


def label(tables: Tables, snapshots: pd.DataFrame, revenue: Revenue) -> pd.DataFrame:
    """The outcome of each snapshot, in the snapshots' order.

    ``snapshots`` has KEYS and ``is_rolling``. Columns: KEYS, ``ripe_on`` (renewal + grace, or the later day on which what decides it was
    recorded), ``is_ripe``, ``arr_usd`` as known on the as-of date, ``arr_after_usd`` on the day of judgement, ``outcome``, ``left_on`` and
    ``is_involuntary`` (a churn by a charge that failed and was never paid, not by will); arr_after_usd and outcome are missing where the
    snapshot is not ripe. A change within ``revenue.tolerance`` is flat.

    ``left_on`` is the first day from the as-of date on without ARR that the grace has confirmed by
    the day the export was drawn; missing for an account that was still a customer then.
    """
    con = tables.connect()
    create_ledger(con, revenue.grace_days)
    register_snapshots(con, snapshots)
    create_judged(con, snapshots["is_rolling"], revenue)
    billing = billing_days(revenue)
    up, down = 1 + revenue.tolerance, 1 - revenue.tolerance
    is_unpaid = LEFT_UNPAID.format(account="money.account_id", left="last_day", grace=revenue.grace_days)
    found = con.execute(f"""
        WITH before AS (
            SELECT snapshot, account_arr(coalesce(sum(arr) FILTER (as_of < stop_date), sum(arr) FILTER (stop_date = last_stop AND (as_of <= last_stop + {billing} OR next_start <= last_stop + {revenue.grace_days})))) AS arr
            FROM (SELECT *, {SERVICE_ENDS} AS stop_date, max(stop_date) FILTER (start_date <= as_of) OVER (PARTITION BY snapshot) AS last_stop,
                    min(start_date) FILTER (start_date > as_of AND arr > 0) OVER (PARTITION BY snapshot) AS next_start
                FROM ({tables.known("contracts")})) WHERE start_date <= as_of GROUP BY snapshot),
        money AS (
            SELECT r.snapshot, r.account_id, r.ripe_on, r.ripe_on < DATE '{tables.last_day}' AS is_ripe,
                   coalesce(b.arr, 0) AS before, coalesce(a.arr, 0) AS after
            FROM ripe r LEFT JOIN before b USING (snapshot)
            LEFT JOIN ledger a ON a.account_id = r.account_id AND a.from_day <= r.judged_on AND r.judged_on < a.to_day),
        ends AS (
            SELECT account_id, to_day FROM ledger
            QUALIFY lead(from_day) OVER (PARTITION BY account_id ORDER BY from_day) IS DISTINCT FROM to_day),
        last AS (
            SELECT r.snapshot, max(a.to_day) AS last_day FROM ripe r JOIN ledger a ON a.account_id = r.account_id AND a.to_day <= r.judged_on
            GROUP BY r.snapshot),
        gone AS (
            SELECT s.snapshot, min(greatest(e.to_day, CAST(s.as_of AS DATE))) AS left_on FROM snapshots s
            JOIN ends e ON e.account_id = s.account_id AND e.to_day >= CAST(s.as_of AS DATE) - {billing} GROUP BY s.snapshot)
        SELECT CAST(ripe_on AS TIMESTAMP) AS ripe_on, is_ripe, CAST(before AS DOUBLE) AS arr_usd,
               CASE WHEN is_ripe THEN CAST(after AS DOUBLE) END AS arr_after_usd,
               CASE WHEN NOT is_ripe THEN NULL WHEN after = 0 THEN '{CHURN}' WHEN after > before * {up} THEN '{EXPANSION}'
                    WHEN after < before * {down} THEN '{CONTRACTION}' ELSE '{FLAT}' END AS outcome,
               CASE WHEN left_on + {revenue.grace_days} < DATE '{tables.last_day}' THEN CAST(left_on AS TIMESTAMP) END AS left_on,
               is_ripe AND after = 0 AND {is_unpaid} AS is_involuntary
        FROM money LEFT JOIN gone USING (snapshot) LEFT JOIN last USING (snapshot) ORDER BY snapshot""").df()
    return pd.concat([snapshots[KEYS].reset_index(drop=True), found], axis=1)
