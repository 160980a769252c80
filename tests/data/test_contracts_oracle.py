"""Ledger, open decisions, outcomes and notices against plain Python, on random books of contracts as companies keep them."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.revenue import create_ledger
from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import CATALOG
from churnml.outcomes import label
from churnml.params.snapshots import Revenue, Snapshots
from tests.books import make_tables
from tests.data.contracts_oracle import (
    Book,
    Term,
    has_notice,
    is_refused,
    judged,
    ledger_arr,
    open_decisions,
    outcome,
)

START, LAST_DAY = date(2023, 1, 1), date(2025, 3, 1)
REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
MONTHS = REVENUE.model_copy(update={"min_fixed_term_days": 0})
HORIZON = REVENUE.model_copy(update={"question": "horizon"})
SNAPSHOTS = Snapshots(lead_days=(30, 90), min_history_days=0, rolling_horizon_days=90, rolling_every_days=91)
NOTICE = tuple(feature for feature in CATALOG if feature.name == "has_notice")
DAYS = tuple(START + timedelta(days=n) for n in (40, 101, 160, 222, 365, 366, 400, 477, 540, 700))


def drawn(pick: Any, account: str) -> list[Term]:
    """An account's terms: a chain of renewals, some early, some free, amended, noticed, paused, cancelled, or without an end."""
    start = START + timedelta(days=pick(0, 10, 45))
    terms: list[Term] = []
    for n in range(pick(1, 2, 3, 4)):
        length = timedelta(days=pick(20, 31, 90, 180, 180, 365))
        kind = pick("next", "next", "early", "free", "late", "beside") if terms else "next"
        last = terms[-1] if terms else None
        if last and last.end is None:
            kind = pick("early", "beside")
        begin = start
        if last:
            end = last.end or last.start + timedelta(days=120)
            begin = {"early": max(last.start, end - timedelta(days=pick(1, 20, 60))), "late": end + timedelta(days=pick(5, 30, 31, 70)),
                     "beside": last.start + timedelta(days=pick(0, 15, 50))}.get(kind, end)  # fmt: skip
        open_ended = kind != "free" and pick(True, *[False] * 9)
        signed = pick(None, begin - timedelta(days=pick(0, 3, 30, 60)))
        stops = None if open_ended else begin + length
        terms.append(Term(
            f"{account}{n}", account, begin, stops, 0 if kind == "free" else pick(1000, 1000, 1010, 1500, 700),
            pick("core", "core", "chat") if kind == "beside" else "core" if not last else last.product, signed,
            notice=begin + timedelta(days=pick(1, 10, 60)) if pick(True, False, False) else None,
            cancelled=begin + timedelta(days=pick(1, 15, 80)) if pick(True, *[False] * 5) else None,
            replaces=last.contract_id if last and kind == "early" else None,
            paused=(stops - timedelta(days=pick(0, 5)), stops + timedelta(days=pick(10, 33, 60))) if stops and pick(True, *[False] * 5) else None,
        ))  # fmt: skip
    base = terms[0]
    if base.end and base.arr > 0 and pick(True, False, False):
        begin = base.start + timedelta(days=pick(0, 12, 19))
        terms.append(Term(f"{account}x", account, begin, base.end + timedelta(days=pick(0, 0, 0, 9)), pick(-300, -700, -1600), base.product,
                          pick(None, begin - timedelta(days=4))))  # fmt: skip
    return terms


def book_of(pick: Any) -> Book:
    accounts = "abc"[: pick(1, 2, 3)]
    merged = {accounts[0]: accounts[1]} if len(accounts) > 1 and pick(True, False, False) else {}
    if merged and len(accounts) > 2 and pick(True, False):
        merged[accounts[1]] = accounts[2]
    return Book(tuple(term for account in accounts for term in drawn(pick, account)), merged)


def loaded(folder: Path, book: Book) -> Tables:
    rows = [{"contract_id": t.contract_id, "account_id": t.account_id, "start_date": t.start, "end_date": t.end or "9999-12-31", "arr": t.arr,
             "product": t.product, "signed_at": t.signed, "notice_at": t.notice, "cancelled_at": t.cancelled, "replaces": t.replaces,
             "paused_from": t.paused and t.paused[0], "paused_until": t.paused and t.paused[1]} for t in book.terms]  # fmt: skip
    rows.append(
        rows[0]
        | {
            "contract_id": "z",
            "account_id": "z",
            "start_date": "2025-02-20",
            "end_date": "2026-02-20",
            "signed_at": None,
            "paused_from": None,
            "paused_until": None,
            "arr": 1,
            "replaces": None,
            "cancelled_at": None,
            "notice_at": str(LAST_DAY + timedelta(days=300)),
        }
    )
    accounts = [
        {"account_id": a, "merged_into": book.merged.get(a)}
        for a in [*sorted({t.account_id for t in book.terms}), "z"]
    ]
    return make_tables(
        folder, {"accounts": accounts, "contracts": rows}, last_day=str(LAST_DAY), overlapping_terms="add"
    )


