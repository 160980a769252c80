"""Which candidate is used: by regret over the folds, and where chance cannot tell, the simpler.

The loss is the log loss of the calibrated probabilities: ranking, reasons and dollars all start from them. A
candidate's regret in a fold is its loss there less the least any candidate had; the mean over folds counts
each row once. What is bought by complexity must be more than chance: a candidate whose paired difference from
the best has an interval (accounts resampled) that reaches zero is as good, and of those the simplest is taken;
or, if settings say so, the best itself where its reasons are the steadiest.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.candidates import CANDIDATES, MODELS, contenders
from churnml.learn.dataset import OUTCOMES
from churnml.learn.metrics.bootstrap import account_weights, captured
from churnml.learn.metrics.evaluate import evaluate
from churnml.learn.metrics.intervals import bootstrap_interval
from churnml.learn.selection.proof import proofs
from churnml.params.evaluate import Evaluate
from churnml.results.interval import Interval
from churnml.results.metrics import ModelSelection, OutcomeMetrics, Proof, Regret
from churnml.results.stored import BacktestNotes, NotEnough

LEAST_CHANCE = 1e-6
STEADIEST, BLEND = "lightgbm_bag", "blend"
"""The family whose first reasons change least when it is fitted again, and the one of which it is a half."""


def choose(
    predictions: pd.DataFrame, candidates: Sequence[str], settings: Evaluate, proven: Collection[str] = ()
) -> ModelSelection:
    """The candidate to use on one outcome, why, and every candidate's regret; the ARR it found decides nothing.

    Where candidates are ``proven``, only they may be taken: a signal is not thrown away for another's probabilities.
    """
    names = tuple(name for name in CANDIDATES if name in candidates)
    folds = pd.factorize(predictions["cutoff"], sort=True)[0]
    accounts = predictions["account_id"].to_numpy(dtype=object)
    weights = account_weights(accounts, settings.n_bootstraps, settings.seed)
    losses = {name: log_loss(predictions, name) for name in names}
    by_fold = _by_fold(np.column_stack(list(losses.values())), folds)
    regret = by_fold - by_fold.min(axis=1, keepdims=True)
    mean = np.average(regret, axis=0, weights=np.bincount(folds))
    eligible = [name for name in names if name in proven] or list(names)
    best = min(eligible, key=lambda name: mean[names.index(name)].round(9))
    worse = {
        name: bootstrap_interval(
            ((losses[name] - losses[best]) @ weights) / weights.sum(axis=0), settings.confidence
        )
        for name in names
    }
    tied = [name for name in eligible if name == best or worse[name].side < 1]
    chosen = _taken(tied, best, settings)
    found = _arr_captured(predictions, names, settings.capacity_share)
    regrets = {
        name: Regret(
            log_loss=round(float(losses[name].mean()), 5), mean=round(float(mean[place]), 5),
            by_fold=tuple(regret[:, place].round(5).tolist()), worse=worse[name],
            arr_captured=round(found[name] - max(found.values()), 5),
        )
        for place, name in enumerate(names)
    }  # fmt: skip
    return ModelSelection(chosen, best, _why(chosen, best, tied, eligible, worse[chosen]), regrets)


def by_order(choice: ModelSelection, auc: Mapping[str, FloatArray]) -> ModelSelection:
    """The choice where nothing is proven: the candidate that ordered most pairs right, of equal ones the simplest; its chances serve nowhere."""
    known = {
        name: float(auc[name][0].round(9)) for name in CANDIDATES if name in auc and np.isfinite(auc[name][0])
    }
    if not known:
        return choice
    chosen = max(known, key=lambda name: known[name])
    why = f"no signal is proven, so order alone decides: {MODELS[chosen].sentence} ordered most pairs right"
    return replace(choice, chosen=chosen, why=why)


def _taken(tied: Sequence[str], best: str, settings: Evaluate) -> str:
    """The simplest of those as good as the best; or, if settings say so, the steadiest where it or its blend is the best, unless the rules tie with it."""
    is_steady = settings.ties == "steadier" and best in (STEADIEST, BLEND) and "rules" not in tied
    return STEADIEST if is_steady and STEADIEST in tied else tied[0]


def log_loss(predictions: pd.DataFrame, name: str) -> FloatArray:
    """What each row's calibrated probability loses, in nats: minus the logarithm of what it gave to what came."""
    said = predictions[f"probability_{name}"].to_numpy(dtype=float)
    given = np.where(predictions["is_outcome"].to_numpy(dtype=bool), said, 1 - said)
    return np.asarray(-np.log(np.maximum(given, LEAST_CHANCE)))


