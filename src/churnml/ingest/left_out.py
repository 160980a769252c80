"""The customers that refused contract rows take off the list, by name and in dollars: a share of rows does not say who they are."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal

import duckdb

from churnml.ingest.validate import AFTER_LAST_DAY
from churnml.params.book import Ingest

NAMED = 5  # accounts that a message names; the record has them all
HARMLESS = ("key is repeated", AFTER_LAST_DAY)  # reasons that hide nothing
LIVE = "{t}.start_date <= {day} AND coalesce(least({t}.end_date, CAST({t}.cancelled_at AS DATE)), {day}) >= {day}"


@dataclass(frozen=True)
class LeftOut:
    """An account without any live term but for refused rows that may be live on the last day: their ARR as it is written, and why."""

    account_id: str
    arr: Decimal | None
    reason: str

    def as_record(self) -> dict[str, str | float | None]:
        """The account for the book's record."""
        return asdict(self) | {"arr": None if self.arr is None else float(self.arr)}


def left_out(
    con: duckdb.DuckDBPyConnection, last_day: date, is_priced: bool
) -> tuple[list[LeftOut], int, Decimal]:
    """Accounts that refused contract rows hide, largest first; how many live accounts are kept; their ARR.

    Without prices there is no ARR: it is None by account and 0 in sum. A refused row may be live unless its own dates say that it is over, has not begun, or that it repeats another row.
    """
    day = f"DATE '{last_day}'"
    kept = f"k.reason IS NULL AND NOT k.is_folded AND k.superseded_at IS NULL AND k.arr > 0 AND {LIVE.format(t='k', day=day)}"
    accounts, arr = con.execute(
        f'SELECT count(DISTINCT account_id), coalesce(sum(arr), 0) FROM judged."contracts" k WHERE {kept}'
    ).fetchall()[0]
    rows = con.execute(f"""SELECT account_id, sum(arr), first(reason ORDER BY row_number) FROM judged."contracts" c
        WHERE reason IS NOT NULL AND account_id IS NOT NULL AND reason NOT IN {HARMLESS}
            AND coalesce(start_date <= {day}, true) AND coalesce(end_date >= {day}, true)
            AND coalesce(cancelled_at >= {day}, true) AND coalesce(arr <> 0, true)
            AND NOT EXISTS (SELECT 1 FROM judged."contracts" k WHERE k.account_id = c.account_id AND {kept})
        GROUP BY account_id ORDER BY 2 DESC NULLS LAST, 1""").fetchall()
    found = [LeftOut(*row) for row in rows]
    return (
        (found, accounts, arr)
        if is_priced
        else ([replace(one, arr=None) for one in found], accounts, Decimal(0))
    )


def over_limit(hidden: list[LeftOut], live_accounts: int, live_arr: Decimal, ingest: Ingest) -> list[str]:
    """A failure where the hidden accounts are too many, or too much of the ARR, to go on without them."""
    lost = sum((account.arr or Decimal(0) for account in hidden), Decimal(0))
    shares = {
        f"{len(hidden)} of {live_accounts + len(hidden)} live accounts": len(hidden)
        / max(live_accounts + len(hidden), 1),
        f"{lost:,.0f} of {live_arr + lost:,.0f} of their ARR": float(lost / max(live_arr + lost, Decimal(1))),
    }
    over = {words: share for words, share in shares.items() if share > ingest.max_left_out_share}
    if not over:
        return []
    shares_over = " and ".join(f"{words} ({share:.1%})" for words, share in over.items())
    failure = (
        f"contracts: refused rows take {shares_over} off the list, over the limit of "
        f"{ingest.max_left_out_share:.1%} (ingest.max_left_out_share): {named(hidden)}. Mend those rows in the source or in contracts.sql"
    )
    return [failure]


def named(hidden: list[LeftOut]) -> str:
    """The largest of the hidden accounts with their ARR and reason, and how many more there are.

    >>> named([LeftOut("A7", Decimal(12000), "end_date is missing")])
    "'A7' (12,000; end_date is missing)"
    """
    each = [
        f"'{account.account_id}' ({'' if account.arr is None else f'{account.arr:,.0f}; '}{account.reason})"
        for account in hidden[:NAMED]
    ]
    more = f" and {len(hidden) - NAMED} more" if len(hidden) > NAMED else ""
    return ", ".join(each) + more
