"""Two health scores on past renewals: who flagged whom, who was right, what each would have caught, what to weigh."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from churnml.learn.dataset import Dataset
from churnml.learn.health.health_scores import capture, disagreement, one_snapshot
from churnml.learn.health.health_weights import advice, weigh_health
from churnml.learn.log_odds import sigmoid
from churnml.learn.metrics.evaluate import evaluate
from churnml.params.health import Health, Rule
from churnml.results.health import HEALTH as HEALTH_FILE
from churnml.results.interval import Interval
from churnml.results.metrics import ModelSelection
from churnml.results.stored import NotEnough, as_json
from tests.learn.planted import EVALUATE, HEALTH, LAST_DAY

THREE = Health(
    components={
        "usage": (Rule(column="logins", bad=0.0, good=12.0, weight=2.0), Rule(column="absent", bad=0.0, good=1.0, weight=2.0)),
        "engagement": (Rule(column="silence", bad=100.0, good=0.0, weight=48.0),),
        "commercial": (Rule(column="noise", bad=-2.0, good=2.0, weight=48.0),),
    },
    alpha=1.0,
)  # fmt: skip


@pytest.fixture
def looks() -> pd.DataFrame:
    """Ten renewals of one fold, each looked at twice; the lowest by the rules is a, by the fitted score b."""
    accounts = list("abcdefghij")
    frame = pd.DataFrame({
        "account_id": accounts * 2, "as_of": pd.Timestamp("2024-01-01"), "renewal": pd.Timestamp("2024-06-01"),
        "lead_days": [90] * 10 + [30] * 10, "cutoff": pd.Timestamp("2024-01-01"), "outcome": "churn",
        "is_outcome": [account in "bj" for account in accounts * 2], "arr_usd": [100.0, 900.0] + [50.0] * 8 + [100.0] * 10,
        "log_odds_rules": [3.0, 1.0] + [0.0] * 8 + [9.0] * 10, "log_odds_health_fitted": [1.0, 3.0] + [0.0] * 8 + [9.0] * 10,
    })  # fmt: skip
    for contender in ("rules", "health_fitted"):
        frame[f"probability_{contender}"] = sigmoid(frame[f"log_odds_{contender}"].to_numpy())
    return frame


def test_each_renewal_counts_once_as_it_stood_then(looks: pd.DataFrame) -> None:
    assert one_snapshot(looks, 90)["lead_days"].tolist() == [90] * 10
    assert one_snapshot(looks, 10)["lead_days"].tolist() == [30] * 10
    assert one_snapshot(looks, 60)["lead_days"].tolist() == [90] * 10  # of two as near, the earlier


def test_who_flagged_whom_and_how_it_ended(looks: pd.DataFrame) -> None:
    found = disagreement(looks, EVALUATE, 90)
    counts = {group: (row.renewals, row.churned) for group, row in found.groups.items()}
    assert counts == {"both": (0, 0), "rules_only": (1, 0), "fitted_only": (1, 1), "neither": (8, 1)}
    assert found.groups["both"].churn_rate.value is None
    assert found.groups["fitted_only"].arr_lost_usd == 900
    assert found.difference.value == 1.0
    assert found.renewals == 10


def test_scores_that_agree_leave_nothing_to_compare(looks: pd.DataFrame) -> None:
    found = disagreement(looks.assign(log_odds_health_fitted=looks["log_odds_rules"]), EVALUATE, 90)
    assert found.groups["rules_only"].renewals == found.groups["fitted_only"].renewals == 0
    assert found.difference == Interval(None, None, None)


def test_what_is_caught_is_what_the_metrics_say(learned: Any) -> None:
    predictions = learned[1]
    found, metrics = (
        capture(predictions, EVALUATE),
        evaluate(predictions, EVALUATE, "churn", lambda _: ({}, ModelSelection("rules", "rules", "", {}))),
    )
    for contender in ("rules", "health_fitted"):
        assert getattr(found.by_expected_loss, contender).value == pytest.approx(
            metrics.models[contender].figures["arr_captured_at_capacity"].value, abs=1e-5
        )
    gain = found.by_expected_loss.difference
    ours, theirs = (
        getattr(found.by_expected_loss, contender).value for contender in ("health_fitted", "rules")
    )
    assert gain.value == pytest.approx(ours - theirs, abs=2e-5)
    assert gain.low <= gain.value <= gain.high


@pytest.fixture(scope="module")
def one_cause(planted: Dataset) -> Dataset:
    """A book in which logins alone decide who leaves."""
    rng = np.random.default_rng(9)
    leaves = rng.random(len(planted.rows)) < sigmoid(0.5 * (4 - planted.rows["logins"].to_numpy()))
    outcomes = planted.outcomes.assign(outcome=np.where(leaves, "churn", "flat"))
    return replace(planted, outcomes=outcomes).ripe(LAST_DAY)


def test_the_weight_of_what_alone_matters_is_to_be_raised(one_cause: Dataset) -> None:
    found = advice(one_cause, THREE, EVALUATE)
    assert list(found.components) == ["usage", "engagement", "commercial"]
    usage, engagement, commercial = found.components.values()
    assert (usage.current, engagement.current, commercial.current) == (4, 48, 48)
    assert usage.is_suggested
    assert usage.low > 50
    assert usage.low <= usage.suggested <= usage.high
    assert usage.mean_churned < usage.mean_stayed - 10
    assert abs(commercial.mean_churned - commercial.mean_stayed) < 5
    assert commercial.high < 48
    assert usage.renewals == one_cause.renewals()
    assert engagement.renewals < usage.renewals  # silence is unknown of some
    assert sum(part.suggested for part in found.components.values()) == pytest.approx(100, abs=0.01)


def test_the_rules_to_paste_carry_the_suggested_weights(one_cause: Dataset) -> None:
    found = advice(one_cause, THREE, EVALUATE)
    pasted = Health(components=found.rules)
    weight = {name: sum(rule.weight for rule in rules) for name, rules in pasted.components.items()}
    suggested = {name: part.suggested for name, part in found.components.items()}
    assert weight == pytest.approx({name: suggested[name] for name in weight}, abs=0.2)
    assert sum(weight.values()) == pytest.approx(100, abs=0.5)


def test_advice_that_was_taken_is_not_given_again(one_cause: Dataset) -> None:
    first = advice(one_cause, THREE, EVALUATE)
    again = advice(one_cause, Health(components=first.rules, alpha=1.0), EVALUATE)
    assert not any(part.is_suggested for part in again.components.values())


def test_a_component_that_a_book_lacks_is_not_spoken_of(one_cause: Dataset) -> None:
    features = tuple(feature for feature in one_cause.features if feature.column != "silence")
    without = replace(one_cause, rows=one_cause.rows.drop(columns="silence"), features=features)
    found = advice(without, THREE, EVALUATE)
    assert list(found.components) == ["usage", "commercial"]
    assert sum(part.current for part in found.components.values()) == 100


def test_the_whole_for_json_and_the_same_twice(learned: Any, planted: Dataset) -> None:
    predictions = learned[1].assign(outcome="churn")
    ripe = planted.ripe(LAST_DAY)
    found = weigh_health(ripe, predictions, HEALTH, EVALUATE)
    assert HEALTH_FILE.validate_json(json.dumps(as_json(found))) == found
    assert found == weigh_health(ripe, predictions, HEALTH, EVALUATE)
    assert sum(row.renewals for row in found.disagreement.groups.values()) == found.disagreement.renewals


def test_why_there_is_nothing_to_say(planted: Dataset) -> None:
    none = pd.DataFrame({"outcome": pd.Series(dtype=object)})
    none.attrs["not_enough"] = {"churn": "12 ripe renewals"}
    assert weigh_health(planted, none, HEALTH, EVALUATE) == NotEnough("12 ripe renewals")
