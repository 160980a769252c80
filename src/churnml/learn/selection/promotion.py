"""Whether the backtest proves a signal, how good it is, and which model may be promoted."""

from collections.abc import Mapping
from typing import Any

from churnml.learn.candidates import CANDIDATES, MODELS
from churnml.params.evaluate import Gate
from churnml.results.verdict import NO_SIGNAL, Grade, Verdict
from churnml.text.outcome_words import outcome_words

WHO = {
    "churn": "a leaver and a stayer",
    "contraction": "one that shrank and one that did not",
    "expansion": "one that grew and one that did not",
}
RULES, LOGISTIC = "rules", "logistic"
MUST_BEAT = {RULES: MODELS[RULES].sentence, "best_column": "the best single column"}


def judge_all(metrics: Mapping[str, Mapping[str, Any]], gate: Gate) -> dict[str, Verdict]:
    """The verdict on each outcome."""
    churn_leaks = "churn" in metrics and leaks(metrics["churn"], gate)
    return {outcome: judge(measured, gate, churn_leaks) for outcome, measured in metrics.items()}


def judge(metrics: Mapping[str, Any], gate: Gate, churn_leaks: bool = False) -> Verdict:
    """The verdict on one outcome's metrics, as ``evaluate`` gives them.

    The candidate judged is the one ``choose`` took. Proven: the interval of ROC-AUC lies above one half, and
    the paired differences from the rules score and from the best single column lie above zero; where the rules
    themselves were taken, nothing is proven beyond them. A tie with logistic regression does not unprove a
    signal but is said. A churn ROC-AUC beyond the leakage mark proves nothing, and where it lies beyond
    (``churn_leaks``) no other outcome's does either: they read the same columns.
    """
    outcome = str(metrics["outcome"])
    if "not_enough" in metrics:
        return Verdict(outcome, False, None, None, f"{NO_SIGNAL}: {metrics['not_enough']}")
    model = str(metrics["choice"]["chosen"])
    auc = metrics["models"][model]["roc_auc"]
    faults = _faults(metrics, model, gate, churn_leaks)
    if faults:
        sentence = f"{NO_SIGNAL}: {_pairs(outcome, model, auc)}; {'; '.join(faults)}."
        return Verdict(outcome, False, None, model, sentence, **_figures(auc))
    grade = _grade(auc["low"], gate)
    sentence = f"Grade {grade}: {_pairs(outcome, model, auc)}{_beside(metrics, model)}."
    return Verdict(outcome, True, grade, model, sentence, **_figures(auc))


def leaks(metrics: Mapping[str, Any], gate: Gate) -> bool:
    """Whether an outcome is ordered too well to be true."""
    if "not_enough" in metrics:
        return False
    value = metrics["models"][metrics["choice"]["chosen"]]["roc_auc"]["value"]
    return value is not None and value > gate.leak_roc_auc


def _faults(metrics: Mapping[str, Any], model: str, gate: Gate, churn_leaks: bool) -> list[str]:
    """Why the signal is not proven, in words; nothing where it is."""
    auc = metrics["models"][model]["roc_auc"]
    if auc["value"] is None or auc["low"] is None:
        return ["the backtest holds no pair to compare"]
    if leaks(metrics, gate) and (churn_leaks or metrics["outcome"] == "churn"):
        return ["too good to be true, so leakage is suspected: look for a column that knows the outcome"]
    if auc["low"] <= 0.5:
        return ["that may be chance"]
    if model == RULES:
        return ["no model predicts surely better than these rules"]
    leads = metrics["differences"][model]
    tied = [
        words
        for contender, words in MUST_BEAT.items()
        if leads[contender]["low"] is None or leads[contender]["low"] <= 0
    ]
    return [f"that is not surely better than {' or '.join(tied)}"] if tied else []


def _grade(low: float, gate: Gate) -> Grade:
    if low >= gate.grade_a:
        return "A"
    if low >= gate.grade_b:
        return "B"
    return "C" if low >= gate.grade_c else "D"


def _pairs(outcome: str, model: str, auc: Mapping[str, Any]) -> str:
    if auc["value"] is None or auc["low"] is None:
        return "no pair of accounts could be ordered"
    value, low, high = (round(100 * auc[key]) for key in ("value", "low", "high"))
    who = MUST_BEAT[RULES] if model == RULES else "the model"
    return (
        f"of 100 pairs of {outcome_words(outcome).pair} {who} orders {value} right (interval {low} to {high})"
    )


def _beside(metrics: Mapping[str, Any], model: str) -> str:
    """What stands beside the model used: a better one that chance may have made, or a plain one as good."""
    best = metrics["choice"]["best"]
    if best != model:
        return f"; {MODELS[best].sentence} did better by no more than chance, so the simpler is used: {MODELS[model].sentence}"
    lead = metrics["differences"][model].get(LOGISTIC)
    is_plainer = CANDIDATES.index(LOGISTIC) < CANDIDATES.index(model)
    if lead is None or not is_plainer or (lead["low"] is not None and lead["low"] > 0):
        return ""
    loss = metrics["choice"].get("regret", {}).get(LOGISTIC)
    surely = ", but its probabilities are surely worse" if loss and loss["worse"]["low"] > 0 else ""
    return f"; {MODELS[LOGISTIC].sentence} orders them as well{surely}"


def _figures(auc: Mapping[str, Any]) -> dict[str, Any]:
    return {"roc_auc": auc["value"], "low": auc["low"], "high": auc["high"]}
