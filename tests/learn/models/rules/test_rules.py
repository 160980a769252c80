"""The rules health score: points, weights, and what happens when a rule cannot speak."""

import numpy as np
import pandas as pd
import pytest

from churnml.errors import SettingsError
from churnml.learn.dataset import Dataset
from churnml.learn.models.base import Training
from churnml.learn.models.rules.rules import Rules, health_score
from churnml.learn.require_columns import require_columns
from churnml.params.health import Health, Rule
from tests.learn.planted import HEALTH, TRAIN


def test_points_run_from_bad_to_good_and_are_weighted() -> None:
    rows = pd.DataFrame({"logins": [0.0, 6.0, 12.0, 99.0], "silence": [100.0, 50.0, 0.0, 500.0]})
    found = health_score(rows, HEALTH)
    assert found["usage"].tolist() == [0, 50, 100, 100]
    assert found["engagement"].tolist() == [0, 50, 100, 0]
    # engagement weighs 10 with the rule that the book has no column for, usage 2
    assert found["health"].tolist() == pytest.approx([0, 50, 100, 100 / 6])


def test_a_silent_rule_reweights_the_rest() -> None:
    rows = pd.DataFrame({"logins": [6.0, np.nan], "silence": [np.nan, np.nan]})
    found = health_score(rows, HEALTH)
    assert found["health"].tolist()[0] == 50
    assert np.isnan(found["engagement"]).all()
    assert np.isnan(found["health"].tolist()[1])


def test_a_component_whose_columns_are_absent_is_unknown() -> None:
    found = health_score(pd.DataFrame({"logins": [6.0]}), HEALTH)
    assert found["health"].tolist() == [50]
    assert found["engagement"].isna().all()


def test_no_rules_say_nothing(planted: Dataset) -> None:
    y_true = planted.is_outcome("churn")
    none = Health(components={})
    model = Rules.fit(Training.of(planted, "churn"), TRAIN, none, "churn")
    assert np.ptp(model.log_odds(planted.rows)) == 0
    assert 1 / (1 + np.exp(-model.base)) == pytest.approx(y_true.mean(), abs=0.01)


def test_health_lowers_churn_even_where_the_data_say_otherwise(planted: Dataset) -> None:
    wrong = Health(components={"usage": (Rule(column="logins", bad=12.0, good=0.0, weight=1.0),)})
    model = Rules.fit(Training.of(planted, "churn"), TRAIN, wrong, "churn")
    score = health_score(planted.rows, wrong)["health"]
    assert np.corrcoef(score, model.log_odds(planted.rows))[0, 1] < -0.99


def test_a_rule_on_no_feature_is_refused_with_its_neighbour() -> None:
    health = Health(components={"adoption": (Rule(column="usage_trnd", bad=0, good=1, weight=1),)})
    with pytest.raises(
        SettingsError,
        match=r"health.components.adoption: no feature 'usage_trnd': did you mean 'usage_trend'",
    ):
        require_columns(health)
