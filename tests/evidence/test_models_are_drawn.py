"""Each listed model is drawn on every chart and card; one that a stored table alone knows is drawn, too, in neutral."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from churnml.evidence.card.compose import model_selection
from churnml.evidence.card.quality import gain, quality
from churnml.evidence.card.verdict import subtitle
from churnml.evidence.charts import backtest_charts
from churnml.evidence.charts.backtest_charts import (
    BASELINES,
    NEUTRAL,
    calibration_chart,
    capture_chart,
    title_of,
)
from churnml.learn.candidates import MODELS
from churnml.results.interval import Interval
from churnml.results.metrics import ModelMetrics, ModelSelection, Regret
from tests.learn.made_metrics import made_metrics

UNKNOWN = "of_another_day"
LEAST_NAMED = 4
"""The dots and their words, the table of metrics, the table of candidates."""


def table(*names):
    """Predictions by these contenders, as a backtest would store them."""
    rng = np.random.default_rng(3)
    chance = rng.uniform(0, 0.4, 200)
    given = pd.DataFrame(
        {"cutoff": pd.Timestamp("2024-01-01"), "arr_usd": 1.0, "is_outcome": rng.uniform(size=200) < chance}
    )
    return given.assign(**{f"probability_{name}": chance for name in ("rules", *names, *BASELINES)})


@pytest.fixture
def pictures(monkeypatch):
    """What is drawn on a chart, by label, as it would be saved."""
    found = {}

    def keep(figure, path):
        (axes,) = figure.axes
        found[path] = {
            line.get_label().split(":")[0]: to_hex(line.get_color()).upper() for line in axes.get_lines()
        }

    monkeypatch.setattr(backtest_charts, "save", keep)
    return found


@pytest.mark.parametrize("name", MODELS)
def test_is_drawn_on_every_chart(name, pictures):
    family = MODELS[name]
    capture_chart(table(name), "churn", 0.1, "caught")
    calibration_chart(table(name), "churn", "calibration")
    assert pictures["caught"][family.title] == family.colour
    assert (pictures["calibration"].get(family.title) == family.colour) == family.is_candidate


@pytest.mark.parametrize("name", MODELS)
def test_is_drawn_on_every_card(name):
    """As the judged one and as a rival, in each section that names models, pictures and their words included."""
    title = MODELS[name].title
    assert drawn_on_a_card(judged=name, rival="base_rate").count(title) >= LEAST_NAMED
    assert drawn_on_a_card(judged="base_rate", rival=name).count(title) >= LEAST_NAMED


def drawn_on_a_card(judged, rival):
    figure, regret = Interval(0.7, 0.6, 0.8), Regret(0.3, 0.0, (0.0,), Interval(0.0, 0.0, 0.0), 0.0)
    metrics = made_metrics(
        {key: ModelMetrics({"roc_auc": figure, "brier": figure}) for key in (judged, rival)},
        ModelSelection(judged, judged, "x", {judged: regret, rival: regret}),
        differences={judged: {rival: figure}},
    )
    source = SimpleNamespace(
        metrics=metrics, measured=metrics, judged=metrics.models[judged], outcome="churn", confidence="90%", verdict=SimpleNamespace(model=judged),
        predictions=table(judged, rival), settings=SimpleNamespace(evaluate=SimpleNamespace(capacity_share=0.1)),
        tables=SimpleNamespace(book="x", last_day="2025-01-01", is_priced=True),
    )  # fmt: skip
    return repr((quality(source), gain(source), model_selection(source), subtitle(source)))


def test_a_contender_of_a_stored_table_goes_by_its_own_name_in_neutral(pictures):
    capture_chart(table(UNKNOWN, "rules"), "churn", 0.1, "caught")
    calibration_chart(table(UNKNOWN), "churn", "calibration")
    assert pictures["caught"]["of another day"] == pictures["calibration"]["of another day"] == NEUTRAL
    assert title_of(UNKNOWN) == "of another day"


def test_who_predicts_nothing_of_an_outcome_is_not_drawn(pictures):
    """Survival serves churn alone; the table of all outcomes holds its column empty for the others."""
    capture_chart(table("rules", "survival").assign(probability_survival=np.nan), "expansion", 0.1, "caught")
    assert MODELS["survival"].title not in pictures["caught"]
