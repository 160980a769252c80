"""Rows that share a contract number: lines and later terms of one contract, or versions of one row."""

from collections.abc import Set as AbstractSet

import duckdb

from churnml.data.schema import OPEN_END
from churnml.ingest.contracts.terms import HELD, JUDGED

RECORDED = frozenset({"updated_at", "known_at", "file_day", "is_deleted"})
"""Columns that say when a row was recorded: with one of them, rows of one number may be versions."""

GIVEN_LINES = "given_lines"
"""The rows of contracts whose mapping says which line they are."""


def separate_lines(con: duckdb.DuckDBPyConnection, present: AbstractSet[str]) -> list[str]:
    """Failures, after giving rows of one contract number that cannot be versions a ``line_id`` each.

    Terms of one number that do not overlap follow upon each other. Rows of different products or starts are lines where nothing says
    when a row was recorded; where something does, rows of different products may be either, and nobody guesses.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {GIVEN_LINES} AS SELECT row_number, line_id FROM {JUDGED} WHERE line_id IS NOT NULL"
    )
    shared = f"""SELECT contract_id FROM {JUDGED} WHERE reason IS NULL AND NOT is_bare AND line_id IS NULL AND contract_id IS NOT NULL
        GROUP BY contract_id HAVING count(*) > 1 AND (count(DISTINCT coalesce(product, '')) > 1 OR count(DISTINCT start_date) > 1)"""
    con.execute(f"CREATE OR REPLACE TEMP TABLE shared_numbers AS {shared}")
    concerned = "reason IS NULL AND NOT is_bare AND line_id IS NULL AND contract_id IN (SELECT contract_id FROM shared_numbers)"
    if not RECORDED & present:
        con.execute(
            f"UPDATE {HELD} SET line_id = concat_ws(' from ', coalesce(product, ''), start_date) WHERE {concerned}"
        )
        return []
    con.execute(f"""CREATE OR REPLACE TEMP TABLE stretches_of_numbers AS
        WITH ordered AS (SELECT row_number, contract_id, product, start_date, start_date >= max(coalesce(end_date, {OPEN_END}))
                OVER (PARTITION BY contract_id ORDER BY start_date, row_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS is_next
            FROM {JUDGED} WHERE {concerned}),
        numbered AS (SELECT *, count(*) FILTER (is_next) OVER (PARTITION BY contract_id ORDER BY start_date, row_number) AS stretch FROM ordered)
        SELECT *, min(start_date) OVER (PARTITION BY contract_id, stretch) AS begins,
            max(stretch) OVER (PARTITION BY contract_id) AS stretches FROM numbered""")
    unclear = con.execute("""SELECT contract_id, list(DISTINCT coalesce(product, '') ORDER BY coalesce(product, '')) FROM stretches_of_numbers
        GROUP BY contract_id, stretch HAVING count(DISTINCT coalesce(product, '')) > 1 ORDER BY ALL""").fetchall()
    if unclear:
        number, products = unclear[0]
        failure = (f"contracts: {len(unclear):,} contract_id stand in rows of several products (for example '{number}': {', '.join(products)}): "
                   "lines of one contract, or versions of one line? Give line_id in contracts.sql: one of its own for each line, "
                   "or the same for all versions of it")  # fmt: skip
        return [failure]
    bare = con.execute(f"""SELECT count(*), min(contract_id) FROM {JUDGED} WHERE is_bare AND line_id IS NULL
        AND contract_id IN (SELECT contract_id FROM stretches_of_numbers WHERE stretches > 0)""").fetchall()[
        0
    ]
    if bare[0]:
        failure = (f"contracts: {bare[0]:,} rows say no more than that a contract_id is deleted, of numbers that several terms bear (for example "
                   f"'{bare[1]}'): which of them? Give line_id in contracts.sql, to the terms and to the rows that delete them")  # fmt: skip
        return [failure]
    con.execute(f"""UPDATE {HELD} AS c SET line_id = 'from ' || s.begins FROM stretches_of_numbers s
        WHERE s.row_number = c.row_number AND s.stretches > 0""")
    return []
