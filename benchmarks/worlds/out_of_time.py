"""What the backtest of a world claims: its verdicts, how right the chances were out of time, and how steady the reasons are."""

from contextlib import chdir

import numpy as np
import pandas as pd

from benchmarks.refit_stability import Book, stability
from churnml.paths import Paths
from churnml.results.metrics import METRICS, OutcomeMetrics
from churnml.results.stored import read_json
from churnml.results.verdict import RULES, VERDICTS

TRUE_CHANCE = {"churn": "p_churn", "expansion": "p_growth"}
NOTHING = "-"


def verdict(paths: Paths, outcome: str) -> str:
    """The grade ('no' where nothing is proven), what ranks, and the ROC-AUC of that in the backtest."""
    found = read_json(paths.path("gate", "verdicts"), VERDICTS)[outcome]
    if found.ranking is None:
        return "no rules"
    return f"{found.grade or 'no'} {found.ranking.model} {found.ranking.roc_auc.value:.2f}"


def ranks(paths: Paths, outcome: str) -> str:
    """The candidate that ranks; the rules where nothing was measured."""
    found = read_json(paths.path("gate", "verdicts"), VERDICTS)[outcome]
    return found.ranking.model if found.ranking else RULES


def slope(paths: Paths, outcome: str) -> str:
    """The calibration slope of the candidate to use, with its interval."""
    measured = _measured(paths, outcome)
    found = measured.models[measured.choice.chosen].figures.get("calibration_slope") if measured else None
    return (
        NOTHING
        if found is None or found.low is None
        else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    )


def error(paths: Paths, outcome: str) -> str:
    """Its expected calibration error, beside what chances that were right would show in the mean, and in one of twenty books."""
    measured = _measured(paths, outcome)
    model = measured.models[measured.choice.chosen] if measured else None
    found, floor = (model.figures.get("ece"), model.ece_floor) if model else (None, None)
    if found is None or found.value is None or floor is None or floor.value is None:
        return NOTHING
    return f"{found.value:.3f} ({floor.value:.3f}, {floor.high:.3f})"


def level(paths: Paths, outcome: str) -> str:
    """How many times as many as came it expected, over all folds; the fold that the verdict calls off, if any."""
    measured = _measured(paths, outcome)
    chances = measured.chances if measured else None
    if chances is None or chances.accounts.ratio.value is None:
        return NOTHING
    return f"{chances.accounts.ratio.value:.2f}" + (
        f" off {chances.worst_fold}" if chances.worst_fold else ""
    )


def notice(paths: Paths, outcome: str) -> str:
    """The change of the outcome's level that the verdict tells: since when, from and to what share of renewals."""
    found = read_json(paths.path("gate", "verdicts"), VERDICTS)[outcome].level_change
    return f"{found.since}: {found.before.value:.2f} to {found.after.value:.2f}" if found else NOTHING


def dollars(paths: Paths, rows: pd.DataFrame, outcome: str) -> float:
    """Chances x ARR over the decisions of the test folds, each renewal once, as a share of what its true chances give; NaN without a model.

    ``rows`` are the backtest's of the outcome, with the truth.
    """
    measured = _measured(paths, outcome)
    if measured is None or rows.empty:
        return float("nan")
    seen = rows.groupby(["account_id", "renewal"])["arr_usd"].transform("size")
    worth = (rows["arr_usd"] / seen).to_numpy(float)
    said, true = (
        rows[name].to_numpy(float) for name in (f"probability_{measured.choice.chosen}", TRUE_CHANCE[outcome])
    )
    return float(np.nansum(said * worth) / np.nansum(true * worth))


def refits(paths: Paths, outcome: str, count: int) -> str:
    """Same first reason, same three and overlap of the riskiest tenth, over so many refits without a tenth of the accounts."""
    judged = read_json(paths.path("gate", "verdicts"), VERDICTS)[outcome]
    if not count or not judged.is_proven:
        return NOTHING
    predictions = pd.read_parquet(paths.path("train", "backtest")).query("outcome == @outcome")
    with chdir(paths.root):
        book = Book.here()
        settings = book.train.train
        shares = stability(
            lambda data: book.concepts(book.bundle(data, outcome, predictions, settings, str(judged.model))),
            book.data,
            count,
        )
    return f"{shares[0]:.2f} {shares[2]:.2f} {shares[3]:.2f}"


def _measured(paths: Paths, outcome: str) -> OutcomeMetrics | None:
    found = read_json(paths.path("evaluate", "metrics"), METRICS)[outcome]
    return found if isinstance(found, OutcomeMetrics) else None
