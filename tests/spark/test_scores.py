"""Scoring where the rows lie gives the local scores and reasons, and the same published list."""

import json
from dataclasses import replace

import numpy as np
import pytest

from churnml.features.catalog import available
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.calibration import Calibration, Platt
from churnml.learn.dataset import Dataset
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class
from churnml.listing.list_settings import ListSettings
from churnml.outcomes import label
from churnml.publish.score import score_book
from churnml.results.stored import as_json
from tests.listing.fakes import list_metadata
from tests.spark.conftest import MASTER

OUTCOMES = {"churn": "lightgbm_bag", "expansion": "logistic"}


@pytest.fixture(scope="module")
def champion(spark, tmp_path_factory, book, snapshots, local, params):
    """Folders of proven bundles of both outcomes, taught on the book."""
    folder = tmp_path_factory.mktemp("champion")
    data = Dataset.join(local, label(book, snapshots, params.revenue), available(book))
    small = params.train.lightgbm.model_copy(
        update={"n_boosters": 2, "n_estimators": 10, "min_child_samples": 5}
    )
    train = params.train.model_copy(update={"lightgbm": small, "n_jobs": 1})
    columns = [feature.column for feature in data.inputs]
    for outcome, name in OUTCOMES.items():
        came = np.random.default_rng(2).random(len(data.rows)) < 0.4
        training = Training(data.rows[columns], came, data.accounts, data.inputs)
        model = model_class(name).fit(training, train, params.health, outcome)
        reference = data.rows[columns].head(20).reset_index(drop=True)
        reference["log_odds"] = model.log_odds(reference)
        medians = {
            f.column: np.nan
            if f.is_category
            else (data.rows[f.column].dropna().median() if data.rows[f.column].notna().any() else np.nan)
            for f in data.features
        }
        Bundle(outcome, name, model, Calibration(Platt(1.0, 0.0)), data.features, 0.4, medians, reference,
               train.model_dump(mode="json"), book.last_day, 365).save(folder / outcome)  # fmt: skip
    verdicts = list_metadata(is_proven=True)
    said = {v.outcome: as_json(v) for v in (verdicts.churn, verdicts.expansion)}
    (folder / "verdicts.json").write_text(json.dumps(said))
    return folder


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_scores_and_contributions_are_the_local_ones(built, local, champion, outcome) -> None:
    from churnml.features.spark.spark_build import gather
    from churnml.listing.spark import gather_scores, score, score_frame

    bundle = Bundle.load(champion / outcome)
    there = gather(score(built, champion / outcome))
    here = score_frame(bundle, local)
    assert list(there) == list(here)
    one, two = gather_scores(there, bundle), bundle.score_rows(local)
    assert one.probability == pytest.approx(two.probability, abs=1e-9)
    assert one.log_odds == pytest.approx(two.log_odds, abs=1e-9)
    assert one.fitted_health == pytest.approx(
        two.fitted_health, abs=1e-9, nan_ok=True
    )  # these carry no health score
    assert one.contributions.to_numpy() == pytest.approx(two.contributions.to_numpy(), abs=1e-9)


def test_the_published_list_is_the_same(spark, book, champion, params, tmp_path) -> None:
    files = []
    for engine in ("local", "spark"):
        features = params.features.model_copy(update={"engine": engine, "spark_master": MASTER})
        published = score_book(book.folder, champion, tmp_path / engine, replace(ListSettings.of(params), features=features), "latest")  # fmt: skip
        files.append((published / "risk_list.csv").read_bytes())
    assert files[0] == files[1]
