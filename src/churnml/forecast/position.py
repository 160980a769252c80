"""Where a book stands on a day, as known that day: ARR, the next open decision, what is signed already, who is in grace."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from churnml.data.revenue import create_ledger
from churnml.data.schema import BILLING_DAYS, SERVICE_ENDS
from churnml.data.snapshots import END_AS_KNOWN, NOTICED, current, in_grace
from churnml.data.tables import Tables, stood_on
from churnml.outcomes import label
from churnml.params.snapshots import Revenue, Snapshots
from churnml.timeline import add_months


def quarter_ends(day: date, quarters: int) -> list[date]:
    """The days on which the coming quarters close, counted from the day itself.

    >>> [str(end) for end in quarter_ends(date(2024, 11, 15), 2)]
    ['2025-02-15', '2025-05-15']
    """
    return [add_months(day, 3 * number) for number in range(1, quarters + 1)]


def position(
    tables: Tables, day: date, ends: Sequence[date], revenue: Revenue, snapshots: Snapshots
) -> pd.DataFrame:
    """One row for each account with ARR on ``day`` or in grace, by account.

    Columns: account_id, ``arr_usd``, ``is_in_grace``, ``is_rolling``, ``has_notice``, ``as_of``, ``renewal`` and ``lead_days`` of
    its next open decision (missing in grace), ``term_days`` of the term that ends there, and ``signed_1`` ...: the ARR of
    terms known on ``day`` that are live on each of ``ends``.
    """
    live = current(tables, day, revenue, snapshots)
    live["arr_usd"] = label(tables, live, revenue)["arr_usd"].to_numpy()
    late = in_grace(tables, day, revenue)[["account_id", "arr_usd"]]
    late = late[~late["account_id"].isin(live["account_id"])]
    accounts = pd.concat(
        [live.assign(is_in_grace=False), late.assign(is_in_grace=True, is_rolling=False)], ignore_index=True
    )
    accounts = accounts[accounts["arr_usd"] > 0].merge(_terms(tables, day, ends), on="account_id", how="left")
    accounts["has_notice"] = accounts["has_notice"].fillna(0.0) > 0  # no term known: no notice either
    return accounts.sort_values("account_id", ignore_index=True)


def _terms(tables: Tables, day: date, ends: Sequence[date]) -> pd.DataFrame:
    signed = "".join(
        f", CAST(account_arr(coalesce(sum(arr) FILTER (start_date <= DATE '{end}' AND stop_date > DATE '{end}'), 0)) AS DOUBLE) AS signed_{n}"
        for n, end in enumerate(ends, start=1)
    )
    known = _known(f"DATE '{day}'")
    return (
        tables.connect()
        .execute(f"""
        WITH terms AS (SELECT *, {SERVICE_ENDS} AS stop_date FROM ({known}))
        SELECT account_id, CAST(bool_and(has_notice) FILTER (arr > 0 AND start_date <= DATE '{day}' AND stop_date > DATE '{day}') AS DOUBLE) AS has_notice,
               CAST(max(agreed_end_date - start_date) AS INTEGER) AS term_days {signed}
        FROM terms WHERE stop_date >= DATE '{day}' - {BILLING_DAYS} GROUP BY account_id ORDER BY account_id""")
        .df()
    )


def _known(day: str) -> str:
    """SQL for the terms with ARR as known on a day, with ``has_notice``."""
    return f"""SELECT * REPLACE ({END_AS_KNOWN.format(as_of=day)} AS end_date, CASE WHEN cancelled_at < {day} THEN cancelled_at END AS cancelled_at),
        {NOTICED.format(as_of=day)} AS has_notice FROM contracts_versions t WHERE {stood_on(day)} AND arr <> 0"""


def arr_on(tables: Tables, days: Sequence[date], known_by: date, grace_days: int) -> pd.DataFrame:
    """ARR by account (index) and day (column) in the ledger of what was known by a day; 0 where there is none."""
    con, known = tables.connect(), _known(f"DATE '{known_by}'")
    con.execute(f"CREATE TABLE known_by AS {known}")
    con.execute("DROP VIEW contracts")
    con.execute("ALTER TABLE known_by RENAME TO contracts")
    create_ledger(con, grace_days, known_by)
    listed = ", ".join(f"(DATE '{day}')" for day in days)
    rows = con.execute(f"""SELECT account_id, CAST(d.day AS TIMESTAMP) AS day, CAST(arr AS DOUBLE) AS arr
        FROM ledger JOIN (VALUES {listed}) d(day) ON from_day <= d.day AND d.day < to_day ORDER BY ALL""").df()
    wide = rows.pivot_table(index="account_id", columns="day", values="arr", aggfunc="sum", fill_value=0.0)
    return wide.reindex(columns=pd.to_datetime(list(days)), fill_value=0.0)
