"""The bag: its reasons against shap's own, its held-out margins, its text."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from churnml.learn.dataset import Dataset
from churnml.learn.models.base import Training
from churnml.learn.models.lightgbm.bag import LightGBMBag
from tests.learn.planted import COLUMNS, HEALTH, TRAIN


@pytest.fixture(scope="module")
def bag(planted: Dataset) -> LightGBMBag:
    return LightGBMBag.fit(Training.of(planted, "churn"), TRAIN, HEALTH, "churn")


def test_contributions_are_shap_values_of_the_same_boosters(bag: LightGBMBag, planted: Dataset) -> None:
    with warnings.catch_warnings():  # shap's own imports use what matplotlib is about to retire
        warnings.simplefilter("ignore")
        import shap
    matrix = bag.encoder.matrix(planted.rows)[:200]
    explained = [shap.TreeExplainer(booster)(matrix) for booster in bag.boosters]
    values = np.mean([part.values.reshape(200, len(COLUMNS), -1)[:, :, -1] for part in explained], axis=0)
    base = np.mean([np.ravel(part.base_values)[-1] for part in explained])
    assert np.abs(bag.contributions(planted.rows.head(200)).to_numpy() - values).max() < 1e-9
    assert bag.base == pytest.approx(base, abs=1e-9)


def test_trees_of_an_unknown_form_are_explained_by_lightgbm(bag: LightGBMBag, planted: Dataset) -> None:
    unread = replace(bag)
    vars(unread)["forest"] = None
    rows = planted.rows.head(50)
    assert bag.forest is not None
    assert np.abs(unread.contributions(rows) - bag.contributions(rows)).to_numpy().max() < 1e-9
    assert unread.base == pytest.approx(bag.base, abs=1e-9)
    assert all(np.abs(a - b).max() < 1e-9 for a, b in zip(unread.each(rows), bag.each(rows), strict=True))


def test_it_predicts_to_the_last_bit_what_lightgbm_does(bag: LightGBMBag, planted: Dataset) -> None:
    unread = replace(bag)
    vars(unread)["forest"] = None
    assert bag.each_log_odds(planted.rows).tobytes() == unread.each_log_odds(planted.rows).tobytes()
    assert bag.log_odds(planted.rows).tobytes() == unread.log_odds(planted.rows).tobytes()


def test_held_out_margins_never_saw_the_account(bag: LightGBMBag, planted: Dataset) -> None:
    assert bag.held_out is not None
    known = np.isfinite(bag.held_out)
    assert 0.5 < known.mean() < 1
    by_account = {account: set() for account in planted.accounts}
    for account, is_known in zip(planted.accounts, known, strict=True):
        by_account[account].add(bool(is_known))
    assert all(len(found) == 1 for found in by_account.values())


def test_text_holds_no_run_parameters(bag: LightGBMBag) -> None:
    assert all("num_threads" not in text and "seed" not in text for text in bag.texts)
    assert len(set(bag.texts)) == TRAIN.lightgbm.n_boosters
