"""Accounts merged into another: all their rows, in every table and at all times, are the survivor's."""

from collections.abc import Iterable

import duckdb

from churnml.ingest.contracts.terms import listed
from churnml.ingest.held_rows import keep_delivered

SURVIVORS = "survivors"


def follow_merges(con: duckdb.DuckDBPyConnection, present: Iterable[str]) -> tuple[list[str], list[str]]:
    """Notices and failures, after making ``judged.<table>`` of each table give the survivor's account_id; accounts keep their own.

    Chains are followed to their end. Reading the whole past so is what makes a merger neither churn nor growth.
    """
    con.execute("""CREATE TABLE merges AS SELECT account_id, merged_into FROM judged."accounts"
        WHERE merged_into IS NOT NULL AND merged_into <> account_id
        QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY valid_from DESC NULLS LAST, merged_into) = 1""")
    con.execute(f"""CREATE TABLE {SURVIVORS} AS
        WITH RECURSIVE chain AS (SELECT account_id, merged_into AS survivor FROM merges
            UNION SELECT c.account_id, m.merged_into FROM chain c JOIN merges m ON m.account_id = c.survivor)
        SELECT account_id, survivor FROM chain WHERE survivor NOT IN (SELECT account_id FROM merges)""")
    merged = con.execute("SELECT account_id, merged_into FROM merges ORDER BY 1").fetchall()
    if not merged:
        return [], []
    if failures := _failures(con):
        return [], failures
    for name in present:
        if name != "accounts":
            keep_delivered(con, name, "account_id")
            con.execute(
                f"""UPDATE held."{name}" t SET account_id = s.survivor FROM {SURVIVORS} s WHERE s.account_id = t.account_id"""
            )
    one, into = merged[0]
    notice = (f"accounts.merged_into: {len(merged):,} accounts are read as those they were merged into, in every table and at all times "
              f"(for example {one} as {into})")  # fmt: skip
    return [notice], []


def _failures(con: duckdb.DuckDBPyConnection) -> list[str]:
    circle = [row[0] for row in con.execute(
        f"SELECT account_id FROM merges WHERE account_id NOT IN (SELECT account_id FROM {SURVIVORS}) ORDER BY 1").fetchall()]  # fmt: skip
    unknown = con.execute("""SELECT account_id, merged_into FROM merges
        WHERE merged_into NOT IN (SELECT account_id FROM judged."accounts" WHERE account_id IS NOT NULL) ORDER BY 1""").fetchall()
    found = []
    if circle:
        found.append(f"accounts.merged_into: {len(circle):,} accounts are merged in a circle ({listed(circle)}), so that none survives; "
                     "leave merged_into of the survivor blank")  # fmt: skip
    if unknown:
        found.append(f"accounts.merged_into: {len(unknown):,} accounts are merged into one that accounts does not hold "
                     f"(for example {unknown[0][0]} into {unknown[0][1]}); give the survivor's row, or leave merged_into blank")  # fmt: skip
    return found
