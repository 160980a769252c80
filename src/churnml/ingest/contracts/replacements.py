"""Two terms of one product at once: an early renewal that replaces the older, or parallel lines that both count.

Rows cannot tell which, so the book does: by ``replaces`` on the newer row, or for all by ``overlapping_terms`` in book.yaml.
"""

import duckdb

from churnml.data.book import BookSettings
from churnml.ingest.contracts.contract_lines import GIVEN_LINES
from churnml.ingest.contracts.terms import HELD, JUDGED, KEPT, TERMS, listed
from churnml.params.book import Ingest

LINES_ARE_ROWS = f"""EXISTS (SELECT 1 FROM terms o JOIN terms n ON n.account_id = o.account_id AND n.line = o.line AND n.start_date = o.end_date
        JOIN {GIVEN_LINES} ol ON ol.row_number = o.row_number JOIN {GIVEN_LINES} nl ON nl.row_number = n.row_number AND nl.line_id <> ol.line_id)
    AND NOT EXISTS (SELECT 1 FROM terms t JOIN {GIVEN_LINES} USING (row_number) GROUP BY t.account_id, {GIVEN_LINES}.line_id
        HAVING count(DISTINCT t.contract_id) > 1)"""
"""SQL for whether a book's line ids are of rows and not of lines: renewals bear new ones, and none comes again in a later contract."""


def overlaps(gap_days: int) -> str:
    """SQL for the pairs of paid terms of which the newer could replace the older: columns ``older``, ``newer`` (row numbers) and dates.

    The newer is known later, begins while the older of its product and line runs, and outlasts it. One that follows upon another line's
    end within ``gap_days`` renews that line, and an older one that is itself renewed when it ends is a line of its own.
    """
    return f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0),
        pairs AS (
            SELECT o.row_number AS older, n.row_number AS newer, o.account_id, o.line, o.contract_id AS older_id, n.contract_id AS newer_id,
                n.start_date, o.stop_date, o.end_date, o.is_open, n.known_at, o.arr
            FROM terms o JOIN terms n ON n.account_id = o.account_id AND n.line = o.line AND n.row_number <> o.row_number
                AND o.start_date <= n.start_date AND n.start_date < o.end_date AND (n.known_at, n.start_date) > (o.known_at, o.start_date)
                AND (n.end_date > o.end_date OR o.is_open)
            LEFT JOIN {GIVEN_LINES} ol ON ol.row_number = o.row_number LEFT JOIN {GIVEN_LINES} nl ON nl.row_number = n.row_number
            WHERE coalesce(ol.line_id = nl.line_id OR (o.contract_id <> n.contract_id AND ({LINES_ARE_ROWS})), true))
        SELECT * FROM pairs p WHERE NOT EXISTS (
            SELECT 1 FROM terms e WHERE e.account_id = p.account_id AND e.line = p.line AND e.row_number <> p.older AND e.row_number <> p.newer
                AND e.start_date < p.start_date AND e.known_at <= p.known_at
                AND e.end_date BETWEEN p.start_date - {gap_days} AND p.start_date)
            AND NOT EXISTS (SELECT 1 FROM terms s WHERE s.account_id = p.account_id AND s.line = p.line AND s.row_number NOT IN (p.older, p.newer)
                AND s.start_date BETWEEN p.end_date - {gap_days} AND p.end_date + {gap_days})"""


def replace_terms(
    con: duckdb.DuckDBPyConnection, book: BookSettings, ingest: Ingest
) -> tuple[list[str], list[str]]:
    """Notices and failures, after ending each term that is replaced on the day its successor begins (``end_date``; ``agreed_end_date`` keeps the one that was agreed).

    The end has moved from the moment the successor was known; until then the term was to run on.
    """
    is_named = con.execute(f"SELECT count(replaces) FROM {JUDGED}").fetchall()[0][0] > 0
    lineage = f"""SELECT o.row_number AS older, n.start_date, n.known_at FROM ({TERMS}) o JOIN ({TERMS}) n
        ON n.replaces = o.contract_id AND n.account_id = o.account_id AND n.row_number <> o.row_number
        AND o.start_date <= n.start_date AND n.start_date < o.end_date"""
    if book.overlapping_terms == "replace":
        lineage += f" UNION ALL SELECT older, start_date, known_at FROM ({overlaps(ingest.renewal_gap_days)})"
    replaced = f"""UPDATE {HELD} AS c SET end_date = least(c.end_date, r.start_date), end_moved_at = r.known_at
        FROM (SELECT o.contract_id, o.line_id, arg_min(r.start_date, struct_pack(k := r.known_at, s := r.start_date)) AS start_date, min(r.known_at) AS known_at
              FROM ({lineage}) r JOIN {JUDGED} o ON o.row_number = r.older GROUP BY o.contract_id, o.line_id) r
        WHERE r.contract_id = c.contract_id AND r.line_id IS NOT DISTINCT FROM c.line_id AND c.reason IS NULL"""
    rows = con.execute(replaced).fetchall()[0][0] if is_named or book.overlapping_terms == "replace" else 0
    con.execute(f"""UPDATE {HELD} SET end_date = paused_until, end_moved_at = paused_from
        WHERE {KEPT} AND end_moved_at IS NULL AND paused_from <= end_date AND paused_until > end_date""")
    ended = (
        [f"contracts: {rows:,} terms end on the day on which one that replaces them begins"] if rows else []
    )
    ended += _names_nobody(con) + _same_end(con)
    if book.overlapping_terms is not None:
        return ended, []
    notices, failures = _undeclared(con, ingest)
    return ended + notices, failures


def _names_nobody(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A notice of terms that replace one which their account does not have: nothing ends for them."""
    rows, newer, older = (
        con.execute(f"""SELECT count(*), min(contract_id), arg_min(replaces, contract_id) FROM ({TERMS}) n WHERE replaces IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM ({TERMS}) o WHERE o.contract_id = n.replaces AND o.account_id = n.account_id)""").fetchall()[
            0
        ]
    )
    found = f"contracts.replaces: {rows:,} name a contract that their account does not have (for example {newer}: '{older}'); nothing ends for them"
    return [found] if rows else []


