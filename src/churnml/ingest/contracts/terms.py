"""The clean rows of contracts as terms, for the checks that look at several of an account at once."""

import duckdb

from churnml.data.schema import OPEN_END

HELD, JUDGED = 'held."contracts"', 'judged."contracts"'
KEPT = "reason IS NULL AND NOT is_folded"

VERSIONS = f"""SELECT row_number, contract_id, line_id, account_id, product, coalesce(product, '') AS line, replaces, arr, seats, start_date,
    agreed_end_date IS NULL AS is_open, coalesce(agreed_end_date, {OPEN_END}) AS end_date, notice_at, cancelled_at, end_moved_at, seat_group,
    least(coalesce(end_date, {OPEN_END}), CAST(cancelled_at AS DATE)) AS stop_date, superseded_at,
    min(coalesce(signed_at, since, known_at, start_date)) OVER v AS signed_at, min(coalesce(since, known_at, signed_at, start_date)) OVER v AS known_at
    FROM {JUDGED} WHERE {KEPT} WINDOW v AS (PARTITION BY contract_id, line_id)"""
"""SQL for the clean versions of terms: ``end_date`` is the end as agreed, ``stop_date`` the day on which service stops, ``line`` the product
('' where none is given), ``known_at`` the moment from which the term was known."""

TERMS = f"SELECT * FROM ({VERSIONS}) WHERE superseded_at IS NULL"
"""SQL for the terms as they stand today."""


def refuse(con: duckdb.DuckDBPyConnection, rows: str, reason: str) -> int:
    """How many rows of contracts (SQL for their row numbers) were refused with the reason."""
    found = con.execute(
        f"UPDATE {HELD} SET reason = concat_ws('; ', reason, '{reason}') WHERE row_number IN ({rows})"
    )
    rows_refused: int = found.fetchall()[0][0]
    return rows_refused


def listed(names: list[str], most: int = 3) -> str:
    """The first few names of several.

    >>> listed(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(map(str, names[:most])) + more
