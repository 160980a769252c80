"""A small list with awkward accounts, and scores without a model, for the tests of what a person reads."""

from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from churnml.explain.context import AccountContext
from churnml.explain.vs_peers import Similar
from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.learn.artifact.bundle import Scores
from churnml.list_snapshot import ListSnapshot
from churnml.listing.capacity import by_csm
from churnml.listing.columns import CELLS, Column, conform, schema
from churnml.listing.horizon import GROWS_WITHIN, UNPAID, again, chances, decisions, leaves_within
from churnml.listing.interval import with_interval
from churnml.listing.metadata import ListMetadata
from churnml.listing.next_steps import next_steps
from churnml.listing.ranking import rank_churn, rank_expansion
from churnml.listing.status import NOTICE as NOTICE_GIVEN
from churnml.listing.top_drivers import top_drivers
from churnml.params.crm import Crm
from churnml.params.plays import Play, Plays
from churnml.params.score import Bands
from churnml.results.verdict import Verdict

DAY = date(2025, 1, 1)
BANDS = Bands(high=3.0, elevated=1.5)
LONG_ID = "1234567890" * 4

USERS = Feature(
    name="active_users_28d",
    source="usage",
    concept="active users",
    unit="users",
    churn=-1,
    expansion=1,
    no_rows=ZERO,
    phrase="{value} active users in the last 28 days",
)
RECENCY = Feature(
    name="usage_recency_days",
    source="usage",
    concept="usage rhythm",
    unit="days",
    churn=1,
    expansion=-1,
    no_rows=365.0,
    phrase="last used {value} ago",
)
TICKETS = Feature(
    name="open_tickets",
    source="tickets",
    concept="tickets",
    unit="tickets",
    churn=1,
    no_rows=ZERO,
    phrase="{value} tickets open",
)
OLDEST = Feature(
    name="oldest_open_days",
    source="tickets",
    concept="tickets",
    unit="days",
    churn=1,
    expansion=-1,
    no_rows=ZERO,
    phrase="oldest open ticket is {value} old",
)
NOTICE = Feature(
    name="has_notice",
    source="contracts",
    concept="notice given",
    unit="yes/no",
    churn=1,
    expansion=-1,
    no_rows=ZERO,
    phrase="notice of cancellation given",
)
SEATS = Feature(
    name="seat_share",
    source="usage",
    concept="seats",
    unit="share",
    churn=-1,
    expansion=1,
    no_rows=UNKNOWN,
    phrase="{value} of paid seats active",
)
PLAN = Feature(
    name="plan",
    source="contracts",
    concept="plan",
    unit="category",
    no_rows=UNKNOWN,
    is_category=True,
    phrase="on plan {value}",
)
LEFT = Feature(
    name="renewal_in_days",
    source="contracts",
    concept="renewal timing",
    unit="days",
    no_rows=UNKNOWN,
    phrase="renewal in {value}",
)
FEATURES = (USERS, RECENCY, TICKETS, OLDEST, NOTICE, SEATS, PLAN, LEFT)
MEDIANS = {
    "active_users_28d": 38.0, "usage_recency_days": 1.0, "open_tickets": 1.0, "oldest_open_days": 4.0,
    "has_notice": 0.0, "seat_share": 0.7, "plan": float("nan"), "renewal_in_days": 120.0,
}  # fmt: skip
TYPICAL: dict[str, object] = MEDIANS | {"plan": "Basic"}

Account = dict[str, tuple[object, float]]
"""{column: (value, contribution)}; what is left out is typical and contributes nothing."""


def scores(*accounts: Account) -> Scores:
    """Scores as a bundle would give them."""
    values = pd.DataFrame(
        [{c: account.get(c, (TYPICAL[c], 0.0))[0] for c in TYPICAL} for account in accounts]
    )
    pulls = pd.DataFrame([{c: account.get(c, (None, 0.0))[1] for c in TYPICAL} for account in accounts])
    log_odds = pulls.sum(axis=1).to_numpy(dtype=float)
    keys = pd.DataFrame({"account_id": [f"a{n}" for n in range(len(accounts))]})
    return Scores(
        keys, values, 1 / (1 + np.exp(-log_odds)), log_odds, 0.0, pulls, np.full(len(accounts), 50.0)
    )