def _same_end(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Notices of paid terms that end with another of their product: entered twice if they agree in all, else added to it or in its place."""
    found = con.execute(f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0 AND NOT is_open)
        SELECT o.start_date = n.start_date AS is_twice, count(*), count(DISTINCT n.account_id), min((o.contract_id, n.contract_id, n.account_id))
        FROM terms o JOIN terms n ON n.account_id = o.account_id AND n.line = o.line AND n.end_date = o.end_date AND n.contract_id <> o.contract_id
            AND (o.start_date < n.start_date OR (o.start_date = n.start_date AND o.arr = n.arr AND o.seats IS NOT DISTINCT FROM n.seats AND o.row_number < n.row_number))
            AND o.stop_date > n.start_date AND n.replaces IS DISTINCT FROM o.contract_id
        GROUP BY 1 ORDER BY 1""").fetchall()
    words = {
        True: "agree with another of their account in product, days, seats and price (for example {} and {} of {}): entered twice? Both are counted",
        False: "begin while another of their product runs and end with it (for example {1} of {2} beside {0}): counted as added; where one takes the "
        "other's place, name that in a column 'replaces'",
    }
    return [
        f"contracts: {rows:,} terms of {accounts:,} accounts {words[is_twice].format(*example)}"
        for is_twice, rows, accounts, example in found
    ]


def _undeclared(con: duckdb.DuckDBPyConnection, ingest: Ingest) -> tuple[list[str], list[str]]:
    """What is said of terms that look like early renewals; a failure where they would count much of the book's ARR twice."""
    found = con.execute(f"""
        SELECT account_id, older_id, newer_id, start_date, stop_date - start_date AS days, arr, is_open
        FROM ({overlaps(ingest.renewal_gap_days)})
        WHERE stop_date > start_date ORDER BY arr DESC, account_id, older_id, newer_id""").fetchall()
    if not found:
        return [], []
    accounts = sorted({row[0] for row in found})
    share = (
        len(accounts)
        / con.execute(f"SELECT count(DISTINCT account_id) FROM ({TERMS}) WHERE arr > 0").fetchall()[0][0]
    )
    days = sorted({row[4] for row in found if not row[6]})
    spans = (
        f" for {' and '.join(map(str, days))} days" if len(days) < 4 else f" for {days[0]} to {days[-1]} days"
    )
    account, older, newer, start, *_ = found[0]
    text = (
        f"contracts: {len(accounts):,} account{'s hold' if len(accounts) > 1 else ' holds'} two terms of one product at once{spans if days else ''} "
        f"({listed(accounts)}; for example {newer} of {account} begins on {start} while {older} still runs): early renewals? Say "
        "'overlapping_terms: replace' in book.yaml, or name the older contract in a column 'replaces'; "
        "if both count, say 'overlapping_terms: add'"
    )  # fmt: skip
    if share > ingest.max_overlap_share:
        return [], [
            f"{text}. Counted together they would count much twice: {share:.1%} of all accounts, over the limit of {ingest.max_overlap_share:.1%}"
        ]
    return [f"{text}. Both are counted now"], []
