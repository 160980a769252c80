"""Whether the contracts tell a business that can be: somebody is a customer on the last day, and no month lost nearly all of them.

An export of contracts that ends before the others looks like a month in which everybody left; so does a column of ends read wrongly.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from churnml.data.revenue import create_ledger
from churnml.data.tables import account_arr_macro
from churnml.params.book import Ingest

FEWEST = 10  # accounts, to wonder that all of them are gone
MOST = 0.5  # of the live accounts, that may have given notice
EARLIER = 6  # other such months, to know what is usual


@dataclass(frozen=True)
class Month:
    """How many accounts a month opened with, and how many of them were gone when it was over."""

    first: date
    opening: int
    gone: int


def implausible(con: duckdb.DuckDBPyConnection, contracts: str, last_day: date, ingest: Ingest) -> list[str]:
    """What cannot be in a book's contracts (SQL for their clean rows), nothing where they tell a business, or where all may leave at once."""
    con.execute(f"CREATE OR REPLACE TEMP VIEW contracts AS {contracts}")
    con.execute(account_arr_macro(is_priced=True))  # who is there is asked here, not what they pay
    create_ledger(con, ingest.max_gap_days)
    accounts, live, newest = con.execute(f"""SELECT count(DISTINCT account_id),
        count(DISTINCT account_id) FILTER (from_day <= DATE '{last_day}' AND DATE '{last_day}' - 1 < to_day),
        max(to_day) FROM ledger""").fetchall()[0]
    if accounts >= FEWEST and not live and ingest.max_monthly_churn < 1:
        nobody = (
            f"contracts: no account has a live paid term on the last day {last_day} (the newest ends on {newest}): an older export of contracts "
            "than of the other tables? Deliver it anew, or say an earlier 'last_day:' (exclusive) in book.yaml"
        )
        return [nobody]
    return _all_gave_notice(con, last_day, ingest) + _one_terrible_month(_months(con, last_day), ingest)


def _all_gave_notice(con: duckdb.DuckDBPyConnection, last_day: date, ingest: Ingest) -> list[str]:
    """A failure where most live accounts have given notice: some day stands there for 'never'."""
    live, gave, day, rows = (
        con.execute(f"""WITH live AS (SELECT account_id, max(CAST(notice_at AS DATE)) FILTER (notice_answered_at IS NULL) AS gave
            FROM contracts WHERE arr > 0 AND start_date <= DATE '{last_day}' AND coalesce(end_date > DATE '{last_day}', true)
            AND coalesce(cancelled_at > DATE '{last_day}', true) GROUP BY account_id)
        SELECT count(*), count(gave), mode(gave), count(*) FILTER (gave = (SELECT mode(gave) FROM live)) FROM live""").fetchall()[
            0
        ]
    )
    if live < FEWEST or gave <= MOST * live or ingest.max_monthly_churn >= 1:
        return []
    failure = (
        f"contracts.notice_at: {gave:,} of {live:,} live accounts have given notice ({rows:,} on {day}): a day for 'never', or another day than that on "
        "which they said so? Map only notices; if it is true, raise ingest.max_monthly_churn to 1 in book.yaml's params"
    )
    return [failure]


def _months(con: duckdb.DuckDBPyConnection, last_day: date) -> list[Month]:
    """Each month's accounts: a stretch of the ledger holds some first days of months in a row, the last day among them."""
    rows = con.execute(f"""WITH marks AS (SELECT day, row_number() OVER (ORDER BY day) AS place FROM (
            SELECT CAST(m AS DATE) AS day FROM range((SELECT date_trunc('month', min(from_day)) FROM ledger), TIMESTAMP '{last_day}', INTERVAL 1 MONTH) t(m)
            UNION ALL SELECT DATE '{last_day}')),
        stretches AS (
            SELECT f.place AS first, t.place AS last, lead(f.place) OVER (PARTITION BY account_id ORDER BY f.place) AS next
            FROM ledger ASOF JOIN marks f ON from_day <= f.day
            ASOF JOIN marks t ON to_day + CAST(to_day = DATE '{last_day}' AS INTEGER) > t.day WHERE f.place <= t.place),
        held AS (SELECT unnest(range(first, last + 1)) AS place, last, next FROM stretches)
        SELECT day, count(*), count(*) FILTER (place = last AND next IS DISTINCT FROM last + 1)
        FROM held JOIN marks USING (place) WHERE day < DATE '{last_day}' GROUP BY day ORDER BY day""").fetchall()
    return [Month(*row) for row in rows if row[1] >= FEWEST]


def _one_terrible_month(months: list[Month], ingest: Ingest) -> list[str]:
    if len(months) <= EARLIER:
        return []
    opening, gone = sum(month.opening for month in months), sum(month.gone for month in months)
    found = []
    for month in months:
        share = month.gone / month.opening
        usual = (gone - month.gone) / (opening - month.opening)
        if share > ingest.max_monthly_churn and share >= ingest.max_monthly_churn_ratio * usual:
            found.append(
                f"contracts: in {month.first:%B %Y} {month.gone} of {month.opening} accounts left ({share:.1%}), in the other months {usual:.1%}: "
                "does the export of contracts end there, or are its ends read wrongly? If it is true, raise ingest.max_monthly_churn in book.yaml's params"
            )
    return found