def context(*accounts: Account, outcome: str = "churn", **settings: Any) -> AccountContext:
    """What a model says of the accounts, beside similar accounts that show the typical values."""
    found = scores(*accounts)
    numbers = {name: np.full(len(accounts), value) for name, value in MEDIANS.items()}
    labels = {name: ["similar accounts:"] * len(accounts) for name in MEDIANS}
    return AccountContext(outcome, FEATURES, found, Similar(numbers, labels), **settings)


GRADE_B = "Grade B: of 100 pairs of a leaver and a stayer the model orders 74 right (interval 71 to 77)."
GRADE_A = "Grade A: of 100 pairs of one that grew and one that did not the model orders 83 right (81 to 85)."
CHANCE = (
    "Churn: no proven signal. Of 100 pairs of a leaver and a stayer the model orders 53 right (47 to 59)."
)
TOO_FEW = "Expansion: no proven signal. Only 12 renewals are ripe."


LONGEST = 270
CHANGED = "Since the list of 2024-12-01: expected loss +$18,240; 1 new among those to call, 1 off."


def list_metadata(*, is_proven: bool = True, trained_through: date = DAY) -> ListMetadata:
    """A header with two proven verdicts and their champions, or one without any signal."""
    if is_proven:
        growth = Verdict("expansion", True, "A", "logistic", GRADE_A)
        churn = Verdict("churn", True, "B", "lightgbm_bag", GRADE_B)
        return ListMetadata(
            "acme", DAY, churn, growth, trained_through, {"200 to 399 days": LONGEST}, changed=CHANGED
        )
    growth = Verdict("expansion", False, None, None, TOO_FEW)
    return ListMetadata("acme", DAY, Verdict("churn", False, None, None, CHANCE), growth)


NAMES = {
    "00123": '=HYPERLINK("http://evil.example","Refund")',
    LONG_ID: "<script>alert(1)</script>",
    "7e5": "株式会社サンプル",
    "NA": 'Ünïted, "Quoted" & Sons\nLtd\x1b[31m',
    "@id": "",
}
ACCOUNTS = pd.DataFrame(
    {
        "account_id": list(NAMES),
        "name": list(NAMES.values()),
        "csm": ["Dana Wu", "-2+3", "", "@sum", "Ann"],
        "crm_id": ["001A0", "=1+1", "", "001A1", "001A0"],
        "segment": ["Enterprise", "SMB", "", "Mid", "SMB"],
        "arr_usd": [182_400.0, 12_000.5, 96_000.0, 4_000.0, 0.0],
        "renewal": pd.to_datetime(["2025-02-14", "2025-03-01", "2025-04-01", "2025-09-30", "2025-12-31"]),
        "is_rolling": [False, False, True, False, False],
        "churn_probability": [0.61, 0.30, 0.005, 1.0, 0.10],
        "expansion_probability": [0.02, 0.20, 0.45, np.nan, 0.10],
        "health_rules": [34.0, 51.0, 88.0, np.nan, 51.0],
        "health_fitted": [12.0, 48.0, 91.0, 80.0, 40.0],
    }
)
FIRST = [
    "12 active users in the last 28 days; similar accounts: 38",
    "last used 365 days or more ago; similar accounts: 1 day",
    "", "notice of cancellation given", "",
]  # fmt: skip
SECOND = ["oldest open ticket is 41 days old; similar accounts: 4 days", "", "", "", ""]
SEATS_FULL = "97% of paid seats active; similar accounts: 70%"
CONCEPTS = {
    FIRST[0]: "active users", FIRST[1]: "usage rhythm", FIRST[3]: NOTICE_GIVEN, SECOND[0]: "tickets", SEATS_FULL: "seats",
}  # fmt: skip
REASONS = {
    "reason_1": FIRST, "reason_2": SECOND, "against_1": [SEATS_FULL, "", "", "", ""],
    "expansion_reason_1": ["", "", SEATS_FULL, "", ""],
}  # fmt: skip


