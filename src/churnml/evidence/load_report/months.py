"""Live accounts, their ARR and those that left, by month."""

from dataclasses import dataclass
from datetime import date

from churnml.data.revenue import create_ledger
from churnml.data.tables import Tables


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The book on the first of a month, and how many of its accounts, and how much of their ARR, were gone when it was over.

    ``left`` and ``left_arr`` are None until the grace after the month's end has passed: those who left may yet be late.
    """

    month: date
    accounts: int
    arr: float
    left: int | None
    left_arr: float | None

    @property
    def churn(self) -> float | None:
        """The share of the month's opening accounts that were gone on its last day.

        >>> MonthFigures(date(2024, 5, 1), 40, 1e6, 1, 9e3).churn
        0.025
        """
        return None if self.left is None or not self.accounts else self.left / self.accounts


def month_figures(tables: Tables, grace_days: int) -> list[MonthFigures]:
    """One a month with any live account, up to the last day of data."""
    con = tables.connect()
    create_ledger(con, grace_days)
    rows = con.execute(f"""
        WITH months AS (
            SELECT CAST(m AS DATE) AS first, CAST(m + INTERVAL 1 MONTH AS DATE) AS next
            FROM range((SELECT date_trunc('month', min(from_day)) FROM ledger), TIMESTAMP '{tables.last_day}', INTERVAL 1 MONTH) t(m)),
        live AS (SELECT account_id, first, next, arr FROM months JOIN ledger ON from_day <= first AND first < to_day),
        gone AS (SELECT account_id, first FROM live l ANTI JOIN live n ON n.account_id = l.account_id AND n.first = l.next)
        SELECT first, count(*), sum(arr), count(g.account_id), coalesce(sum(arr) FILTER (g.account_id IS NOT NULL), 0),
            next + {grace_days} < DATE '{tables.last_day}'
        FROM live LEFT JOIN gone g USING (account_id, first) GROUP BY first, next ORDER BY first""").fetchall()
    return [
        MonthFigures(first, accounts, float(arr), *((left, float(lost)) if is_ripe else (None, None)))
        for first, accounts, arr, left, lost, is_ripe in rows
    ]
