"""The contract of every model family: a model is tested by being listed in MODELS."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from churnml.errors import BundleError
from churnml.learn.candidates import MODELS
from churnml.learn.dataset import Dataset
from churnml.learn.models.base import Model, Training
from churnml.learn.models.registry import model_class
from tests.learn.planted import COLUMNS, HEALTH, INPUTS, LAST_DAY, TRAIN

pytestmark = pytest.mark.parametrize("name", MODELS)


def fit(name: str, data: Dataset, outcome: str = "churn", threads: int = 1) -> Model:
    settings = TRAIN.model_copy(update={"n_jobs": threads})
    return model_class(name).fit(Training.of(data, outcome), settings, HEALTH, outcome)


def halves(data: Dataset) -> tuple[Dataset, Dataset]:
    """The ripe rows of the earlier years, to fit on, and the later ones."""
    middle = pd.Timestamp("2023-01-01").date()
    return data.ripe(middle), data.between(middle, LAST_DAY).ripe(LAST_DAY)


def files(model: Model, folder: Path) -> dict[str, bytes]:
    model.save(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def fitted(planted: Dataset) -> Callable[..., Model]:
    """By family and outcome the model of the earlier years, fitted once for all tests that only read it."""
    return cache(lambda name, outcome="churn": fit(name, halves(planted)[0], outcome))


@pytest.fixture
def model(name: str, fitted: Callable[..., Model]) -> Model:
    return fitted(name)


def test_same_seed_same_bytes(name: str, planted: Dataset, model: Model, tmp_path: Path) -> None:
    again = fit(name, halves(planted)[0], threads=2)
    assert files(model, tmp_path / "one") == files(again, tmp_path / "two")


def test_loaded_is_saved(name: str, planted: Dataset, model: Model, tmp_path: Path) -> None:
    model.save(tmp_path)
    loaded = model_class(name).load(tmp_path)
    assert np.array_equal(loaded.log_odds(planted.rows), model.log_odds(planted.rows))
    assert loaded.contributions(planted.rows).equals(model.contributions(planted.rows))
    assert loaded.base == model.base
    assert files(loaded, tmp_path / "again") == files(model, tmp_path / "once")


def test_contributions_sum_to_the_log_odds(name: str, planted: Dataset, model: Model) -> None:
    found = model.contributions(planted.rows)
    assert list(found.columns) == COLUMNS
    assert found.index.equals(planted.rows.index)
    assert np.abs(found.sum(axis=1) + model.base - model.log_odds(planted.rows)).max() < 1e-6


@pytest.mark.parametrize("outcome", ["churn", "expansion"])
def test_log_odds_keep_to_the_directions(
    name: str, planted: Dataset, fitted: Callable[..., Model], outcome: str
) -> None:
    if not MODELS[name].serves(outcome):
        pytest.skip("no candidate for this outcome")
    model = fitted(name, outcome)
    for feature in (f for f in INPUTS if f.direction(outcome) and not f.is_category):
        rows = pd.concat([planted.rows[COLUMNS].iloc[[row] * 30] for row in range(0, 60, 6)])
        values = planted.rows[feature.column].dropna()
        rows[feature.column] = np.tile(np.linspace(values.min() - 1, values.max() + 1, 30), 10)
        steps = np.diff(model.log_odds(rows).reshape(10, 30), axis=1) * feature.direction(outcome)
        assert steps.min() > -1e-9, feature.column


def test_unseen_category_counts_as_unknown(name: str, planted: Dataset, model: Model) -> None:
    rows = planted.rows[COLUMNS].head(20)
    unseen, unknown = rows.assign(segment="martian"), rows.assign(segment=None)
    assert np.array_equal(model.log_odds(unseen), model.log_odds(unknown))


def test_a_row_of_nothing_is_scored(name: str, planted: Dataset, model: Model) -> None:
    nothing = planted.rows[COLUMNS].head(2).assign(segment=None)
    nothing.loc[:, [f.column for f in INPUTS if not f.is_category]] = np.nan
    assert np.isfinite(model.log_odds(nothing)).all()
    assert np.isfinite(model.contributions(nothing).to_numpy()).all()


def test_no_rows_at_all(name: str, planted: Dataset, model: Model) -> None:
    assert model.log_odds(planted.rows[COLUMNS].head(0)).shape == (0,)
    assert model.contributions(planted.rows[COLUMNS].head(0)).shape == (0, len(COLUMNS))


def test_column_order_does_not_matter_and_absence_is_refused(
    name: str, planted: Dataset, model: Model
) -> None:
    rows = planted.rows[COLUMNS].head(50)
    assert np.array_equal(model.log_odds(rows[COLUMNS[::-1]]), model.log_odds(rows))
    if name not in ("rules", "health_fitted"):  # a rule without its column re-weights the rest
        with pytest.raises(BundleError, match="silence"):
            model.log_odds(rows.drop(columns="silence"))


def test_finds_a_planted_signal(name: str, planted: Dataset, model: Model) -> None:
    later = halves(planted)[1]
    assert roc_auc_score(later.is_outcome("churn"), model.log_odds(later.rows)) > 0.7


def test_finds_nothing_in_shuffled_labels(name: str, blind: Dataset) -> None:
    earlier, later = halves(blind)
    assert abs(roc_auc_score(later.is_outcome("churn"), fit(name, earlier).log_odds(later.rows)) - 0.5) < 0.06


def test_what_is_held_out_is_not_learned_by_heart(name: str, blind: Dataset) -> None:
    if not MODELS[name].is_candidate:
        pytest.skip("nothing is calibrated on it")
    earlier = halves(blind)[0]
    held_out = fit(name, earlier).held_out
    assert held_out is not None
    known = np.isfinite(held_out)
    assert known.mean() > 0.6  # a few boosters all draw some accounts
    assert abs(roc_auc_score(earlier.is_outcome("churn")[known], held_out[known]) - 0.5) < 0.06
