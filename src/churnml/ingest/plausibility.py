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
    return _one_terrible_month(_months(con, last_day), ingest)


def _months(con: duckdb.DuckDBPyConnection, last_day: date) -> list[Month]:
    rows = con.execute(f"""WITH months AS (SELECT CAST(m AS DATE) AS first, least(CAST(m + INTERVAL 1 MONTH AS DATE), DATE '{last_day}') AS next
            FROM range((SELECT date_trunc('month', min(from_day)) FROM ledger), TIMESTAMP '{last_day}', INTERVAL 1 MONTH) t(m)),
        opened AS (SELECT first, next, account_id FROM months JOIN ledger ON from_day <= first AND first < to_day)
        SELECT first, count(*), count(*) FILTER (NOT EXISTS (
            SELECT 1 FROM ledger l WHERE l.account_id = opened.account_id AND l.from_day <= next AND (next < l.to_day OR (next = l.to_day AND next = DATE '{last_day}'))))
        FROM opened GROUP BY first ORDER BY first""").fetchall()
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
