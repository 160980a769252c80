"""Editions for the tests of the page: the awkward accounts with a past, and all that an edition may have."""

from dataclasses import replace
from datetime import date
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from churnml.history.timelines import ENDS, NOTICE, RENEWED, STARTED, Timelines, week_starts
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import Column
from tests.listing.fakes import DAY, list_metadata, the_list

WEEKS = 20
EVIL = [
    "</script><script>boom()</script>",
    '"><img src=x onerror=boom()>',
    "\u202egnp.exe",
    '=HYPERLINK("http://evil.example")',
]


def list_snapshot(*, is_proven: bool = True, evil: bool = False) -> ListSnapshot:
    """The awkward accounts as one day's edition, with timelines."""
    listed, columns = _made(is_proven)
    listed = listed.copy()
    if evil:
        listed[["name", "reason_1"]] = [[text, text] for text in (*EVIL, EVIL[0])]
        listed["csm"], listed["segment"] = EVIL[1], EVIL[0]
    return ListSnapshot(listed, columns, list_metadata(is_proven=is_proven), timelines=timelines(listed))


@cache
def _made(is_proven: bool) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    return the_list(is_proven=is_proven)


def timelines(listed: pd.DataFrame) -> Timelines:
    """Twenty weeks of each account: use that falls, a ticket now and then, a term that was renewed, a few scores."""
    accounts = listed["account_id"].tolist()
    falling = np.linspace(100, 10, WEEKS)[None, :].repeat(len(accounts), axis=0)
    tickets = np.zeros_like(falling)
    tickets[:, -3] = 2
    marks = pd.DataFrame(
        [(a, pd.Timestamp(on), what, 1000.0, "Core") for a in accounts
         for on, what in (("2023-02-14", STARTED), ("2024-10-14", RENEWED), ("2024-12-20", NOTICE), ("2025-02-14", ENDS))],
        columns=["account_id", "on", "what", "arr_usd", "product"],
    )  # fmt: skip
    scores = pd.DataFrame(
        [(a, pd.Timestamp(day), chance, source) for a in accounts
         for day, chance, source in (("2024-10-01", 0.2, "in the backtest"), ("2024-12-01", 0.4, "published"))],
        columns=["account_id", "as_of", "churn_probability", "source"],
    )  # fmt: skip
    return Timelines(week_starts(DAY, WEEKS), falling, falling // 10, tickets, marks, scores)


def full_snapshot(of: ListSnapshot | None = None) -> ListSnapshot:
    """An edition with changes, track record, roadblocks, growth, intervals, next steps and what a score moved by."""
    of = of or list_snapshot()
    listed = of.listed.assign(
        churn_probability_low=of.listed["churn_probability"] * 0.8,
        churn_probability_high=(of.listed["churn_probability"] * 1.2).clip(upper=1),
        expected_gain_usd=[900.0, 20.0, -50.0, -50.0, -50.0][: len(of.listed)] if len(of.listed) == 5 else 10.0,
        change=0.03, change_data=0.02, change_calendar=0.02, change_model=-0.01, movement="up 2",
        next_step="Ask who stopped using it.", next_step_owner="CSM", next_step_by=pd.Timestamp("2025-01-10"),
        growth_signal="97% of paid seats active", reason_1_confirmed=9.0, is_silent_decline=True, is_within_csm_capacity=True, thin_data="",
    )  # fmt: skip
    first = listed.iloc[0]
    steps = [("opening", 1000.0), ("joined", 50.0), ("left", -200.0), ("data", 120.0), ("closing", 970.0)]
    changes = SimpleNamespace(
        against="1 Dec 2024, looked back with today's model", since=date(2024, 12, 1), is_looked_back=True, dollars=pd.DataFrame(steps, columns=["part", "usd"]),
        off=pd.DataFrame([{"account_id": "gone", "name": "<b>Gone</b>", "csm": "Ann", "arr_usd": 10.0, "rank_before": 3.0, "why": "left"}]),
        lines=["Expected loss fell by $30."],
    )  # fmt: skip
    record = SimpleNamespace(
        lines=["Of 12 called, 4 left."],
        rows=pd.DataFrame([{"as_of": pd.Timestamp("2024-06-01"), "called": 12, "ripe": 12, "left": 4, "share_left": 1 / 3,
                            "others_share_left": 0.05, "arr_left_usd": 4000.0}]),
    )  # fmt: skip
    top_drivers = pd.DataFrame(
        [("active users", "3 active users (the middle of 2 accounts)", 2, 100.0, 60.0, 3), ("", "", 1, 10.0, 1.0, 0)],
        columns=["concept", "what", "accounts", "arr_usd", "expected_loss_usd", "accounts_mentioning"],
    )  # fmt: skip
    growth = pd.DataFrame([
        {"kind": kind, "place": 1, "account_id": first["account_id"], "name": first["name"], "csm": first["csm"], "segment": first["segment"],
         "arr_usd": first["arr_usd"], "what": "more seats", "why": "97% in use", "when": "2025-02-14", "is_at_risk": True}
        for kind in ("expansion", "advocacy")
    ])  # fmt: skip
    columns = [*of.columns]
    return ListSnapshot(
        listed, columns, of.metadata, changes=changes, record=record, top_drivers=top_drivers, growth=growth, timelines=of.timelines
    )  # fmt: skip


def shortened(of: ListSnapshot, accounts: int) -> ListSnapshot:
    """The edition's first accounts alone."""
    lines = of.timelines
    cut = (
        None
        if lines is None
        else replace(
            lines,
            usage=lines.usage[:accounts],
            users=lines.users[:accounts],
            tickets=lines.tickets[:accounts],
        )
    )
    return replace(of, listed=of.listed.head(accounts), timelines=cut)