def disagreements(book: Book, folder: Path, revenue: Revenue = REVENUE) -> list[str]:
    """All on which the tables and the oracle do not agree."""
    tables = loaded(folder, book)
    con = tables.connect()
    create_ledger(con, revenue.grace_days)
    found: list[str] = []
    terms_of = {
        account: [] if is_refused(book.of(account)) else book.of(account) for account in book.accounts()
    }
    stretches = con.execute(
        "SELECT account_id, from_day, to_day, CAST(arr AS INTEGER) FROM ledger"
    ).fetchall()
    for account, terms in terms_of.items():
        for day in (START + timedelta(days=n) for n in range(0, 1000, 3)):
            ours = next((arr for a, first, end, arr in stretches if a == account and first <= day < end), 0)
            theirs = ledger_arr(terms, day, revenue.grace_days)
            found += [f"{account} {day}: ledger {ours}, oracle {theirs}"] if ours != theirs else []
    for day in DAYS:
        found += looked_at(tables, terms_of, day, revenue)
    return found


def looked_at(tables: Tables, terms_of: dict[str, list[Term]], day: date, revenue: Revenue) -> list[str]:
    looks = current(tables, day, revenue, SNAPSHOTS)
    looks = looks[looks["account_id"].isin(terms_of)].reset_index(drop=True)
    ours = {row.account_id: (row.renewal.date(), bool(row.is_rolling)) for row in looks.itertuples()}
    theirs = {account: min(open_ones) for account, terms in terms_of.items()
              if (open_ones := open_decisions(terms, day, revenue.rolling_below_days, revenue.grace_days, 90))}  # fmt: skip
    found = [f"{day}: open {ours}, oracle {theirs}"] if ours != theirs else []
    if found or looks.empty:
        return found
    labels, noticed = label(tables, looks, revenue), build(tables, looks, NOTICE)["has_notice"]
    for row, is_noticed, is_rolling in zip(labels.itertuples(), noticed, looks["is_rolling"], strict=True):
        terms = terms_of[row.account_id]
        read, known = judged(
            terms, row.renewal.date(), revenue.grace_days, revenue.rolling_below_days, is_rolling
        )
        before, after, name = outcome(terms, day, read, revenue.grace_days, 0.02)
        said = (row.arr_usd, row.arr_after_usd, row.outcome) if row.is_ripe else (row.arr_usd, after, name)
        found += (
            [f"{row.account_id} {day}: outcome {said}, oracle {(before, after, name)}"]
            if said != (before, after, name)
            else []
        )
        if pd.notna(is_noticed) and bool(is_noticed) != has_notice(terms, day) and terms_live(terms, day):
            found.append(f"{row.account_id} {day}: notice {is_noticed}")
        if row.ripe_on.date() != known:
            found.append(f"{row.account_id} {day}: ripe on {row.ripe_on}, oracle {known}")
    return found


def terms_live(terms: list[Term], day: date) -> bool:
    """Whether a term runs on the day; on the day the last one ends, features still show that."""
    from tests.data.contracts_oracle import stop

    return any(t.arr > 0 and t.known < day and t.start <= day < stop(t, terms, day) for t in terms)


@pytest.mark.parametrize(
    ("revenue", "size"),
    [(REVENUE, 60), (MONTHS, 30), (HORIZON, 10)],
    ids=["months roll", "months end with a decision", "horizon"],
)
def test_books_agree_with_plain_python(tmp_path: Path, revenue: Revenue, size: int) -> None:
    random = Random(11)
    books = [book_of(lambda *values: random.choice(values)) for _ in range(size)]
    many = Book(
        tuple(
            Term(**{**t.__dict__, "contract_id": f"{n}{t.contract_id}", "account_id": f"{n}{t.account_id}",
                    "replaces": t.replaces and f"{n}{t.replaces}"})
            for n, book in enumerate(books) for t in book.terms),
        {f"{n}{a}": f"{n}{b}" for n, book in enumerate(books) for a, b in book.merged.items()},
    )  # fmt: skip
    assert disagreements(many, tmp_path, revenue) == []


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(st.data())
def test_any_book_agrees_with_plain_python(data: st.DataObject) -> None:
    book = book_of(lambda *values: data.draw(st.sampled_from(values)))
    with tempfile.TemporaryDirectory() as folder:
        assert disagreements(book, Path(folder)) == []
