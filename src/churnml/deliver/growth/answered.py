"""What each account said last when asked whether it would recommend the product."""

import pandas as pd

from churnml.data.tables import Tables, register_snapshots
from churnml.data.voice import NPS_MOST


def latest_nps(tables: Tables, accounts: pd.DataFrame, within_days: int) -> pd.DataFrame:
    """The newest NPS answer of the last ``within_days``: ``nps`` and ``answered_on``, by account id.

    Of answers given at once the lowest counts: nobody is called a promoter by halves. A score off the scale is none.
    """
    if not {"answered_at", "score"} <= set(tables.given().get("surveys", ())):
        return pd.DataFrame(columns=["nps", "answered_on"], index=pd.Index([], name="account_id"))
    con = tables.connect()
    register_snapshots(con, accounts)
    return con.execute(f"""
        SELECT s.account_id, CAST(score AS DOUBLE) AS nps, answered_at AS answered_on
        FROM ({tables.known("surveys")}) t JOIN snapshots s USING (snapshot)
        WHERE lower(kind) = 'nps' AND score BETWEEN 0 AND {NPS_MOST} AND answered_at >= s.as_of - INTERVAL {within_days} DAY
        QUALIFY row_number() OVER (PARTITION BY s.account_id ORDER BY answered_at DESC, score) = 1
        ORDER BY s.account_id""").df().set_index("account_id")  # fmt: skip
