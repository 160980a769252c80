"""The verdict: proven only where chance, leakage and the simple rivals are all ruled out."""

from dataclasses import replace

import pandas as pd
import pytest

from churnml.learn.artifact.bundle import Bundle
from churnml.learn.selection.model_selection import measure
from churnml.learn.selection.promotion import judge, judge_all
from churnml.results.interval import Interval
from churnml.results.metrics import ModelMetrics, ModelSelection, OutcomeMetrics, Proof, Regret
from churnml.results.stored import NotEnough, as_json
from churnml.results.verdict import VERDICTS, Ranking
from tests.learn.made_metrics import made_metrics
from tests.learn.planted import EVALUATE, GATE

Learned = tuple[dict[str, Bundle], pd.DataFrame]


def metrics(
    outcome: str = "churn", bag: float = 0.74, chosen: str = "lightgbm_bag", **leads: float
) -> OutcomeMetrics:
    """Metrics with the best model's ROC-AUC (the bag's), its lead (the lower end) over each rival, and a choice."""
    low = {"rules": 0.02, "best_column": 0.02, "logistic": 0.01} | leads
    measured = ModelMetrics({"roc_auc": Interval(bag, bag - 0.03, bag + 0.03)})
    differences = {contender: Interval(lead + 0.01, lead, lead + 0.02) for contender, lead in low.items()}
    behind = Interval(-low["logistic"] - 0.01, -low["logistic"] - 0.02, -low["logistic"])
    beyond = Proof(
        Interval(bag - 0.5, bag - 0.53, bag - 0.47), differences["rules"], differences["best_column"]
    )
    return made_metrics(
        {"lightgbm_bag": measured, "logistic": measured}, ModelSelection(chosen, "lightgbm_bag", "", {}), outcome,
        differences={"lightgbm_bag": differences, "logistic": differences | {"lightgbm_bag": behind}},
        proofs={"lightgbm_bag": beyond, "logistic": beyond},
    )  # fmt: skip


def judged(predictions: pd.DataFrame) -> OutcomeMetrics:
    """What the evaluate stage writes of these predictions."""
    return measure(predictions, EVALUATE, "churn")


def test_a_planted_signal_is_proven(learned: Learned) -> None:
    found = judge(judged(learned[1]), GATE)
    assert found.is_proven
    assert found.grade == "B"
    assert found.model in ("rules_prior", "logistic")  # what was planted is a straight line


def test_blind_outcomes_are_not(blind_backtest: pd.DataFrame) -> None:
    found = judge(judged(blind_backtest), GATE)
    assert not found.is_proven
    assert found.grade is None
    assert found.sentence.startswith("no proven signal")


def test_where_churn_is_too_good_to_be_true_so_is_what_mirrors_it() -> None:
    """Growth at 0.96 may be real, but not from columns that know who leaves."""
    given = {name: metrics(name, bag=0.96) for name in ("churn", "expansion")}
    refused = judge_all(given, GATE)
    assert not refused["churn"].is_proven and not refused["expansion"].is_proven
    assert "leakage is suspected" in refused["expansion"].sentence
    fine = judge_all(given | {"churn": metrics("churn")}, GATE)
    assert fine["churn"].is_proven and fine["expansion"].is_proven


def test_the_sentence_is_for_people() -> None:
    said = "Grade B: of 100 pairs of a leaver and a stayer the model orders 74 right (interval 71 to 77)."
    assert judge(metrics(), GATE).sentence == said


@pytest.mark.parametrize(("value", "grade"), [(0.84, "A"), (0.82, "B"), (0.70, "C"), (0.60, "D")])
def test_grades_go_by_the_lower_end(value: float, grade: str) -> None:
    assert judge(metrics(bag=value), GATE).grade == grade


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (metrics(bag=0.52), "may be chance"),
        (metrics(rules=-0.01), "not surely better than the rules health score"),
        (metrics(best_column=-0.1), "the best single column orders them surely better"),
        (
            metrics(rules=0.0, best_column=-0.1),
            "the rules health score; the best single column orders them surely better",
        ),
        (metrics(bag=0.96), "leakage is suspected"),
    ],
)
def test_what_stands_against_it_is_said(found: OutcomeMetrics, words: str) -> None:
    verdict = judge(found, GATE)
    assert not verdict.is_proven
    assert verdict.grade is None
    assert verdict.sentence.startswith("no proven signal: of 100 pairs")
    assert words in verdict.sentence


def test_expansion_may_be_that_good() -> None:
    found = judge(metrics("expansion", bag=0.96), GATE)
    assert found.is_proven
    assert "one that grew and one that did not" in found.sentence


def test_a_tie_with_logistic_regression_is_said() -> None:
    found = judge(metrics(logistic=-0.01), GATE)
    assert found.is_proven
    assert found.model == "lightgbm_bag"
    assert found.sentence.endswith("; a plain logistic regression orders them as well.")


def test_a_tie_in_order_alone_is_said_to_be_that() -> None:
    given = metrics(logistic=-0.01)
    regret = {"logistic": Regret(0.3, 0.004, (0.004,), Interval(0.004, 0.002, 0.006), 0.0)}
    given = replace(given, choice=replace(given.choice, regret=regret))
    assert judge(given, GATE).sentence.endswith(
        "orders them as well, but its probabilities are surely worse."
    )


def test_a_simpler_model_within_chance_is_the_model() -> None:
    found = judge(metrics(chosen="logistic", logistic=-0.05), GATE)
    assert found.model == "logistic"
    said = "; boosted trees did better by no more than chance, so the simpler is used: a plain logistic regression."
    assert found.sentence.endswith(said)


def test_too_little_history_is_no_proven_signal() -> None:
    found = judge_all({"churn": NotEnough("no churn model can be learned: no renewal is ripe.")}, GATE)[
        "churn"
    ]
    assert found.model is None
    assert found.sentence == "no proven signal: no churn model can be learned: no renewal is ripe."


def test_no_pair_to_compare() -> None:
    unknown = {"lightgbm_bag": ModelMetrics({"roc_auc": Interval(None, None, None)})}
    nothing = replace(metrics(), models=unknown)
    assert "no pair" in judge(nothing, GATE).sentence


def test_it_survives_json() -> None:
    found = judge(metrics(), GATE)
    assert VERDICTS.validate_python({"churn": as_json(found)}) == {"churn": found}


def test_the_verdict_says_what_ranks_and_how_well_it_ordered() -> None:
    """Proven or not it is the model judged; where that is too good to be true, the rules with their own figure."""
    rules = ModelMetrics({"roc_auc": Interval(0.52, 0.48, 0.56)})

    def ranking(found: OutcomeMetrics) -> Ranking | None:
        return judge(replace(found, models={**found.models, "rules": rules}), GATE).ranking

    assert ranking(metrics()) == Ranking("lightgbm_bag", Interval(0.74, 0.71, 0.77))
    assert ranking(metrics(rules=-0.01)) == Ranking("lightgbm_bag", Interval(0.74, 0.71, 0.77))
    assert ranking(metrics(bag=0.96)) == Ranking("rules", rules.figures["roc_auc"])


def test_unproven_the_sentence_names_whose_figure_it_gives() -> None:
    said = judge(metrics(chosen="logistic", rules=-0.01), GATE).sentence
    assert said.startswith(
        "no proven signal: of 100 pairs of a leaver and a stayer a plain logistic regression ordered 74 right"
    )
