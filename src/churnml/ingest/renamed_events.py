"""Events that seem to have been renamed: one name ends where another begins, in the use of the same accounts."""

from collections.abc import Mapping

import duckdb

GAP_DAYS, OVERLAP_DAYS = 31, 7  # between the last row of the old name and the first of the new one
NEAR_DAYS = 60  # that is compared on each side; so long must both sides of the book be
FEWEST = 10  # accounts that used both
MOST_TIMES = 2  # as many rows, or as few


def renamed_events(con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]]) -> list[str]:
    """A notice of each name in usage that may be another's successor: read as two, one feature comes and another goes."""
    if "feature" not in tables.get("usage", set()):
        return []
    used = "SELECT account_id, feature, CAST(occurred_at AS DATE) AS day FROM judged.usage WHERE reason IS NULL AND NOT is_folded AND feature IS NOT NULL"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE renamed AS
        WITH spans AS (SELECT feature, min(day) AS first, max(day) AS last FROM ({used}) GROUP BY feature),
        book AS (SELECT min(first) AS first, max(last) AS last FROM spans)
        SELECT a.feature AS old, b.feature AS new, a.last, b.first FROM book, spans a JOIN spans b
            ON b.first - a.last BETWEEN -{OVERLAP_DAYS} AND {GAP_DAYS} AND a.first < b.first AND a.last < b.last
        WHERE a.last < book.last - {NEAR_DAYS} AND b.first > book.first + {NEAR_DAYS}""")
    if not con.execute("SELECT count(*) FROM renamed").fetchall()[0][0]:
        return []
    found = con.execute(f"""WITH near AS (SELECT old, new, last, first, account_id, count(*) FILTER (feature = old) AS before, count(*) FILTER (feature = new) AS after
            FROM renamed JOIN ({used}) ON feature = old AND day > last - {NEAR_DAYS} OR feature = new AND day < first + {NEAR_DAYS} GROUP BY ALL)
        SELECT old, new, last, first, count(*) FILTER (before > 0 AND after > 0) AS accounts FROM near GROUP BY old, new, last, first
        HAVING accounts >= {FEWEST} AND 2 * accounts >= count(*) FILTER (before > 0)
            AND sum(after) BETWEEN sum(before) / {MOST_TIMES} AND sum(before) * {MOST_TIMES}
        QUALIFY row_number() OVER (PARTITION BY old ORDER BY accounts DESC, new) = 1 ORDER BY last, old""").fetchall()
    return [
        f"usage.feature: '{old}' is last seen on {last} and '{new}' first on {first}, {accounts:,} accounts used both: was it renamed? "
        f"Read as two, a feature comes and another goes. If so, give both one name in usage.sql: if(feature = '{_text(old)}', '{_text(new)}', feature)"
        for old, new, last, first, accounts in found
    ]


def _text(value: str) -> str:
    return value.replace("'", "''")
