"""Whether the backtest proves a signal, how good it is, and which model may be promoted."""

from collections.abc import Mapping
from typing import get_args

from churnml.learn.candidates import CANDIDATES, MODELS
from churnml.params.evaluate import Gate
from churnml.results.interval import Interval
from churnml.results.metrics import Chances, Expected, OutcomeMetrics, is_off
from churnml.results.stored import NotEnough
from churnml.results.verdict import NO_SIGNAL, RULES, Grade, Ranking, Verdict
from churnml.text.number_format import money
from churnml.text.outcome_words import OutcomeWords, outcome_words

LOGISTIC = "logistic"
BEST_COLUMN_WORDS = "the best single column"


def judge_all(metrics: Mapping[str, OutcomeMetrics | NotEnough], gate: Gate) -> dict[str, Verdict]:
    """The verdict on each outcome."""
    churn = metrics.get("churn")
    churn_leaks = isinstance(churn, OutcomeMetrics) and leaks(churn, gate)
    return {
        outcome: Verdict(outcome, False, None, None, f"{NO_SIGNAL}: {measured.reason}")
        if isinstance(measured, NotEnough)
        else judge(measured, gate, churn_leaks)
        for outcome, measured in metrics.items()
    }


def judge(metrics: OutcomeMetrics, gate: Gate, churn_leaks: bool = False) -> Verdict:
    """The verdict on one outcome's metrics, as ``evaluate`` gives them.

    The candidate judged is the one ``choose`` took, which is a proven one wherever there is one. Proven: the ROC-AUC's
    interval, widened for the number of candidates, lies above one half, that of the paired difference from the rules score above zero, and that from
    the best single column not below; where the rules themselves were taken, nothing is proven beyond them. A tie with one column or with
    logistic regression does not unprove a signal but is said; so are chances that are surely off, at the cost of a letter. A churn ROC-AUC beyond the leakage mark proves nothing, and where it lies beyond
    (``churn_leaks``) no other outcome's does either: they read the same columns.
    """
    model, auc = metrics.choice.chosen, metrics.roc_auc
    is_leak = leaks(metrics, gate) and (churn_leaks or metrics.outcome == "churn")
    faults = _faults(metrics, is_leak)
    pairs = _pairs(metrics.outcome, model, auc, is_proven=not faults)
    off = _off(metrics.outcome, metrics.chances) if metrics.chances else []
    earned = _grade(auc.low or 0.0, gate)
    grade = None if faults else _lower(earned) if off else earned
    sentence = (
        f"{NO_SIGNAL}: {pairs}; {'; '.join(faults)}."
        if faults
        else f"Grade {grade}: {pairs}{_column(metrics, model)}{_alternative(metrics, model)}{_said(off, is_lowered=grade != earned)}."
    )
    ranking = _ranking(metrics, RULES if is_leak else model)
    return Verdict(metrics.outcome, not faults, grade, model, sentence, auc.value, auc.low, auc.high, ranking)


def _ranking(metrics: OutcomeMetrics, model: str) -> Ranking | None:
    measured = metrics.models.get(model)
    auc = measured.figures["roc_auc"] if measured else None
    return None if auc is None or auc.value is None else Ranking(model, auc)


def leaks(metrics: OutcomeMetrics, gate: Gate) -> bool:
    """Whether an outcome is ordered too well to be true."""
    return metrics.roc_auc.value is not None and metrics.roc_auc.value > gate.leak_roc_auc


def _faults(metrics: OutcomeMetrics, is_leak: bool) -> list[str]:
    model, auc = metrics.choice.chosen, metrics.roc_auc
    if auc.value is None or auc.low is None:
        return ["the backtest holds no pair to compare"]
    if is_leak:
        return ["too good to be true, so leakage is suspected: look for a column that knows the outcome"]
    proof = metrics.proofs.get(model)
    if auc.low <= 0.5 or (proof and proof.beyond_chance.side < 1):
        return ["that may be chance"]
    if proof is None:
        return ["no model predicts surely better than these rules"]
    behind = f"{BEST_COLUMN_WORDS} orders them surely better"
    return [
        *(["that is not surely better than the rules health score"] if proof.beyond_rules and proof.beyond_rules.side < 1 else []),
        *([behind] if proof.beyond_best_column and proof.beyond_best_column.side < 0 else []),
    ]  # fmt: skip


