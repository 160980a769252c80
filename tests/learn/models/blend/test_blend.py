"""The blend: a mean of two models that are fitted once, and a bag of as many members as there are boosters."""

from typing import Any

import numpy as np
import pytest

from churnml.learn.dataset import Dataset
from churnml.learn.models.base import Bag, Training
from churnml.learn.models.blend.blend import Blend
from churnml.learn.models.lightgbm.bag import LightGBMBag
from churnml.learn.models.logistic.logistic import Logistic
from churnml.learn.training.train import bundle_of
from tests.learn.planted import COLUMNS, HEALTH, LAST_DAY, TRAIN


def test_every_candidate_shares_one_fit_of_each_part(
    planted: Dataset, monkeypatch: pytest.MonkeyPatch, learned: Any
) -> None:
    fits = []
    for kind in (LightGBMBag, Logistic):
        own = kind.fit.__func__  # type: ignore[attr-defined]
        monkeypatch.setattr(
            kind, "fit", classmethod(lambda cls, *a, own=own: fits.append(cls) or own(cls, *a))
        )
    ripe = planted.ripe(LAST_DAY)
    bundles = {
        name: bundle_of(name, ripe, "churn", TRAIN, HEALTH, learned[1].assign(log_odds_blend=0.0), LAST_DAY)
        for name in ("blend", "lightgbm_bag", "logistic")
    }
    assert sorted(kind.__name__ for kind in fits) == ["LightGBMBag", "Logistic"]
    said = {name: bundle.model.log_odds(planted.rows[COLUMNS]) for name, bundle in bundles.items()}
    assert np.allclose(said["blend"], (said["lightgbm_bag"] + said["logistic"]) / 2)


def test_members_are_each_booster_with_the_regression(planted: Dataset) -> None:
    model = Blend.fit(Training.of(planted, "churn"), TRAIN, HEALTH, "churn")
    rows = planted.rows[COLUMNS].head(30)
    assert isinstance(model, Bag) and len(model.members) == TRAIN.lightgbm.n_boosters
    assert np.allclose(model.each_log_odds(rows), [member.log_odds(rows) for member in model.members])
    assert np.allclose(model.each_log_odds(rows).mean(axis=0), model.log_odds(rows))
    each = list(model.each(rows))
    assert np.allclose(each, [member.contributions(rows) for member in model.members])
    assert np.allclose(np.mean(each, axis=0), model.contributions(rows))
