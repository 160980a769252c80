"""What each account has under contract: products, what they cost, and the ARR of the terms that count seats."""

import pandas as pd

from churnml.data.revenue import SERVICE_ENDS
from churnml.listing.growth.known_tables import KnownTables, no_rows

# A term still counts on the day it ends: its successor, if any, may be known only the day after.
TERMS = f"""SELECT account_id, product, seats, CAST(arr AS DOUBLE) AS arr, {SERVICE_ENDS} AS stop_date,
    start_date <= as_of AND as_of < stop_date AS is_live, stop_date >= as_of AS is_held FROM """


def held_products(tables: KnownTables) -> pd.DataFrame:
    """Each product an account ever had: ``account_id``, ``thing``, ``is_held`` and ``arr_usd`` of its live terms.

    Held is what runs or is signed ahead. An account with a term that names no product is left out: what it owns
    is not known whole.
    """
    if not tables.gives("contracts", "product"):
        return no_rows(account_id="object", thing="object", is_held="bool", arr_usd="float64")
    return tables.ask(f"""
        WITH terms AS ({TERMS} {tables.known("contracts")})
        SELECT account_id, product AS thing, bool_or(is_held) AS is_held, coalesce(sum(arr) FILTER (is_live), 0) AS arr_usd
        FROM terms WHERE account_id NOT IN (SELECT account_id FROM terms WHERE is_held AND product IS NULL)
        AND product IS NOT NULL GROUP BY ALL ORDER BY ALL""")


def seat_arr(tables: KnownTables) -> pd.Series:
    """The ARR of each account's live terms that count seats, by account id."""
    seats = tables.ask(f"""
        WITH terms AS ({TERMS} {tables.known("contracts")})
        SELECT account_id, sum(arr) AS arr_usd FROM terms WHERE is_live AND seats > 0 GROUP BY ALL ORDER BY ALL""")
    return seats.set_index("account_id")["arr_usd"]
