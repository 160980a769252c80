"""Books of a few groups of accounts that have the same terms, whose decisions can be counted by hand."""

from collections.abc import Iterable
from datetime import date
from itertools import count, pairwise
from typing import Any

from churnml.timeline import add_months
from tests.situations.situation import Situation

Terms = list[dict[str, Any]]
PRICE = 1200
LENIENT = {"ingest": {"max_monthly_churn": 1.0, "max_gap_days": 200}}  # many leave at once here


def chain(first: str, until: str, months: int = 1, arr: float = PRICE, **last: Any) -> Terms:
    """Terms of so many months from one day to another, one after the other; of the last one more may be said."""
    start, end = date.fromisoformat(first), date.fromisoformat(until)
    days = [add_months(start, months * n) for n in range((end.year - start.year) * 12 + 13)]
    terms = [{"start_date": a, "end_date": b, "arr": arr} for a, b in pairwise(days) if a < end]
    terms[-1] |= last
    return terms


def deliver(situation: Situation, groups: Iterable[tuple[int, Terms]], last_day: str, **params: Any) -> None:
    """Leaves accounts and contracts alone: so many accounts with the same terms each."""
    for file in [*situation.raw.iterdir(), *situation.book.glob("*.sql")]:
        if file.name.partition(".")[0] not in ("accounts", "contracts"):
            file.unlink()
    numbers, accounts, contracts = count(1), [], []
    for size, terms in groups:
        for _ in range(size):
            name = f"A{next(numbers)}"
            accounts.append({"account_id": name})
            contracts += [
                {"contract_id": f"{name}-{n}", "account_id": name, **t} for n, t in enumerate(terms)
            ]
    situation.write("accounts", accounts)
    situation.write("contracts", contracts)
    situation.settings(last_day=last_day, static=None, params=params | LENIENT)


def ripe_decisions(situation: Situation) -> str:
    """What the check says of the decisions whose outcome is known, on one line."""
    printed = situation.check()
    assert printed.code == 0, printed.text
    text = " ".join(printed.text.split())
    return text.partition("decisions are ripe: ")[2].partition(".")[0]
