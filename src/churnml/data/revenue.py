"""Money over time: the ARR ledger, movements between two days, and the retention rates made of them.

Definitions (fixed, over the accounts with ARR on the opening day, as in Mehta, Steinman and Murphy, *Customer Success*, 2016):

- churn: the opening ARR of accounts at zero on the closing day; contraction and expansion: ARR lost and won by the others
- involuntary churn: that part of churn that left by a charge which failed and was never paid (`dunning`)
- GRR = (opening - churn - contraction) / opening; NRR = (opening - churn - contraction + expansion) / opening
- logo churn = accounts at zero on the closing day / opening accounts; revenue churn = churn / opening

Identity: opening - churn - contraction + expansion + new = closing, to the cent.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb

from churnml.data.dunning import LEFT_UNPAID, create_failed_charges
from churnml.data.schema import SERVICE_ENDS
from churnml.data.tables import Tables


@dataclass(frozen=True)
class Movements:
    """ARR movements of a book between two days, in its currency.

    >>> ten, none = Decimal(10), Decimal(0)
    >>> year = Movements(100 * ten, 5 * ten, 2 * ten, 9 * ten, none, 102 * ten, 40, 4)
    >>> year.grr, year.nrr, year.logo_churn, year.revenue_churn
    (0.93, 1.02, 0.1, 0.05)
    """

    opening: Decimal
    churn: Decimal
    contraction: Decimal
    expansion: Decimal
    new: Decimal
    closing: Decimal
    opening_accounts: int
    churned_accounts: int
    involuntary_churn: Decimal = Decimal(0)
    involuntary_accounts: int = 0

    @property
    def grr(self) -> float:
        """Gross revenue retention, at most 1; NaN where nothing was there to retain."""
        return _ratio(self.opening - self.churn - self.contraction, self.opening)

    @property
    def nrr(self) -> float:
        """Net revenue retention of the opening accounts."""
        return _ratio(self.opening - self.churn - self.contraction + self.expansion, self.opening)

    @property
    def logo_churn(self) -> float:
        """The share of opening accounts that were gone on the closing day."""
        return _ratio(Decimal(self.churned_accounts), Decimal(self.opening_accounts))

    @property
    def revenue_churn(self) -> float:
        """The share of opening ARR whose accounts were gone on the closing day; contraction is not in it."""
        return _ratio(self.churn, self.opening)


def _ratio(part: Decimal, whole: Decimal) -> float:
    return float(part / whole) if whole else float("nan")


def create_ledger(con: duckdb.DuckDBPyConnection, grace_days: int, known_by: date | None = None) -> None:
    """Creates table ``ledger``: per account the stretches ``[from_day, to_day)`` of constant ARR above zero; and ``failed_charges``.

    ARR is summed over live terms, amendments that take some away among them. A gap of at most ``grace_days`` between two stretches carries the ARR before it: a customer
    who signs a week late has not left. While a charge that failed is tried again, it goes on, too. Of invoices only what was known by ``known_by`` counts.
    """
    create_failed_charges(con, known_by)
    con.execute(f"""CREATE OR REPLACE TABLE ledger AS
        WITH terms AS (SELECT account_id, start_date, {SERVICE_ENDS} AS stop_date, arr FROM contracts WHERE arr <> 0),
        steps AS (
            SELECT account_id, day, sum(step) AS step FROM (
                SELECT account_id, start_date AS day, arr AS step FROM terms WHERE stop_date > start_date
                UNION ALL SELECT account_id, stop_date, -arr FROM terms WHERE stop_date > start_date)
            GROUP BY account_id, day),
        levels AS (
            SELECT account_id, day AS from_day, lead(day) OVER w AS to_day, account_arr(sum(step) OVER w) AS arr FROM steps
            WINDOW w AS (PARTITION BY account_id ORDER BY day)),
        waits AS (
            SELECT l.account_id, l.from_day, max(c.waits_until) AS waits_until FROM levels l JOIN failed_charges c
            ON l.arr = 0 AND c.account_id = l.account_id AND c.failed_on <= l.from_day + {grace_days} AND c.waits_until > l.from_day GROUP BY ALL),
        gaps AS (
            SELECT *, arr = 0 AS is_gap, lag(arr) OVER w AS arr_before,
                coalesce(to_day - greatest(from_day, waits_until) <= {grace_days}, false) AS is_bridged
            FROM levels LEFT JOIN waits USING (account_id, from_day) WINDOW w AS (PARTITION BY account_id ORDER BY from_day)),
        bridged AS (
            SELECT account_id, from_day, CASE WHEN is_gap AND NOT is_bridged THEN least(waits_until, to_day) ELSE to_day END AS to_day,
                CASE WHEN NOT is_gap THEN arr WHEN is_bridged OR waits_until IS NOT NULL THEN arr_before ELSE 0 END AS arr
            FROM gaps WHERE to_day IS NOT NULL OR waits_until IS NOT NULL)
        SELECT account_id, from_day, to_day, CAST(arr AS DECIMAL(18,2)) AS arr FROM bridged WHERE arr > 0
        ORDER BY account_id, from_day""")


def movements(tables: Tables, opening: date, closing: date, grace_days: int) -> Movements:
    """How the book's ARR moved from the opening day to the closing day."""
    con = tables.connect()
    create_ledger(con, grace_days)
    return moved(con, opening, closing, grace_days)


def moved(con: duckdb.DuckDBPyConnection, opening: date, closing: date, grace_days: int) -> Movements:
    """How the ledger's ARR moved from the opening day to the closing day, where ``create_ledger`` has made it."""
    is_unpaid = LEFT_UNPAID.format(account="l.account_id", left="l.day", grace=grace_days)
    row = con.execute(f"""
        WITH o AS (SELECT account_id, arr FROM ledger WHERE from_day <= DATE '{opening}' AND DATE '{opening}' < to_day),
             c AS (SELECT account_id, arr FROM ledger WHERE from_day <= DATE '{closing}' AND DATE '{closing}' < to_day),
             left_on AS (SELECT account_id, max(to_day) AS day FROM ledger WHERE to_day <= DATE '{closing}' GROUP BY account_id),
             b AS (SELECT coalesce(o.arr, 0) AS before, coalesce(c.arr, 0) AS after, after = 0 AND {is_unpaid} AS is_unpaid
                   FROM o FULL JOIN c USING (account_id) LEFT JOIN left_on l USING (account_id))
        SELECT coalesce(sum(before), 0), coalesce(sum(before) FILTER (after = 0), 0),
               coalesce(sum(before - after) FILTER (after > 0 AND after < before), 0),
               coalesce(sum(after - before) FILTER (before > 0 AND after > before), 0),
               coalesce(sum(after) FILTER (before = 0), 0), coalesce(sum(after), 0),
               count(*) FILTER (before > 0), count(*) FILTER (before > 0 AND after = 0),
               coalesce(sum(before) FILTER (is_unpaid), 0), count(*) FILTER (is_unpaid)
        FROM b""").fetchall()[0]
    return Movements(*row)
