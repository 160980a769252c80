"""Reasons: who speaks for a concept, in which words, and when nobody does."""

import numpy as np
import pandas as pd
import pytest

from churnml.explain.by_model import model_evidence
from churnml.explain.select import Selection, select_reasons
from churnml.explain.sentences import sentence
from tests.listing.fakes import FEATURES, MEDIANS, NOTICE, RECENCY, TICKETS, USERS, Account, context

CAUSAL = ("because", "due to", "caus", "leads to", "drives", "makes", "results in")


def told(account: Account, outcome: str = "churn") -> pd.Series:
    """The reasons of one account: up to four for, two against."""
    return select_reasons(model_evidence(context(account, outcome=outcome)), Selection(4, 2)).loc[0]


def texts(row: pd.Series, stem: str = "reason") -> list[str]:
    """The texts of one side, in order, without the empty ones."""
    return [row[c] for c in row.index if c.startswith(stem) and c.count("_") == 1 and row[c]]


def test_a_reason_is_the_value_beside_the_typical_one() -> None:
    row = told({"active_users_28d": (12.0, 0.9)})
    assert texts(row) == ["12 active users in the last 28 days; similar accounts: 38"]
    assert row["reason_1_concept"] == "active users"
    assert row["reason_1_weight"] == pytest.approx(1.0)


def test_reasons_come_strongest_first_and_say_both_sides() -> None:
    row = told({
        "active_users_28d": (12.0, 0.3), "usage_recency_days": (21.0, 0.6),
        "has_notice": (1.0, 0.1), "seat_share": (0.9, -0.2),
    })  # fmt: skip
    assert texts(row) == [
        "last used 21 days ago; similar accounts: 1 day",
        "12 active users in the last 28 days; similar accounts: 38",
        "notice of cancellation given",
    ]
    assert texts(row, "against") == ["90% of paid seats active; similar accounts: 70%"]
    # Of a distance of 0.8 from the base rate: what points away counts against it, and all of them sum to 1.
    weights = [row[f"reason_{n}_weight"] for n in (1, 2, 3)]
    assert weights == pytest.approx([0.75, 0.375, 0.125])
    assert sum(weights) + row["against_1_weight"] == pytest.approx(1.0)


def test_a_concept_speaks_through_its_strongest_agreeing_feature() -> None:
    # More open tickets lean to churn, yet this account has fewer: its contribution contradicts that.
    row = told({"open_tickets": (0.0, 0.8), "oldest_open_days": (41.0, 0.2)})
    assert texts(row) == ["oldest open ticket is 41 days old; similar accounts: 4 days"]
    assert row["reason_1_weight"] == pytest.approx(1.0)  # the weight is the concept's, not the spokesman's


def test_a_concept_without_an_agreeing_feature_is_silent() -> None:
    row = told({"active_users_28d": (50.0, 0.9)})  # more users than usual, and towards churn
    assert texts(row) == [] and texts(row, "against") == []


def test_the_concepts_sum_decides_its_side() -> None:
    row = told({"open_tickets": (3.0, 0.2), "oldest_open_days": (1.0, -0.5)})
    assert texts(row) == []
    assert texts(row, "against") == ["oldest open ticket is 1 day old; similar accounts: 4 days"]


@pytest.mark.parametrize("value", [38.0, 38.3, np.nan])
def test_a_typical_or_unknown_value_is_no_reason(value: float) -> None:
    assert texts(told({"active_users_28d": (value, 0.9)})) == []


def test_facts_without_direction_are_no_reasons() -> None:
    row = told({"plan": ("Basic", 0.9), "renewal_in_days": (44.0, 0.5), "active_users_28d": (12.0, 0.1)})
    assert texts(row) == ["12 active users in the last 28 days; similar accounts: 38"]


@pytest.mark.parametrize(("value", "is_told"), [(36.0, False), (34.0, True), (0.0, True)])
def test_a_number_near_the_typical_one_is_no_reason(value: float, is_told: bool) -> None:
    evidence = model_evidence(context({"active_users_28d": (value, 0.9)}, least_difference=0.1))
    assert bool(texts(select_reasons(evidence, Selection(4, 2)).loc[0])) == is_told


