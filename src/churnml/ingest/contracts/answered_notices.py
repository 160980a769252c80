"""Notices that a newly signed paid term has answered: who gave notice and then signed again has not left."""

import duckdb

from churnml.ingest.contracts.terms import HELD, JUDGED, TERMS, VERSIONS


def answer_notices(con: duckdb.DuckDBPyConnection, gap_days: int) -> list[str]:
    """A notice of how many there are, after setting ``notice_answered_at`` of each: the moment the answer was known.

    The answer is paid, signed after the notice, begins at most ``gap_days`` after the noticed end and outlasts it. It is of the same
    product; one of another product answers where it begins about that end and continues no term of its own product.
    """
    answers = f"""
        WITH terms AS ({TERMS}),
        noticed AS (SELECT * FROM ({VERSIONS}) WHERE notice_at IS NOT NULL),
        answers AS (
            SELECT t.row_number, s.row_number AS answer, s.known_at, s.line = t.line AS is_same, s.account_id, s.line, s.start_date
            FROM noticed t JOIN terms s ON s.account_id = t.account_id AND (s.contract_id, s.line_id) IS DISTINCT FROM (t.contract_id, t.line_id) AND s.arr > 0
                AND s.signed_at >= t.notice_at AND s.start_date <= t.end_date + {gap_days} AND (s.end_date > t.end_date OR t.is_open)
                AND (s.line = t.line OR s.start_date >= t.end_date - {gap_days})),
        continued AS (
            SELECT DISTINCT a.answer FROM answers a JOIN terms e ON e.account_id = a.account_id AND e.line = a.line AND e.row_number <> a.answer
                AND e.arr > 0 AND e.start_date < a.start_date AND e.known_at <= a.known_at AND e.end_date >= a.start_date - {gap_days}
            WHERE NOT a.is_same)
        SELECT row_number, min(known_at) AS answered_at FROM answers
        WHERE is_same OR answer NOT IN (SELECT answer FROM continued) GROUP BY row_number"""
    con.execute(
        f"UPDATE {HELD} AS c SET notice_answered_at = a.answered_at FROM ({answers}) a WHERE a.row_number = c.row_number"
    )
    rows, example = con.execute(
        f"SELECT count(*), min(account_id) FROM {JUDGED} WHERE notice_answered_at IS NOT NULL"
    ).fetchall()[0]
    return (
        [
            f"contracts.notice_at: {rows:,} notices were answered by a paid term signed later (for example by {example}) and count as withdrawn"
        ]
        if rows
        else []
    )
