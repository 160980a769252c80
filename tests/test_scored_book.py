"""What `make run` made of the sample book: additive reasons, the same bytes twice, and how much of the truth was found."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shap

from benchmarks.share_found import share_found, with_truth
from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.learn.artifact.bundle import Bundle
from churnml.listing.list_settings import ListSettings
from churnml.paths import Paths, newest
from churnml.publish.outputs import OUTPUTS
from churnml.publish.score import score_book

pytestmark = pytest.mark.slow


@pytest.fixture
def places(scored, monkeypatch):
    monkeypatch.chdir(scored)
    return Paths.here()


@pytest.mark.parametrize("outcome", ["churn", "expansion"])
def test_grouped_contributions_sum_to_the_bags_log_odds_and_equal_tree_explainer(places, outcome):
    params, _ = places.settings("score")
    tables = Tables(places.path("score", "tables"))
    bundle = Bundle.load(places.path("score", "champion") / outcome)
    snapshots = current(tables, tables.last_day, params.revenue, params.snapshots)
    scores = bundle.score(tables, snapshots)
    concepts = {feature.column: feature.concept for feature in bundle.features}
    grouped = scores.contributions.T.groupby(concepts).sum().T
    assert len(grouped) == len(snapshots) > 2000
    np.testing.assert_allclose(grouped.sum(axis=1) + scores.base, scores.log_odds, atol=1e-6)

    matrix = bundle.model.encoder.matrix(scores.values[bundle.columns])
    told = np.mean(
        [shap.TreeExplainer(booster).shap_values(matrix) for booster in bundle.model.boosters], axis=0
    )
    peer = pd.DataFrame(told, columns=bundle.columns).T.groupby(concepts).sum().T
    np.testing.assert_allclose(grouped, peer[grouped.columns], atol=1e-6)


def test_scoring_again_gives_the_same_bytes(places, tmp_path):
    params, _ = places.settings("score")
    tables, champion = places.path("score", "tables"), places.path("score", "champion")
    published = newest(places.path("score", "lists"))
    again = score_book(
        tables, champion, tmp_path, ListSettings.of(params, *(places.path("score", name) for name in ("plays", "crm"))),
        date.fromisoformat(published.name), backtest=places.path("score", "backtest"),
    )  # fmt: skip
    assert [name for name in OUTPUTS if (again / name).read_bytes() != (published / name).read_bytes()] == []


@pytest.mark.parametrize(("outcome", "aim"), [("churn", 0.80), ("expansion", 0.70)])
def test_the_share_of_the_reachable_signal_that_is_found(places, outcome, aim):
    backtest = pd.read_parquet(places.path("train", "backtest"))
    rows = with_truth(
        backtest[backtest["outcome"] == outcome], pd.read_parquet(places.path("sample", "truth"))
    )
    assert share_found(rows, outcome) >= aim


def test_no_stage_reads_the_truth(root):
    text = (root / "dvc.yaml").read_text(encoding="utf-8")
    assert text.count("data/truth") == 2  # what the sample stage writes: its flag and its output