MOVES = pd.DataFrame(
    {
        "change": [0.161, np.nan, -0.03, 0.9, 0.0], "change_data": [0.146, np.nan, -0.03, 0.9, 0.0],
        "change_calendar": [0.026, np.nan, 0.0, 0.0, 0.0], "change_model": [-0.011, np.nan, 0.0, 0.0, 0.0],
        "rank_before": [3.0, np.nan, 1.0, 4.0, 5.0], "movement": ["up 2", "new account", "off the list", "", ""],
    }
)  # fmt: skip
GROWTH = {
    "growth_signal": ["", "", "seats near the limit (97% in use), health 88", "", ""],
    "growth_timing": ["", "at risk too: call about that first", "now: there is no renewal to wait for", "", ""],
    "cross_sell": ["", "=cmd|' /C calc'!A0: 46% of similar accounts own it", "Analytics\x1b[31m: 46% of similar accounts own it", "", ""],
    "enablement": ["3 of 26 seats active in 28 days; does not use <b>alerts</b> (71% of accounts on plan Team do)", "", "", "", ""],
}  # fmt: skip
PLAYS = Plays(
    default=Play(advice="call and ask.", owner="CSM", within_days=14),
    churn={"active users": Play(advice="ask who still uses it.", owner="=CSM", within_days=60)},
)
CRM = Crm.model_validate(
    {
        "salesforce": {
            "object": "Account",
            "fields": {
                "Risk__c": {"column": "band", "words": {"high": "High"}},
                "Chance__c": {"column": "churn_probability", "is_percent": True, "decimals": 1},
                "Renewal__c": {"column": "renewal"},
                "Reason__c": {"column": "reason_1", "length": 20},
                "Call__c": {"column": "is_within_capacity"},
                "As_Of__c": {"column": "as_of"},
            },
        },
        "hubspot": {
            "properties": {
                "risk": {"column": "band", "words": {"notice given": "notice_given"}},
                "chance": {"column": "churn_probability", "is_percent": True, "decimals": 1},
                "rank": {"column": "rank"},
                "call": {"column": "is_within_capacity"},
                "as_of": {"column": "as_of"},
            }
        },
    }
)


def list_snapshot(*, is_proven: bool = True) -> ListSnapshot:
    """All that a day's files are written from, for the awkward accounts."""
    listed, columns = the_list(is_proven=is_proven)
    return ListSnapshot(
        listed, columns, list_metadata(is_proven=is_proven), top_drivers=top_drivers(listed), crm=CRM
    )


def the_list(*, is_proven: bool = True) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The ranked list of the awkward accounts, and its columns."""
    columns = schema(2, 1, ("usage",))
    lead_days = (ACCOUNTS["renewal"] - pd.Timestamp(DAY)).dt.days
    book = ACCOUNTS.assign(
        lead_days=lead_days,
        is_beyond_horizon=is_proven & (lead_days > LONGEST),
        standing=["", "", "", NOTICE_GIVEN, ""],
        health_part_usage=ACCOUNTS["health_rules"],
        churn_probability_low=ACCOUNTS["churn_probability"] * 0.8,
        churn_probability_high=ACCOUNTS["churn_probability"] * 0.9 + 0.1,
        expected_gain_usd=100.0,
        thin_data=["", "only 9 weeks of history", "", "", ""],
        is_silent_decline=[True, False, False, False, False],
    )
    grows = again(book["expansion_probability"].to_numpy(), decisions(book, book, 365))
    book = book.join(chances(None, book, book)).assign(**{GROWS_WITHIN: grows, UNPAID: np.nan})
    book = book.assign(**{told.name: "" for told in CELLS} | GROWTH)
    silent = [column for column in columns if "reason_" in column.name or "against_" in column.name]
    for column in silent:
        book[column.name] = "" if column.kind == "text" else np.nan
    for name, texts in REASONS.items():
        book[name] = texts
        book[f"{name}_concept"] = [CONCEPTS[text] if text else "" for text in texts]
        book[f"{name}_weight"] = [0.6 if text else np.nan for text in texts]
    book = book.join(MOVES)
    book = with_interval(book, partial(leaves_within, None, book, book, days=365))
    ranked = rank_churn(book, 365, 0.4, Bands(high=2.0, elevated=1.1), is_proven)
    ranked = rank_expansion(ranked.join(by_csm(ranked, 0.4, None)), 365, is_proven)
    return conform(ranked.join(next_steps(ranked, PLAYS, DAY)), columns), columns
