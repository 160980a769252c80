"""An account beside its own past: what has fallen, since when, and what was not heard in the meantime."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from churnml.explain.by_model import model_evidence
from churnml.explain.context import AccountContext
from churnml.explain.select import Selection, select_reasons
from churnml.explain.silence import COMPLAINTS, TICKETS, TOUCHES, UNANSWERED, silences
from churnml.explain.vs_history import LEVEL, MOVE, risen_since
from churnml.explain.vs_peers import Similar
from churnml.features.spec import ZERO, Feature
from churnml.learn.artifact.bundle import Scores

SEATS = Feature(
    name="seats_used",
    source="usage",
    concept=LEVEL,
    unit="share",
    churn=-1,
    expansion=1,
    no_rows=ZERO,
    phrase="{value} of seats in use",
    noun="the share of seats in use",
    level="users",
)
USERS = Feature(
    name="users",
    source="usage",
    concept=LEVEL,
    unit="users",
    no_rows=ZERO,
    is_input=False,
    phrase="{value} users",
    noun="active users",
)
TREND = Feature(
    name="trend",
    source="usage",
    concept=MOVE,
    unit="ratio",
    churn=-1,
    expansion=1,
    no_rows=ZERO,
    phrase="usage is at {value} of before",
)
FEATURES = (SEATS, USERS, TREND)
PULLS = arrays(np.float64, (4, 2), elements=st.floats(-3, 3).map(lambda x: round(x, 6)))


def look(seats: float, users: float, contribution: float, trend: float = 1.0) -> Scores:
    """One account on one day."""
    values = pd.DataFrame({"seats_used": [seats], "users": [users], "trend": [trend]})
    pulls = pd.DataFrame({"seats_used": [contribution], "trend": [0.0]})
    nothing = np.zeros(1)
    return Scores(pd.DataFrame({"account_id": ["a"]}), values, nothing, nothing, 0.0, pulls, nothing)


def told(now: Scores, past: dict[int, Scores], silence: str = "", outcome: str = "churn") -> pd.Series:
    """The reasons of the account, beside others that use 60 % of their seats."""
    others = {
        name: np.full(1, value) for name, value in (("seats_used", 0.6), ("users", 38.0), ("trend", 1.0))
    }
    similar = Similar(others, {name: ["similar accounts:"] for name in others})
    return select_reasons(
        model_evidence(AccountContext(outcome, FEATURES, now, similar, past, silence=[silence])),
        Selection(4, 2),
    ).loc[0]


def test_a_level_that_has_fallen_is_told_beside_others_and_beside_its_own_past() -> None:
    row = told(look(0.2, 12, 1.0), {91: look(0.7, 41, 0.0), 365: look(0.6, 36, 0.1)}, "no ticket in 91 days")
    assert [row["reason_1_concept"], row["reason_2_concept"]] == [LEVEL, MOVE]
    assert row["reason_1"] == "20% of seats in use; similar accounts: 60%"
    assert (
        row["reason_2"]
        == "active users fell from 41 to 12 over 91 days, no ticket in 91 days; similar accounts: 38"
    )
    assert row["reason_1_weight"] == row["reason_2_weight"] == pytest.approx(0.5)


def test_a_level_that_was_always_low_is_told_as_a_level_only() -> None:
    row = told(look(0.2, 12, 1.0), {91: look(0.2, 12, 1.0), 365: look(0.2, 12, 1.1)}, "no ticket in 91 days")
    assert row["reason_1_concept"] == LEVEL and row["reason_2"] == "" and "no ticket" not in row["reason_1"]


def test_where_people_stayed_and_seats_grew_the_share_is_told() -> None:
    row = told(look(0.3, 41, 1.0), {365: look(0.7, 41, 0.0)})
    assert (
        row["reason_2"] == "the share of seats in use fell from 70% to 30% over a year; similar accounts: 60%"
    )


def test_a_rise_speaks_for_growth_and_carries_no_silence() -> None:
    row = told(look(0.9, 60, 1.0), {91: look(0.5, 30, 0.1)}, "no ticket in 91 days", outcome="expansion")
    assert row["reason_2"] == "active users rose from 30 to 60 over 91 days; similar accounts: 38"


def test_before_it_was_a_customer_nothing_is_compared() -> None:
    unknown = look(np.nan, np.nan, np.nan)
    assert told(look(0.2, 12, 1.0), {365: replace(unknown)})["reason_2"] == ""


@given(now=PULLS, near=PULLS, far=PULLS)
def test_what_is_handed_over_never_changes_the_sum_nor_its_side(now, near, far) -> None:
    found = risen_since(now, {91: near, 365: far}, ["a", "b"])
    whole, moved = now.sum(axis=1), found.contribution.sum(axis=1)
    assert np.all(np.abs(moved) <= np.abs(whole) / 2 + 1e-9)
    assert np.all(moved * whole >= -1e-9)
    assert set(np.unique(found.days)) <= {0.0, 91.0, 365.0}
    assert np.all((found.days == 0) == (np.abs(found.contribution).sum(axis=1) == 0))


def test_who_has_spoken_up_is_not_silent() -> None:
    rows = pd.DataFrame(
        {TICKETS: [0.0, 0.0], TOUCHES: [2.0, 0.0], UNANSWERED: [1.0, 1.0], COMPLAINTS: [0.0, 1.0]}
    )
    assert silences(rows) == ["no ticket in 91 days, 1 survey unanswered in a year", ""]


def test_a_book_without_tickets_and_touches_knows_of_no_silence() -> None:
    assert silences(pd.DataFrame({"tenure_days": [10.0]})) == [""]


def test_what_everybody_does_is_nobodys_own_fall() -> None:
    """Similar accounts fell as far, as at the turn of the year: the level may speak, the move may not."""
    past = {91: look(0.7, 41, 0.0)}
    others = {"seats_used": np.full(1, 0.4), "users": np.full(1, 12.0), "trend": np.full(1, 1.0)}
    before = {"seats_used": np.full(1, 1.4), "users": np.full(1, 41.0)}
    labels = {name: ["similar accounts:"] for name in others}
    then = {91: Similar(before, {name: ["similar accounts:"] for name in before})}
    context = AccountContext(
        "churn", FEATURES, look(0.2, 12, 1.0), Similar(others, labels), past, silence=[""], similar_past=then
    )
    row = select_reasons(model_evidence(context), Selection(4, 2)).loc[0]
    assert [row["reason_1_concept"], row["reason_2"]] == [LEVEL, ""]
    alone = select_reasons(model_evidence(replace(context, similar_past={})), Selection(4, 2)).loc[0]
    assert alone["reason_2_concept"] == MOVE


def test_what_has_no_noun_tells_no_move() -> None:
    nameless = tuple(replace(feature, noun="", level="") for feature in FEATURES)
    others = {
        name: np.full(1, value) for name, value in (("seats_used", 0.6), ("users", 38.0), ("trend", 1.0))
    }
    similar = Similar(others, {name: ["similar accounts:"] for name in others})
    context = AccountContext(
        "churn", nameless, look(0.2, 12, 1.0), similar, {91: look(0.7, 41, 0.0)}, silence=["no ticket"]
    )
    row = select_reasons(model_evidence(context), Selection(4, 2)).loc[0]
    assert row["reason_1"] == "20% of seats in use; similar accounts: 60%" and row["reason_2"] == ""
