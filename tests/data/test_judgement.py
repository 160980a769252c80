"""An outcome that is known stays as it is: told from what had been recorded by any later day, it is the same."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from churnml.data.snapshots import history
from churnml.data.tables import Tables
from churnml.outcomes import label
from churnml.params.snapshots import Revenue, Snapshots
from tests.books import make_tables
from tests.data.contracts_oracle import Term
from tests.data.test_contracts_oracle import drawn

Charge = dict[str, Any]
REVENUE = Revenue(grace_days=15, tolerance=0.02, min_fixed_term_days=0)
SNAPSHOTS = Snapshots(lead_days=(10, 40), min_history_days=0, rolling_horizon_days=60, rolling_every_days=45)
LAST_DAY = date(2025, 9, 1)
DAYS = ("start", "end", "signed", "notice", "cancelled")
ACCOUNTS = 40


def changed_plan(account: str, terms: list[Term]) -> list[Term]:
    """A renewal that was stopped after eight days, and the plan that took its place twelve days later: until then the account might have left."""
    ends = [t.end for t in terms if t.account_id == account and t.end]
    if not ends:
        return []
    begin, days = max(ends), timedelta(days=1)
    stopped = Term(f"{account}p", account, begin, begin + 90 * days, 1000, cancelled=begin + 8 * days)
    return [stopped, Term(f"{account}q", account, begin + 20 * days, begin + 400 * days, 1000)]


def charges_of(terms: list[Term], random: Random) -> list[Charge]:
    """A charge of some terms that failed about the day on which they end; some were paid, in time, late or never."""
    found = []
    for term in terms:
        if term.end and random.random() < 0.5:
            failed = term.end + timedelta(days=random.choice((-1, 0, 1, 6)))
            tried, paid = random.choice((None, 7, 21, 45)), random.choice((None, None, 3, 18, 60))
            found.append({"account_id": term.account_id, "invoice_id": term.contract_id, "issued_at": failed, "amount": 9, "failed_at": failed,
                          "dunning_until": tried and failed + timedelta(days=tried), "paid_at": paid and failed + timedelta(days=paid)})  # fmt: skip
    return found


def known_by(day: date, terms: list[Term], charges: list[Charge]) -> tuple[list[Term], list[Charge]]:
    """What had been recorded before a day."""

    def before(moment: date | None) -> date | None:
        return moment if moment and moment < day else None

    kept = [replace(t, notice=before(t.notice), cancelled=before(t.cancelled), paused=t.paused if t.paused and t.paused[0] < day else None)
            for t in terms if t.known < day]  # fmt: skip
    return kept, [c | {"paid_at": before(c["paid_at"])} for c in charges if c["failed_at"] < day]


def loaded(folder: Path, terms: list[Term], charges: list[Charge], last_day: date) -> Tables:
    rows = [{"contract_id": t.contract_id, "account_id": t.account_id, "start_date": t.start, "end_date": t.end or "9999-12-31", "arr": t.arr,
             "product": t.product, "signed_at": t.signed, "notice_at": t.notice, "cancelled_at": t.cancelled, "replaces": t.replaces,
             "paused_from": t.paused and t.paused[0], "paused_until": t.paused and t.paused[1]} for t in terms]  # fmt: skip
    always = {
        "contract_id": "z",
        "account_id": "z",
        "start_date": "2022-01-01",
        "end_date": "2030-01-01",
        "arr": 1,
    }
    accounts = [{"account_id": a} for a in sorted({t.account_id for t in terms} | {"z"})]
    empty = {"account_id": "z", "issued_at": "2022-01-01", "amount": 9, "invoice_id": "z"}
    tables = {"accounts": accounts, "contracts": [*rows, always], "invoices": [*charges, empty]}
    return make_tables(folder, tables, last_day=str(last_day), overlapping_terms="add")


def shifted(
    terms: list[Term], charges: list[Charge], days: timedelta, name: str
) -> tuple[list[Term], list[Charge]]:
    """An account's rows under another name, and so many days later."""

    def later(value: Any) -> Any:
        return value + days if isinstance(value, date) else value

    moved = [replace(t, contract_id=f"{name}{t.contract_id}", account_id=name, replaces=t.replaces and f"{name}{t.replaces}",
                     paused=t.paused and (later(t.paused[0]), later(t.paused[1])), **{f: later(getattr(t, f)) for f in DAYS})
             for t in terms]  # fmt: skip
    return moved, [
        {k: later(v) for k, v in c.items()} | {"account_id": name, "invoice_id": f"{name}{c['invoice_id']}"}
        for c in charges
    ]


@pytest.mark.parametrize("asked", [
    {}, pytest.param({"min_fixed_term_days": 45}, marks=pytest.mark.slow), pytest.param({"question": "horizon"}, marks=pytest.mark.slow),
])  # fmt: skip
def test_what_is_known_of_an_outcome_never_changes(tmp_path: Path, asked: dict[str, Any]) -> None:
    """Each account is told once more from what was recorded when a decision's grace was over, and when its outcome became known."""
    random = Random(5)
    revenue = REVENUE.model_copy(update=asked)
    terms = [t for n in range(ACCOUNTS) for t in drawn(lambda *of: random.choice(of), f"a{n}-") if t.arr >= 0]
    terms += [t for n in range(0, ACCOUNTS, 2) for t in changed_plan(f"a{n}-", terms)]
    charges = charges_of(terms, random)
    full = loaded(tmp_path / "full", terms, charges, LAST_DAY)
    looks = history(full, revenue, SNAPSHOTS)
    told = label(full, looks, revenue).assign(is_rolling=looks["is_rolling"].to_numpy())
    told = told[told["is_ripe"] & (told["account_id"] != "z")]
    then: tuple[list[Term], list[Charge]] = ([], [])
    looked = []
    for account, rows in told.groupby("account_id"):
        own = (
            [t for t in terms if t.account_id == account],
            [c for c in charges if c["account_id"] == account],
        )
        for last in sorted({*rows["ripe_on"], *(rows["renewal"] + timedelta(days=revenue.grace_days))}):
            cut = last.date() + timedelta(days=1)
            days, name = LAST_DAY - cut, f"{account}at{cut}"
            for place, more in zip(then, shifted(*known_by(cut, *own), days, name), strict=True):
                place.extend(more)  # type: ignore[arg-type]
            seen = rows[rows["as_of"] <= last]
            later = {d: seen[d] + days for d in ("as_of", "renewal", "ripe_on")}
            looked.append(seen.assign(account_id=name, is_ripe=seen["ripe_on"] <= last, **later))
    expected = pd.concat(looked, ignore_index=True)
    again = label(loaded(tmp_path / "then", *then, LAST_DAY), expected, revenue)
    assert again["is_ripe"].equals(expected["is_ripe"])  # what was thought to be known then, and what is
    columns = ["account_id", "as_of", "renewal", "arr_usd", "arr_after_usd", "outcome", "is_involuntary"]
    pd.testing.assert_frame_equal(
        again.loc[again["is_ripe"], columns], expected.loc[expected["is_ripe"], columns]
    )
    assert expected["is_involuntary"].sum() > 15  # there were some to compare
