"""Reasons where no model is proven: the rules of the health score, in words."""

import pandas as pd

from churnml.explain.by_rules import rule_evidence
from churnml.explain.select import Selection, select_reasons
from churnml.params.health import Health, Rule
from tests.listing.fakes import FEATURES

HEALTH = Health(components={
    "usage": (
        Rule(column="active_users_28d", bad=0, good=20, weight=2),
        Rule(column="usage_recency_days", bad=30, good=2, weight=1),
    ),
    "support": (Rule(column="oldest_open_days", bad=60, good=10, weight=1),),
    "contract": (Rule(column="has_notice", bad=1, good=0, weight=1),),
    "absent": (Rule(column="not_in_this_book", bad=1, good=0, weight=1),),
})  # fmt: skip
WORDS = {feature.column: feature for feature in FEATURES}
ROWS = pd.DataFrame({
    "active_users_28d": [3.0, 30.0, None], "usage_recency_days": [20.0, 1.0, None],
    "oldest_open_days": [2.0, 70.0, None], "has_notice": [1.0, 0.0, 0.0],
})  # fmt: skip


def test_rules_that_cost_points_are_said_with_what_gives_full_points() -> None:
    told = select_reasons(rule_evidence(ROWS, HEALTH, WORDS, is_risk=True), Selection(4, 2))
    assert told.loc[0, "reason_1"] == "3 active users in the last 28 days; full points at 20"
    assert told.loc[0, "reason_2"] == "notice of cancellation given"
    assert told.loc[0, "against_1"] == "oldest open ticket is 2 days old; full points at 10 days"
    assert told.loc[1, "reason_1"] == "oldest open ticket is 70 days old; full points at 10 days"


def test_points_of_a_rule_are_no_distance_from_a_base_rate() -> None:
    told = select_reasons(rule_evidence(ROWS, HEALTH, WORDS, is_risk=True), Selection(4, 2))
    assert told.loc[0, "reason_1"] and told[[name for name in told if name.endswith("_weight")]].isna().all(
        axis=None
    )


def test_growth_reads_the_same_rules_from_the_other_side() -> None:
    told = select_reasons(rule_evidence(ROWS, HEALTH, WORDS, is_risk=False), Selection(4, 2))
    assert told.loc[1, "reason_1"] == "30 active users in the last 28 days; full points at 20"
    assert told.loc[1, "against_1"] == "oldest open ticket is 70 days old; full points at 10 days"


def test_an_account_of_which_nothing_is_known_gets_no_reason() -> None:
    assert (
        select_reasons(rule_evidence(ROWS, HEALTH, WORDS, is_risk=True), Selection(4, 2)).loc[2, "reason_1"]
        == ""
    )


def test_a_value_that_just_earns_full_points_is_not_told() -> None:
    rows = ROWS.assign(active_users_28d=20.0)
    told = select_reasons(rule_evidence(rows, HEALTH, WORDS, is_risk=False), Selection(4, 2))
    assert not told["reason_1"].str.contains("active users").any()


def test_no_rules_give_no_reasons() -> None:
    told = select_reasons(rule_evidence(ROWS, Health(components={}), WORDS, is_risk=True), Selection(4, 2))
    assert len(told) == len(ROWS) and told["reason_1"].eq("").all()
