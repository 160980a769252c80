"""Lines that take away: an amendment gives back seats or ARR of a term, as a row of its own with negative numbers."""

import duckdb

from churnml.ingest.contracts.terms import HELD, JUDGED, TERMS, VERSIONS, listed, refuse

NEGATIVE, UNBOUND = (
    "the account's lines sum to less than nothing",
    "a line that takes away ends with no term of its product",
)

BASES = f"""
    WITH terms AS ({TERMS}), takes AS (SELECT * FROM terms WHERE arr < 0 OR seats < 0)
    SELECT t.row_number, o.stop_date, o.row_number AS base, o.known_at FROM takes t JOIN terms o ON o.account_id = t.account_id
        AND (o.line = t.line OR t.line = '') AND o.arr > 0 AND o.row_number <> t.row_number
        AND o.start_date <= t.start_date AND o.end_date >= t.end_date"""
"""SQL for the terms that each line that takes away may amend: paid, of its product, from its start to its end."""


def refuse_slips(con: duckdb.DuckDBPyConnection) -> None:
    """Refuses a row of negative ARR that is no amendment but a slip of the sign.

    It adds seats while it takes ARR, or takes a whole term from its first day and was known no later than that term.
    """
    slips = f"""SELECT row_number FROM ({VERSIONS}) t WHERE arr < 0 AND (seats > 0 OR EXISTS (SELECT 1 FROM ({TERMS}) o
        WHERE o.account_id = t.account_id AND o.line = t.line AND o.arr = -t.arr AND o.start_date = t.start_date
            AND o.end_date = t.end_date AND o.known_at >= t.known_at))"""
    refuse(con, slips, "arr is below 0")


def end_with_their_terms(con: duckdb.DuckDBPyConnection) -> None:
    """Moves the end of a line that takes away to the day on which the last term that it may amend stops, where that is earlier."""
    con.execute(f"""UPDATE {HELD} AS c SET end_date = greatest(b.stop_date, c.start_date), end_moved_at = b.moved_at
        FROM (SELECT b.row_number, max(b.stop_date) AS stop_date, max(greatest(b.known_at, o.cancelled_at, o.end_moved_at)) AS moved_at
            FROM ({BASES}) b JOIN {JUDGED} o ON o.row_number = b.base GROUP BY b.row_number) b
        WHERE b.row_number = c.row_number AND c.end_date > b.stop_date""")


def take_over_notices(con: duckdb.DuckDBPyConnection) -> None:
    """Gives a line that takes away the notice of the terms that it may amend, where all of them have one."""
    con.execute(f"""UPDATE {HELD} AS c SET notice_at = b.notice_at
        FROM (SELECT b.row_number, max(o.notice_at) AS notice_at FROM ({BASES}) b JOIN {JUDGED} o ON o.row_number = b.base
              GROUP BY b.row_number HAVING count(*) = count(o.notice_at)) b
        WHERE b.row_number = c.row_number AND c.notice_at IS NULL""")


def refuse_negative_sums(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Notices, after refusing all contracts of each account whose ARR or seats would fall below nothing, or whose line amends no term.

    A line is never refused alone: what is left of the account would be a wrong number.
    """
    takes = con.execute(
        f"SELECT count(*), count(DISTINCT account_id) FROM ({TERMS}) WHERE arr < 0 OR seats < 0"
    ).fetchall()[0]
    if not takes[0]:
        return []
    unbound = f"SELECT DISTINCT account_id FROM ({TERMS}) WHERE (arr < 0 OR seats < 0) AND row_number NOT IN (SELECT row_number FROM ({BASES}))"
    negative = f"""WITH terms AS (SELECT * FROM ({TERMS}) WHERE stop_date > start_date
            AND account_id IN (SELECT account_id FROM ({TERMS}) WHERE arr < 0 OR seats < 0)),
        steps AS (SELECT account_id, start_date AS day, arr, coalesce(seats, 0) AS seats FROM terms
            UNION ALL SELECT account_id, stop_date, -arr, -coalesce(seats, 0) FROM terms),
        days AS (SELECT account_id, day, sum(arr) AS arr, sum(seats) AS seats FROM steps GROUP BY ALL),
        levels AS (SELECT account_id, sum(arr) OVER w AS arr, sum(seats) OVER w AS seats FROM days WINDOW w AS (PARTITION BY account_id ORDER BY day))
        SELECT DISTINCT account_id FROM levels WHERE arr < 0 OR seats < 0"""
    notices = [
        f"contracts: {takes[0]:,} lines of {takes[1]:,} accounts take away ARR or seats, as amendments of the terms they end with"
    ]
    for reason, query in ((UNBOUND, unbound), (NEGATIVE, negative)):
        accounts = [row[0] for row in con.execute(f"SELECT * FROM ({query}) ORDER BY 1").fetchall()]
        if accounts:
            names = ", ".join("'" + str(a).replace("'", "''") + "'" for a in accounts)
            refuse(
                con,
                f"SELECT row_number FROM {JUDGED} WHERE reason IS NULL AND account_id IN ({names})",
                reason.replace("'", "''"),
            )
            notices.append(
                f"contracts: all contracts of {len(accounts):,} accounts are refused ({listed(accounts)}): {reason}"
            )
    return notices
