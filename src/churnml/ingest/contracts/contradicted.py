"""What other tables say against the contracts: use after service stopped; and terms known only late."""

from collections.abc import Collection

import duckdb

from churnml.ingest.contracts.terms import TERMS
from churnml.params.book import Ingest

FEWEST, MANY = 5, 5  # terms, and times as many as of the other kind, to call it a pattern
LONG_DAYS, FEW_LONG = 5 * 365, 0.05  # a term's days, and the share of all, that may be a slip
SURE, TIMES = 10, 5  # customers with invoices, and times their ARR
SETTLED = "INTERVAL 7 DAY"  # use may trickle in for a week


def contradicted(
    con: duckdb.DuckDBPyConnection, tables: Collection[str], ingest: Ingest
) -> tuple[list[str], list[str]]:
    """Notices and failures from reading the contracts beside the other tables that the book has."""
    notices = _known_only_at_start(con) + _ends_the_day_before(con) + _long_terms(con)
    failures: list[str] = []
    if "invoices" in tables:
        notices += _billed_otherwise(con)
    if "usage" in tables:
        more, failures = _used_after_service(con, ingest)
        notices += more
    return notices, failures


def _used_after_service(con: duckdb.DuckDBPyConnection, ingest: Ingest) -> tuple[list[str], list[str]]:
    """Terms cancelled well before their end whose account goes on using, with no other paid term: the click was taken for the stop."""
    terms, used, rows, example, stopped = con.execute(f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0),
        early AS (SELECT * FROM terms t WHERE CAST(cancelled_at AS DATE) + {SETTLED} < end_date AND NOT is_open AND NOT EXISTS (
            SELECT 1 FROM terms o WHERE o.account_id = t.account_id AND o.row_number <> t.row_number
                AND o.start_date < t.end_date AND o.stop_date > t.cancelled_at)),
        counts AS (SELECT e.row_number, e.account_id, e.stop_date, count(u.account_id) AS n FROM early e
            LEFT JOIN judged."usage" u ON u.account_id = e.account_id AND u.reason IS NULL
            AND u.occurred_at >= e.stop_date + {SETTLED} AND u.occurred_at < e.end_date GROUP BY ALL)
        SELECT count(*), count(*) FILTER (n > 0), coalesce(sum(n), 0), min(account_id) FILTER (n > 0),
            arg_min(stop_date, account_id) FILTER (n > 0) FROM counts""").fetchall()[0]
    if used < FEWEST or used <= terms * ingest.max_used_after_service_share:
        return [], []
    return [], [(f"contracts.cancelled_at: {used:,} of {terms:,} terms that stop before their end are in use for more than a week after "
                 f"(for example by {example} after {stopped}; {rows:,} rows of usage): is it the day on which somebody cancelled, as Stripe's "
                 "canceled_at? Map that to notice_at, and the day on which service stops (Stripe's ended_at) to cancelled_at; if service does "
                 "stop there, raise ingest.max_used_after_service_share in book.yaml's params")]  # fmt: skip


def _billed_otherwise(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Where customers are usually billed many times their ARR in a year, or a fraction of it: one of the two is in another unit."""
    accounts, ratio, example = con.execute(f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0 AND NOT is_open AND stop_date = end_date),
        priced AS (SELECT account_id, sum(arr * (end_date - start_date)) / 365.25 AS due, min(start_date) AS first, max(end_date) AS next FROM terms
            GROUP BY account_id HAVING count(*) = count(DISTINCT start_date)),
        billed AS (SELECT p.account_id, p.due, sum(i.amount) AS paid FROM priced p JOIN judged."invoices" i ON i.account_id = p.account_id
            AND i.reason IS NULL AND i.amount > 0 AND i.issued_at >= first - INTERVAL 31 DAY AND i.issued_at < next GROUP BY ALL)
        SELECT count(*), median(paid / due), arg_min(account_id, abs(ln(paid / due) - (SELECT median(ln(paid / due)) FROM billed))) FROM billed""").fetchall()[0]
    if accounts < SURE or 1 / TIMES < ratio < TIMES:
        return []
    return [(f"contracts.arr: over their terms {accounts:,} customers are billed {ratio:,.3g} times their ARR (in the middle; for example {example}): is arr the "
             "price of a month (write arr * 12), or one of the two in cents or thousands? Invoices of more than the terms have a place in neither")]  # fmt: skip


def _long_terms(con: duckdb.DuckDBPyConnection) -> list[str]:
    """A few terms many times as long as the usual one: a slip in a year keeps who left on the list for years."""
    terms, long, usual, example, start, end = con.execute(f"""
        WITH terms AS (SELECT *, end_date - start_date AS days FROM ({TERMS}) WHERE arr > 0 AND NOT is_open),
        far AS (SELECT * FROM terms WHERE days > {LONG_DAYS} AND days > {MANY} * (SELECT median(days) FROM terms))
        SELECT (SELECT count(*) FROM terms), count(*), (SELECT median(days) FROM terms), min(contract_id), arg_min(start_date, contract_id),
            arg_min(end_date, contract_id) FROM far""").fetchall()[0]
    if not long or long > FEW_LONG * terms:
        return []
    return [(f"contracts: {long:,} terms are many times as long as the usual {usual:.0f} days (for example {example}, from {start} to {end}): a slip in a "
             "year? Whoever it is of counts as a customer all that time")]  # fmt: skip


def _ends_the_day_before(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Ends that are the last day of a term and not the first day after it: nearly every next term begins a day later."""
    later, same, example, ends = con.execute(f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0)
        SELECT count(*) FILTER (n.start_date = o.end_date + 1), count(*) FILTER (n.start_date = o.end_date),
            min(o.contract_id) FILTER (n.start_date = o.end_date + 1), arg_min(o.end_date, o.contract_id) FILTER (n.start_date = o.end_date + 1)
        FROM terms o JOIN terms n ON n.account_id = o.account_id AND n.line = o.line AND n.start_date BETWEEN o.end_date AND o.end_date + 1""").fetchall()[0]
    if later < FEWEST or later < MANY * same:
        return []
    return [(f"contracts.end_date: {later:,} terms are followed by another on the day after their end, {same:,} on the end itself (for example "
             f"{example}, which ends on {ends}): is it the last day of the term? Write end_date + 1 in contracts.sql, or every renewal stands a day early")]  # fmt: skip


def _known_only_at_start(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Terms that follow upon another of the same contract number at once, and of which no row says when they were signed."""
    steps, example = con.execute(f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0 AND known_at >= start_date)
        SELECT count(*), min(n.contract_id) FROM terms n JOIN terms o ON o.contract_id = n.contract_id AND o.account_id = n.account_id
            AND o.line = n.line AND o.end_date = n.start_date""").fetchall()[0]
    if not steps:
        return []
    return [(f"contracts: {steps:,} terms follow upon another of the same contract (for example {example}) and are known only when they start: "
             "the years of one contract, signed together? Give signed_at, or each earlier end counts as a decision still open")]  # fmt: skip
