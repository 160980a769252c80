"""Terms of which one date is not given: a start is taken from what else is known, an end is either open or missing."""

import duckdb

from churnml.data.book import BookSettings
from churnml.data.schema import OPEN_END
from churnml.ingest.contracts.terms import HELD, JUDGED, KEPT, TERMS, refuse

SOURCES = {
    "previous_end": "the end of the term before", "signed_on": "signed_at",
    "created_on": "the account's created_at", "first_used_on": "the account's first usage",
}  # fmt: skip


def open_ends(con: duckdb.DuckDBPyConnection, book: BookSettings) -> list[str]:
    """Notices of terms without an end, after making those open that have an end in no one's lifetime ('infinity', 9999-12-31).

    A blank end is one that runs until it is cancelled only where the book says so: it may as well be a fault of the export.
    """
    notices = []
    if book.blank_end_date != "open":
        blank = f"SELECT row_number FROM {JUDGED} WHERE {KEPT} AND end_date IS NULL"
        if rows := refuse(con, blank, "end_date is missing"):
            notices.append(f"contracts.end_date: {rows:,} rows have none and are refused; if they run until they are cancelled, "
                           "say 'blank_end_date: open' in book.yaml")  # fmt: skip
    paused, example = (
        con.execute(f"""SELECT count(*), min(contract_id) FROM {JUDGED} WHERE {KEPT} AND superseded_at IS NULL
        AND paused_from <= end_date AND paused_until IS NULL""").fetchall()[0]
    )
    if paused:
        notices.append(f"contracts.paused_until: {paused:,} terms are paused and nothing says until when (for example {example}): each ends when it was "
                       "agreed to, and its customer then counts as one that left; give the day on which service goes on")  # fmt: skip
    con.execute(f"UPDATE {HELD} SET end_date = NULL WHERE end_date >= {OPEN_END}")
    con.execute(f"UPDATE {HELD} SET agreed_end_date = end_date")
    terms, cancelled = con.execute(
        f"SELECT count(*), count(cancelled_at) FROM {JUDGED} WHERE {KEPT} AND end_date IS NULL").fetchall()[0]  # fmt: skip
    if terms:
        example = con.execute(
            f"SELECT min(contract_id) FROM {JUDGED} WHERE {KEPT} AND end_date IS NULL"
        ).fetchall()[0][0]
        never = (
            ""
            if cancelled
            else "; none of them ever was: if cancellations stand elsewhere, map them to cancelled_at"
        )
        notices.append(f"contracts.end_date: {terms:,} terms have no end (for example {example}) and run until they are cancelled{never}")  # fmt: skip
    return notices


def unknown_starts(con: duckdb.DuckDBPyConnection, has_usage: bool) -> list[str]:
    """Notices of terms without a start, after taking each from the first of SOURCES that has one; a row for which none has is refused."""
    blank = f"SELECT row_number FROM {JUDGED} WHERE {KEPT} AND start_date IS NULL"
    rows = con.execute(f"SELECT count(*) FROM ({blank})").fetchall()[0][0]
    if not rows:
        return []
    usage = f"""SELECT account_id, CAST(min(occurred_at) AS DATE) AS first_used_on FROM judged."usage"
        WHERE account_id IN (SELECT account_id FROM {JUDGED} WHERE start_date IS NULL) GROUP BY account_id"""
    usage = (
        usage if has_usage else "SELECT NULL::VARCHAR AS account_id, NULL::DATE AS first_used_on WHERE false"
    )
    con.execute(f"""CREATE TABLE found_starts AS
        WITH terms AS ({TERMS}),
        before AS (SELECT t.row_number, max(o.end_date) AS previous_end FROM terms t JOIN terms o
            ON o.account_id = t.account_id AND o.line = t.line AND o.end_date < t.end_date WHERE t.start_date IS NULL GROUP BY t.row_number)
        SELECT c.row_number, greatest(b.previous_end, CAST(c.signed_at AS DATE)) AS start_date, b.previous_end IS NOT NULL AS has_previous,
            c.signed_at IS NOT NULL AS is_signed, CAST(a.created_at AS DATE) AS created_on, u.first_used_on
        FROM {JUDGED} c LEFT JOIN before b USING (row_number) LEFT JOIN known_accounts a USING (account_id)
        LEFT JOIN ({usage}) u USING (account_id) WHERE c.row_number IN ({blank})""")
    con.execute(f"""UPDATE {HELD} AS c SET start_date = coalesce(f.start_date, f.created_on, f.first_used_on)
        FROM found_starts f WHERE f.row_number = c.row_number""")
    counts = con.execute("""SELECT count(*) FILTER (has_previous), count(*) FILTER (NOT has_previous AND is_signed),
        count(*) FILTER (start_date IS NULL AND created_on IS NOT NULL),
        count(*) FILTER (start_date IS NULL AND created_on IS NULL AND first_used_on IS NOT NULL) FROM found_starts""").fetchall()[
        0
    ]
    none = f"""SELECT row_number FROM {JUDGED} JOIN found_starts USING (row_number) WHERE {JUDGED}.start_date IS NULL
        OR {JUDGED}.start_date >= least({JUDGED}.end_date, CAST({JUDGED}.cancelled_at AS DATE))"""
    refused = refuse(con, none, "start_date is unknown")
    con.execute("DROP TABLE found_starts")
    taken = ", ".join(f"{n:,} from {words}" for words, n in zip(SOURCES.values(), counts, strict=True) if n)
    return [f"contracts.start_date: {rows:,} rows have none; taken {taken or 'from nowhere'}"
            + (f"; {refused:,} refused, since no date before their end is known" if refused else "")]  # fmt: skip