def _grade(low: float, gate: Gate) -> Grade:
    if low >= gate.grade_a:
        return "A"
    if low >= gate.grade_b:
        return "B"
    return "C" if low >= gate.grade_c else "D"


def _lower(grade: Grade) -> Grade:
    """One letter less; D stays D."""
    grades: tuple[Grade, ...] = get_args(Grade)
    return grades[min(grades.index(grade) + 1, len(grades) - 1)]


def _off(outcome: str, chances: Chances) -> list[str]:
    """In what the chances are surely off by more than the margin, in clauses: accounts over all or in the worst fold, dollars, slope."""
    words, found, worst = outcome_words(outcome), [], chances.worst_fold
    if chances.accounts.is_off:
        found.append(f"they expected {_of_100(chances.accounts, words)}")
    elif worst is not None:
        found.append(f"in the fold of {worst} they expected {_of_100(chances.by_fold[worst], words)}")
    elif chances.dollars.is_off:
        said, came = (money(each or 0.0) for each in (chances.dollars.said, chances.dollars.came))
        found.append(f"they expected {said} to {words.does} where {came} {words.did}")
    if is_off(chances.slope):
        found.append(
            f"they are too {'bold' if (chances.slope.value or 0) < 1 else 'timid'} (slope {chances.slope.value:.2f})"
        )
    return found


def _of_100(expected: Expected, words: OutcomeWords) -> str:
    """'9 of 100 to leave where 16 left'; of 1,000 where it is few."""
    of, said, came = (each or 0.0 for each in (expected.of, expected.said, expected.came))
    scale = 100 if min(said, came) >= of / 20 else 1000
    return f"{scale * said / of:.0f} of {scale:,} to {words.does} where {scale * came / of:.0f} {words.did}"


def _said(off: list[str], *, is_lowered: bool) -> str:
    lower = ", so the grade is a letter lower" if is_lowered else ""
    return f"; its chances are off{lower}: {', and '.join(off)}" if off else ""


def _pairs(outcome: str, model: str, auc: Interval, *, is_proven: bool) -> str:
    if auc.value is None or auc.low is None or auc.high is None:
        return "no pair of accounts could be ordered"
    value, low, high = (round(100 * end) for end in (auc.value, auc.low, auc.high))
    who = "the model orders" if is_proven else f"{MODELS[model].sentence} ordered"
    return f"of 100 pairs of {outcome_words(outcome).pair} {who} {value} right (interval {low} to {high})"


def _column(metrics: OutcomeMetrics, model: str) -> str:
    """That one column does as well, where no more can be told apart."""
    lead = metrics.proofs[model].beyond_best_column
    return f"; {BEST_COLUMN_WORDS} orders them as well" if lead is not None and lead.side < 1 else ""


def _alternative(metrics: OutcomeMetrics, model: str) -> str:
    """What stands beside the model used: a better one that chance may have made, or a plain one as good."""
    best = metrics.choice.best
    if best != model:
        return f"; {MODELS[best].sentence} did better by no more than chance, so the simpler is used: {MODELS[model].sentence}"
    lead = metrics.differences[model].get(LOGISTIC)
    is_plainer = CANDIDATES.index(LOGISTIC) < CANDIDATES.index(model)
    if lead is None or not is_plainer or lead.side > 0:
        return ""
    loss = metrics.choice.regret.get(LOGISTIC)
    surely = ", but its probabilities are surely worse" if loss and loss.worse.side > 0 else ""
    return f"; {MODELS[LOGISTIC].sentence} orders them as well{surely}"
