"""What each account has under contract: products, what they cost, and the ARR of the terms that count seats."""

import pandas as pd

from churnml.data.revenue import SERVICE_ENDS
from churnml.data.tables import Tables, register_snapshots

TERMS = """SELECT s.account_id, product, seats, CAST(arr AS DOUBLE) AS arr,
    start_date <= s.as_of AND s.as_of < {ends} AS is_live, {ends} >= s.as_of AS is_held
    FROM ({door}) t JOIN snapshots s USING (snapshot)"""


def held_products(tables: Tables, accounts: pd.DataFrame) -> pd.DataFrame:
    """Each product an account ever had: ``account_id``, ``thing``, ``is_held`` and ``arr_usd`` of the held terms.

    Held is what runs or is signed ahead. An account with a term that names no product is left out: what it owns
    is not known whole.
    """
    if "product" not in tables.given().get("contracts", ()):
        return pd.DataFrame(columns=["account_id", "thing", "is_held", "arr_usd"])
    return _ask(tables, accounts, """
        SELECT account_id, product AS thing, bool_or(is_held) AS is_held, coalesce(sum(arr) FILTER (is_live), 0) AS arr_usd
        FROM terms WHERE account_id NOT IN (SELECT account_id FROM terms WHERE is_held AND product IS NULL)
        AND product IS NOT NULL GROUP BY ALL ORDER BY ALL""")  # fmt: skip


def seat_arr(tables: Tables, accounts: pd.DataFrame) -> pd.Series:
    """The ARR of each account's live terms that count seats, by account id."""
    found = _ask(tables, accounts, """
        SELECT account_id, sum(arr) AS arr_usd FROM terms WHERE is_live AND seats > 0 GROUP BY ALL ORDER BY ALL""")  # fmt: skip
    return found.set_index("account_id")["arr_usd"]


def _ask(tables: Tables, accounts: pd.DataFrame, question: str) -> pd.DataFrame:
    con = tables.connect()
    register_snapshots(con, accounts)
    con.execute(f"CREATE VIEW terms AS {TERMS.format(ends=SERVICE_ENDS, door=tables.known('contracts'))}")
    return con.execute(question).df()
