"""Whether the backtest proves a signal, how good it is, and which model may be promoted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from churnml.learn.models import CANDIDATES
from churnml.params import Gate

Grade = Literal["A", "B", "C", "D"]

NO_SIGNAL = "no proven signal"
WHO = {
    "churn": "a leaver and a stayer",
    "contraction": "one that shrank and one that did not",
    "expansion": "one that grew and one that did not",
}
MUST_BEAT = {"rules": "the rules health score", "best_column": "the best single column"}


@dataclass(frozen=True)
class Verdict:
    """The judgement on one outcome.

    ``model`` is the candidate judged, to be promoted if proven; None where none was fitted.
    """

    outcome: str
    is_proven: bool
    grade: Grade | None
    model: str | None
    sentence: str
    roc_auc: float | None = None
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The verdict for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Self:
        """The verdict that ``as_dict`` gave."""
        return cls(**stored)


def judge(metrics: Mapping[str, Any], gate: Gate) -> Verdict:
    """The verdict on one outcome's metrics, as ``evaluate`` gives them.

    Proven: the interval of ROC-AUC lies above one half, and the paired differences from the rules score and
    from the best single column lie above zero. A tie with logistic regression does not unprove a signal but
    is said; where logistic is better, it is the one judged. A churn ROC-AUC beyond the leakage mark proves
    nothing.
    """
    outcome = str(metrics["outcome"])
    if "not_enough" in metrics:
        return Verdict(outcome, False, None, None, f"{NO_SIGNAL}: {metrics['not_enough']}")
    model = _better(metrics)
    auc = metrics["models"][model]["roc_auc"]
    faults = _faults(metrics, model, gate)
    if faults:
        sentence = f"{NO_SIGNAL}: {_pairs(outcome, auc)}; {'; '.join(faults)}."
        return Verdict(outcome, False, None, model, sentence, **_figures(auc))
    grade = _grade(auc["low"], gate)
    sentence = f"Grade {grade}: {_pairs(outcome, auc)}{_beside_logistic(metrics, model)}."
    return Verdict(outcome, True, grade, model, sentence, **_figures(auc))


def _better(metrics: Mapping[str, Any]) -> str:
    """Logistic regression where its lead over the bag is beyond chance, else the bag."""
    bag, logistic = CANDIDATES
    lead = metrics["differences"][logistic][bag]["low"]
    return logistic if lead is not None and lead > 0 else bag


def _faults(metrics: Mapping[str, Any], model: str, gate: Gate) -> list[str]:
    """Why the signal is not proven, in words; nothing where it is."""
    auc = metrics["models"][model]["roc_auc"]
    if auc["value"] is None or auc["low"] is None:
        return ["the backtest holds no pair to compare"]
    if metrics["outcome"] == "churn" and auc["value"] > gate.leak_roc_auc:
        return ["too good to be true, so leakage is suspected: look for a column that knows the outcome"]
    if auc["low"] <= 0.5:
        return ["that may be chance"]
    leads = metrics["differences"][model]
    tied = [
        words for rival, words in MUST_BEAT.items() if leads[rival]["low"] is None or leads[rival]["low"] <= 0
    ]
    return [f"that is not surely better than {' or '.join(tied)}"] if tied else []


def _grade(low: float, gate: Gate) -> Grade:
    if low >= gate.grade_a:
        return "A"
    if low >= gate.grade_b:
        return "B"
    return "C" if low >= gate.grade_c else "D"


def _pairs(outcome: str, auc: Mapping[str, Any]) -> str:
    if auc["value"] is None or auc["low"] is None:
        return "no pair of accounts could be ordered"
    value, low, high = (round(100 * auc[key]) for key in ("value", "low", "high"))
    return f"of 100 pairs of {WHO[outcome]} the model orders {value} right (interval {low} to {high})"


def _beside_logistic(metrics: Mapping[str, Any], model: str) -> str:
    bag, logistic = CANDIDATES
    if model == logistic:
        return "; a plain logistic regression did better than boosted trees and is the model used"
    lead = metrics["differences"][bag][logistic]["low"]
    return "" if lead is not None and lead > 0 else "; a plain logistic regression does as well"


def _figures(auc: Mapping[str, Any]) -> dict[str, Any]:
    return {"roc_auc": auc["value"], "low": auc["low"], "high": auc["high"]}
