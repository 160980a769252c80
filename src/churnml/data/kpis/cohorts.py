"""Retention by cohort: accounts that started in the same calendar quarter, followed by months since each one's own start.

A logo is alive on a day on which the ledger has ARR for it; a cell is told once the cohort's youngest account has reached it.
"""

from datetime import date

import pandas as pd

from churnml.data.revenue import create_ledger
from churnml.data.tables import Tables
from churnml.params.kpis import Kpis
from churnml.params.snapshots import Revenue


def cohorts(tables: Tables, settings: Kpis, revenue: Revenue) -> pd.DataFrame:
    """A row a cohort and age: the columns of ``retained``."""
    con = tables.connect()
    create_ledger(con, revenue.grace_days)
    ledger = con.execute("""SELECT account_id, CAST(from_day AS TIMESTAMP) AS from_day, CAST(to_day AS TIMESTAMP) AS to_day,
        CAST(arr AS DOUBLE) AS arr FROM ledger ORDER BY ALL""").df()
    ages = [settings.cohort_step_months * number for number in range(settings.n_cohort_steps + 1)]
    return retained(ledger, tables.last_day, ages)


def retained(ledger: pd.DataFrame, last_day: date, ages: list[int]) -> pd.DataFrame:
    """By cohort and age in months: ``accounts`` that started, ``logo_retention`` and ``arr_retention`` (share of their starting ARR).

    Logo retention is at most 1 and may rise again where an account comes back; ARR retention grows with expansion.

    >>> ledger = pd.DataFrame({"account_id": ["a", "b"], "from_day": pd.to_datetime(["2023-01-05", "2023-02-01"]),
    ...                        "to_day": pd.to_datetime(["2024-01-05", "2023-04-01"]), "arr": [30.0, 10.0]})
    >>> retained(ledger, date(2024, 1, 1), [0, 3])[["cohort", "months", "logo_retention", "arr_retention"]].values.tolist()
    [['2023Q1', 0, 1.0, 1.0], ['2023Q1', 3, 0.5, 0.75]]
    """
    ledger = ledger[["account_id", "from_day", "to_day", "arr"]]
    first = ledger.sort_values("from_day").drop_duplicates("account_id")
    starts = first.rename(columns={"from_day": "start", "arr": "start_arr"})[
        ["account_id", "start", "start_arr"]
    ]
    starts = starts[starts["start"] < pd.Timestamp(last_day)]
    starts["cohort"] = starts["start"].dt.to_period("Q").astype(str)
    both = ledger.merge(starts, on="account_id")
    rows = []
    for months in ages:
        then = _later(both["start"], months)
        alive = both[(both["from_day"] <= then) & (then < both["to_day"])]
        arr, logos = alive.groupby("cohort")["arr"].sum(), alive.groupby("cohort")["account_id"].nunique()
        for cohort, members in starts.groupby("cohort", sort=True):
            if _later(members["start"], months).max() <= pd.Timestamp(last_day):
                rows.append({
                    "cohort": cohort, "months": months, "accounts": len(members),
                    "logo_retention": float(logos.get(cohort, 0)) / len(members),
                    "arr_retention": float(arr.get(cohort, 0.0)) / float(members["start_arr"].sum()),
                })  # fmt: skip
    columns = ["cohort", "months", "accounts", "logo_retention", "arr_retention"]
    return pd.DataFrame(rows, columns=columns).sort_values(["cohort", "months"], ignore_index=True)


def _later(days: pd.Series, months: int) -> pd.Series:
    """The same day of the month some months later; an offset of no months is none at all to pandas."""
    return days + pd.DateOffset(months=months) if months else days
