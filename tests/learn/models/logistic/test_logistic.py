"""The logistic model against scikit-learn, and its bounds."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from churnml.learn.dataset import Dataset
from churnml.learn.log_odds import fit_bounded
from churnml.learn.models.base import Training
from churnml.learn.models.logistic.logistic import Logistic
from tests.learn.planted import COLUMNS, HEALTH, INPUTS, TRAIN


def test_without_directions_it_is_scikit_learns(planted: Dataset) -> None:
    free = [replace(feature, churn=0) for feature in INPUTS]
    y_true = planted.is_outcome("churn")
    model = Logistic.fit(replace(Training.of(planted, "churn"), features=free), TRAIN, HEALTH, "churn")
    matrix = model.encoder.matrix(planted.rows)
    design = np.column_stack([term.values(matrix[:, COLUMNS.index(term.column)]) for term in model.terms])
    oracle = LogisticRegression(C=TRAIN.logistic.C, tol=1e-10, max_iter=1000).fit(design, y_true)
    assert [term.coefficient for term in model.terms] == pytest.approx(oracle.coef_[0], abs=1e-4)
    assert model.base == pytest.approx(oracle.intercept_[0], abs=1e-4)


def test_a_bound_holds_where_the_data_pull_against_it() -> None:
    rng = np.random.default_rng(1)
    design = rng.normal(size=(400, 1))
    target = (design[:, 0] + rng.normal(size=400) > 0).astype(float)
    assert fit_bounded(design, target, 1.0, [(None, 0.0)])[1] == pytest.approx([0.0])
    assert fit_bounded(design, target, 1.0, [(0.0, None)])[1][0] > 1


def test_only_what_can_be_missing_has_a_missing_term(planted: Dataset) -> None:
    model = Logistic.fit(Training.of(planted, "churn"), TRAIN, HEALTH, "churn")
    assert [term.column for term in model.terms if term.kind == "missing"] == ["silence"]
