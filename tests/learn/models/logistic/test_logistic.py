"""The logistic model against scikit-learn, its bounds, its tails and what a renewal weighs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from churnml.learn.dataset import Dataset
from churnml.learn.log_odds import fit_bounded
from churnml.learn.models.base import Training
from churnml.learn.models.logistic import ridge
from churnml.learn.models.logistic.logistic import Logistic
from tests.learn.planted import COLUMNS, HEALTH, INPUTS, TRAIN


def fit(training: Training) -> Logistic:
    return Logistic.fit(training, TRAIN, HEALTH, "churn")


def test_without_directions_it_is_scikit_learns(planted: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ridge, "RIDGES", (20.0,))
    free = tuple(replace(feature, churn=0) for feature in INPUTS)
    y_true, weight = planted.is_outcome("churn"), planted.weight
    model = fit(Training(planted.rows[COLUMNS], y_true, planted.accounts, free, weight))
    matrix = model.encoder.matrix(planted.rows)
    design = np.column_stack([term.values(matrix[:, COLUMNS.index(term.column)]) for term in model.terms])
    oracle = LogisticRegression(C=1 / 20.0, tol=1e-10, max_iter=1000).fit(design, y_true, weight)
    assert [term.coefficient for term in model.terms] == pytest.approx(oracle.coef_[0], abs=1e-4)
    assert model.base == pytest.approx(oracle.intercept_[0], abs=1e-4)


def test_a_bound_holds_where_the_data_pull_against_it() -> None:
    rng = np.random.default_rng(1)
    design = rng.normal(size=(400, 1))
    target = (design[:, 0] + rng.normal(size=400) > 0).astype(float)
    assert fit_bounded(design, target, 1.0, [(None, 0.0)])[1] == pytest.approx([0.0])
    assert fit_bounded(design, target, 1.0, [(0.0, None)])[1][0] > 1


def test_only_what_can_be_missing_has_a_missing_term(planted: Dataset) -> None:
    model = fit(Training.of(planted, "churn"))
    assert [term.column for term in model.terms if term.kind == "missing"] == ["silence"]


def test_a_renewal_weighs_one_however_often_it_was_looked_at(planted: Dataset) -> None:
    assert planted.weight.sum() == pytest.approx(planted.renewals())
    rows, y_true = planted.rows[COLUMNS], planted.is_outcome("churn")
    once = fit(Training(rows, y_true, planted.accounts, INPUTS))
    twice = fit(
        Training(
            pd.concat([rows, rows], ignore_index=True), np.tile(y_true, 2), np.tile(planted.accounts, 2), INPUTS,
            np.full(2 * len(rows), 0.5),
        )
    )  # fmt: skip
    assert [t.coefficient for t in twice.terms] == pytest.approx(
        [t.coefficient for t in once.terms], abs=1e-3
    )


def test_a_long_tail_does_not_rule_its_column(planted: Dataset) -> None:
    rows, y_true = planted.rows[COLUMNS].copy(), planted.is_outcome("churn")
    rows["logins"] = np.exp(rows["logins"])  # the same order, a few accounts far beyond all others
    told, tailed = (
        fit(Training(each, y_true, planted.accounts, INPUTS)).contributions(each)["logins"].to_numpy()
        for each in (planted.rows[COLUMNS], rows)
    )
    assert np.corrcoef(told, tailed)[0, 1] > 0.8
