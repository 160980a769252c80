"""The choice between candidates: the least regret, unless something simpler is within chance of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss as oracle

from churnml.learn.selection.model_selection import by_order, choose, log_loss, measure
from churnml.learn.selection.promotion import judge
from churnml.results.interval import Interval
from churnml.results.metrics import ModelMetrics, ModelSelection
from tests.learn.planted import EVALUATE, GATE
from tests.learn.selection.test_promotion import metrics


def predictions(rows: int = 3000, **noise: float) -> pd.DataFrame:
    """Three folds of probabilities, each model's the truth blurred by its noise."""
    rng = np.random.default_rng(8)
    truth = rng.normal(-1, 1, rows)
    found = pd.DataFrame({
        "account_id": [f"{number // 3:05d}" for number in range(rows)],
        "cutoff": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(rows) % 3 * 90, unit="D"),
        "is_outcome": rng.random(rows) < 1 / (1 + np.exp(-truth)), "arr_usd": rng.lognormal(9, 1, rows),
    })  # fmt: skip
    for name, blur in noise.items():
        found[f"probability_{name}"] = 1 / (1 + np.exp(-(truth + blur * rng.normal(size=rows))))
    return found


def test_the_loss_is_scikit_learns() -> None:
    given = predictions(logistic=0.5)
    expected = oracle(given["is_outcome"], given["probability_logistic"])
    assert log_loss(given, "logistic").mean() == pytest.approx(expected)


def test_the_surely_better_is_chosen() -> None:
    given = predictions(rules=2.0, logistic=1.5, lightgbm_bag=0.1)
    found = choose(given, ("rules", "logistic", "lightgbm_bag"), EVALUATE)
    assert found.chosen == found.best == "lightgbm_bag"
    assert "no simpler candidate" in found.why
    assert list(found.regret) == ["rules", "logistic", "lightgbm_bag"]
    assert found.regret["rules"].mean > found.regret["logistic"].mean > 0
    assert found.regret["lightgbm_bag"].by_fold == (0.0, 0.0, 0.0)
    assert found.regret["logistic"].worse.low > 0


def test_within_chance_the_simpler_is_chosen() -> None:
    given = predictions(rules=2.0, logistic=0.30, lightgbm_bag=0.20)
    settings = EVALUATE.model_copy(update={"ties": "simpler"})
    found = choose(given, ("lightgbm_bag", "logistic", "rules"), settings)
    assert found.chosen == "logistic"
    assert found.best == "lightgbm_bag"
    assert "no more than chance" in found.why


def test_a_tie_leaves_the_bag_where_it_is_best_unless_the_rules_tie_too() -> None:
    settings = EVALUATE
    given = predictions(rules=2.0, logistic=0.30, lightgbm_bag=0.20)
    names = ("rules", "logistic", "lightgbm_bag")
    assert choose(given, names, settings).best == "lightgbm_bag" == choose(given, names, settings).chosen
    behind = predictions(rules=2.0, logistic=0.28, lightgbm_bag=0.30)
    assert choose(behind, names, settings).chosen == "logistic"
    few = predictions(rows=60, rules=0.3, logistic=0.3, lightgbm_bag=0.3)
    assert choose(few, ("rules", "logistic", "lightgbm_bag"), settings).chosen == "rules"


def test_where_nothing_is_known_the_rules_are_chosen() -> None:
    given = predictions(rows=60, rules=0.3, logistic=0.3, lightgbm_bag=0.3)
    assert choose(given, ("rules", "logistic", "lightgbm_bag"), EVALUATE).chosen == "rules"


def test_unproven_the_order_of_most_pairs_is_taken_not_the_least_loss() -> None:
    """The rules lose least, having hardly an opinion, and order the wrong way round: the list is ranked by what orders."""
    given = predictions(rows=150, rules=0.0, logistic=3.0).assign(
        renewal=pd.Timestamp("2025-01-01"), lead_days=90
    )
    rng = np.random.default_rng(1)
    given["probability_rules"] = given["is_outcome"].mean() + 0.001 * rng.normal(given["is_outcome"] * -0.3)
    given["log_odds_rules"] = given["log_odds_logistic"] = 0.0
    assert choose(given, ("rules", "logistic"), EVALUATE).chosen == "rules"
    found = measure(given, EVALUATE, "churn")
    assert not any(proof.holds for proof in found.proofs.values())
    assert found.choice.chosen == "logistic" and "order alone decides" in found.choice.why
    assert found.roc_auc.value > found.models["rules"].figures["roc_auc"].value


def test_of_equal_orders_the_simplest_ranks_and_an_unknown_order_never() -> None:
    choice = ModelSelection("rules", "rules", "", {})
    alike = {name: np.array([0.6, 0.6]) for name in ("lightgbm_bag", "logistic", "best_column")}
    assert by_order(choice, alike | {"rules": np.array([0.55, 0.5])}).chosen == "logistic"
    assert by_order(choice, {"logistic": np.array([np.nan, 0.5])}) == choice


def test_mean_regret_counts_each_row_once() -> None:
    given = predictions(logistic=1.0, lightgbm_bag=0.9)
    given = given[(given["cutoff"] != given["cutoff"].max()) | (np.arange(len(given)) < 60)]
    found = choose(given, ("logistic", "lightgbm_bag"), EVALUATE).regret["logistic"]
    sizes = given.groupby("cutoff").size()
    assert found.mean == pytest.approx(np.average(found.by_fold, weights=sizes), abs=2e-5)


def test_rules_cannot_prove_themselves() -> None:
    rules = ModelMetrics({"roc_auc": Interval(0.74, 0.70, 0.78)})
    given = replace(
        metrics(),
        models={"rules": rules},
        differences={"rules": {}},
        choice=ModelSelection("rules", "rules", "", {}),
    )
    found = judge(given, GATE)
    assert not found.is_proven
    assert found.model == "rules"
    assert found.sentence == (
        "no proven signal: of 100 pairs of a leaver and a stayer the rules health score ordered 74 right "
        "(interval 70 to 78); no model predicts surely better than these rules."
    )


def test_where_the_blend_is_best_by_chance_the_steadier_half_of_it_is_used() -> None:
    names = ("rules", "logistic", "lightgbm_bag", "blend")
    found = choose(predictions(rules=2.0, logistic=0.30, lightgbm_bag=0.24, blend=0.2), names, EVALUATE)
    assert (found.best, found.chosen) == ("blend", "lightgbm_bag")
    far = predictions(rules=2.0, logistic=0.9, lightgbm_bag=0.9, blend=0.1)
    assert choose(far, names, EVALUATE).chosen == "blend"