def _by_fold(losses: FloatArray, folds: Any) -> FloatArray:
    return np.vstack([losses[folds == fold].mean(axis=0) for fold in np.unique(folds)])


def _arr_captured(predictions: pd.DataFrame, names: Sequence[str], share: float) -> dict[str, float]:
    """The share of the affected ARR among the top rows of each fold by probability x ARR; 0 where there is none."""
    arr = predictions["arr_usd"].fillna(0.0).to_numpy(dtype=float)
    value = arr * predictions["is_outcome"].to_numpy(dtype=float)
    every = np.ones((len(arr), 1))
    folds = predictions["cutoff"].to_numpy()
    found = {}
    for name in names:
        stake = predictions[f"probability_{name}"].to_numpy(dtype=float) * arr
        inside = [folds == fold for fold in np.unique(folds)]
        parts = [captured(share)(stake[rows], value[rows], every[rows]) for rows in inside]
        total = sum(float(whole[0]) for _, whole in parts)
        found[name] = sum(float(top[0]) for top, _ in parts) / total if total else 0.0
    return found


def _why(chosen: str, best: str, tied: Sequence[str], names: Sequence[str], worse: Interval) -> str:
    if len(names) == 1:
        return f"{MODELS[chosen].sentence} is the only candidate, or the only one whose signal is proven"
    if chosen != best:
        return (
            f"{MODELS[best].sentence} lost less, but by no more than chance (log loss lower by {worse.value:.4f}, "
            f"interval {worse.low:.4f} to {worse.high:.4f}), so the simpler is used: {MODELS[chosen].sentence}"
        )
    if tied[0] != chosen:
        return f"{MODELS[chosen].sentence} lost least over the folds; {MODELS[tied[0]].sentence} came within chance of it, its reasons are less steady"
    simpler = "" if chosen == names[0] else ", and no simpler candidate came within chance of it"
    return f"{MODELS[chosen].sentence} lost least over the folds{simpler}"


def evaluate_all(predictions: pd.DataFrame, settings: Evaluate) -> dict[str, OutcomeMetrics | NotEnough]:
    """The metrics of each outcome, or why there are none."""
    notes = BacktestNotes.of(predictions)
    found: dict[str, OutcomeMetrics | NotEnough] = {}
    for outcome in OUTCOMES:
        if outcome in notes.lacking:
            found[outcome] = NotEnough(notes.lacking[outcome], {"outcome": outcome})
        else:
            rows = predictions[predictions["outcome"] == outcome].reset_index(drop=True)
            found[outcome] = replace(measure(rows, settings, outcome), tuned=notes.tuned.get(outcome))
    return found


def measure(predictions: pd.DataFrame, settings: Evaluate, outcome: str) -> OutcomeMetrics:
    """The metrics of one outcome, and the choice between its candidates."""

    def judged(auc: Mapping[str, FloatArray]) -> tuple[dict[str, Proof], ModelSelection]:
        found = proofs(auc, settings.confidence)
        proven = [name for name, proof in found.items() if proof.holds]
        choice = choose(predictions, contenders(predictions), settings, proven)
        return found, choice if proven else by_order(choice, auc)

    return evaluate(predictions, settings, outcome, judged)
