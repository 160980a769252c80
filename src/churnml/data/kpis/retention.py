"""Retention over time: the movements of every past quarter, and of the year that ended with it.

Source: Mehta, Steinman and Murphy, *Customer Success*, 2016, as in ``revenue``. Unit: shares of the opening accounts or ARR.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd

from churnml.data.dunning import tells_failed_charges
from churnml.data.revenue import Movements, create_ledger, moved
from churnml.data.tables import Tables
from churnml.timeline import add_months

QUARTER, YEAR = 3, 12
"""Months."""


def quarters_back(last_day: date, quarters: int) -> list[tuple[date, date]]:
    """The whole quarters before a day, oldest first: opening and closing day of each.

    >>> [f"{opening} {closing}" for opening, closing in quarters_back(date(2025, 1, 1), 2)]
    ['2024-07-01 2024-10-01', '2024-10-01 2025-01-01']
    """
    edges = [add_months(last_day, -QUARTER * number) for number in range(quarters, -1, -1)]
    return list(pairwise(edges))


def retention(tables: Tables, quarters: int, grace_days: int) -> pd.DataFrame:
    """A row a quarter and span (``quarter``, ``year``): dollars moved, GRR, NRR, logo churn and revenue churn.

    A span with nothing at its opening has no row. ``is_provisional`` marks those that closed within the grace before the export:
    an account whose next term is not recorded yet counts as churned until it is. A book that tells which charges failed has INVOLUNTARY, too.
    """
    told = INVOLUNTARY if tells_failed_charges(tables) else ()
    con = tables.connect()
    create_ledger(con, grace_days)
    doubt = tables.last_day - timedelta(days=grace_days)
    rows = []
    for opening, closing in quarters_back(tables.last_day, quarters):
        for span, start in (("quarter", opening), ("year", add_months(closing, -YEAR))):
            found = moved(con, start, closing, grace_days)
            if found.opening:
                rows.append({"span": span, "opens_on": start.isoformat(), "closes_on": closing.isoformat(),
                             **dict(_figures(found)), "is_provisional": closing > doubt})  # fmt: skip
    return pd.DataFrame(rows, columns=[*COLUMNS, *told])


FIGURES = ("opening", "churn", "contraction", "expansion", "new", "closing")
SHARES = ("grr", "nrr", "logo_churn", "revenue_churn")
INVOLUNTARY = ("involuntary_churn_usd", "involuntary_accounts")
"""What left by a charge that failed and was never paid."""
DOLLARS = (*(f"{name}_usd" for name in FIGURES), "grr", "nrr", "revenue_churn", INVOLUNTARY[0])
"""What a book without prices cannot tell."""
COLUMNS = ["span", "opens_on", "closes_on", *(f"{name}_usd" for name in FIGURES), *SHARES,
           "opening_accounts", "churned_accounts", "is_provisional"]  # fmt: skip


def _figures(found: Movements) -> Iterator[tuple[str, float | int]]:
    yield from ((f"{name}_usd", float(getattr(found, name))) for name in FIGURES)
    yield from ((name, getattr(found, name)) for name in SHARES)
    yield from (
        (name, getattr(found, name))
        for name in ("opening_accounts", "churned_accounts", "involuntary_accounts")
    )
    yield INVOLUNTARY[0], float(found.involuntary_churn)