def test_a_phrase_without_a_value_is_said_only_where_it_is_true() -> None:
    assert texts(told({"has_notice": (1.0, 0.9)})) == ["notice of cancellation given"]
    assert texts(told({"has_notice": (0.0, -0.9)}), "against") == []


def test_expansion_reads_the_other_lean() -> None:
    row = told({"active_users_28d": (55.0, 0.9), "oldest_open_days": (41.0, -0.4)}, "expansion")
    assert texts(row) == ["55 active users in the last 28 days; similar accounts: 38"]
    assert texts(row, "against") == ["oldest open ticket is 41 days old; similar accounts: 4 days"]


def test_limits_hold_and_every_account_keeps_its_row() -> None:
    loud: Account = {
        "active_users_28d": (1.0, 0.9), "usage_recency_days": (365.0, 0.8),
        "open_tickets": (9.0, 0.7), "has_notice": (1.0, 0.6),
    }  # fmt: skip
    found = select_reasons(model_evidence(context({}, loud)), Selection(2, 1))
    assert len(found) == 2 and found.loc[0, "reason_1"] == ""
    assert found.loc[1, ["reason_1", "reason_2"]].tolist() == [
        "1 active user in the last 28 days; similar accounts: 38",
        "last used 365 days or more ago; similar accounts: 1 day",
    ]
    assert "reason_3" not in found


def test_a_concept_that_hardly_matters_is_not_told() -> None:
    account: Account = {"active_users_28d": (12.0, 0.97), "usage_recency_days": (21.0, 0.03)}
    evidence = model_evidence(context(account))
    assert texts(select_reasons(evidence, Selection(4, 2, least_share=0.05)).loc[0]) == [
        "12 active users in the last 28 days; similar accounts: 38"
    ]


def test_no_cause_is_claimed_and_no_column_is_named() -> None:
    far: Account = {column: (3 * typical, 1.0) for column, typical in MEDIANS.items()}
    said = " ".join(texts(told(far | {"plan": ("Basic", 1.0), "has_notice": (1.0, 1.0)})))
    assert said
    assert not any(word in said for word in CAUSAL)
    assert not any(f.column in said for f in FEATURES if not f.is_category)


def test_sentences_mind_the_singular() -> None:
    assert (
        sentence(USERS, 1.0, 38.0, "similar accounts:")
        == "1 active user in the last 28 days; similar accounts: 38"
    )
    assert sentence(TICKETS, 1.0, 21.0, "similar accounts:") == "1 ticket open; similar accounts: 21"
    assert (
        sentence(RECENCY, 21.0, 1.0, "similar accounts:") == "last used 21 days ago; similar accounts: 1 day"
    )
    assert sentence(NOTICE, 1.0) == "notice of cancellation given"


def test_an_account_whose_pulls_cancel_out_stands_near_the_base_rate_and_has_no_weights() -> None:
    near: Account = {"active_users_28d": (12.0, 0.5), "seat_share": (0.9, -0.45)}
    row = select_reasons(model_evidence(context(near)), Selection(4, 2, least_distance=0.25)).loc[0]
    assert texts(row) and np.isnan(row["reason_1_weight"]) and np.isnan(row["against_1_weight"])


def test_a_reason_that_must_be_told_takes_the_last_place() -> None:
    loud: Account = {
        "active_users_28d": (1.0, 0.1), "usage_recency_days": (365.0, 0.8), "open_tickets": (9.0, 0.7), "has_notice": (1.0, 0.6),
    }  # fmt: skip
    evidence = model_evidence(context(loud))
    told = select_reasons(evidence, Selection(2, 1, least_share=0.2), {"active users": np.array([True])}).loc[
        0
    ]
    assert [told["reason_1_concept"], told["reason_2_concept"]] == ["usage rhythm", "active users"]
    unasked = select_reasons(
        evidence, Selection(2, 1, least_share=0.2), {"active users": np.array([False])}
    ).loc[0]
    assert unasked["reason_2_concept"] == "tickets"
