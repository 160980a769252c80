"""Two pictures of a backtest: the ARR a short list catches, and whether 20 % means 20 %."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from churnml.evidence.charts.plot_style import FAINT, INK, new_figure, percent, save, title
from churnml.learn.arrays import FloatArray
from churnml.learn.candidates import CANDIDATES, MODELS, PREDICTED
from churnml.learn.metrics.intervals import wilson


class Style(NamedTuple):
    """How a contender is drawn: its title, colour and line width."""

    title: str
    colour: str
    width: float = 1.5


BASELINES = {
    "best_column": Style("best single column", "#A15FA8"),
    "base_rate": Style("no model, by ARR", "#98A2B3"),
}
NEUTRAL = "#6B7785"
"""The colour of a contender that a stored table names and this code does not know."""

BINS = 10
CALLED = np.linspace(0, 1, 201)
CONFIDENCE = 0.9
LEAST_SCALE = 0.05


def capture_chart(predictions: pd.DataFrame, outcome: str, capacity_share: float, path: Path) -> None:
    """Writes a PNG of the ARR caught by calling the first x % of the book, by probability x ARR.

    Accounts are ranked within their fold, as a team would have met them; ``predictions`` are the
    backtest's, out of fold.
    """
    figure, axes = new_figure()
    axes.plot([0, 1], [0, 1], color=FAINT, linestyle="--", linewidth=1)
    for model in drawn(predictions):
        words, colour, line = style(model)
        caught = captured(predictions, model, CALLED)
        at_capacity = captured(predictions, model, np.array([capacity_share]))[0]
        axes.plot(CALLED, caught, color=colour, linewidth=line, label=f"{words}: {at_capacity:.0%}")
    axes.axvline(capacity_share, color=INK, linewidth=0.8)
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="share of the book called, highest probability x ARR first")
    axes.set_ylabel(f"share of all ARR with {outcome} among them")
    title(axes, f"{outcome.capitalize()}: ARR caught by a short list")
    axes.legend(
        title=f"caught by calling {capacity_share:.0%}", loc="lower right", frameon=False, alignment="left"
    )
    percent(axes, x=True, y=True)
    save(figure, path)


def captured(predictions: pd.DataFrame, model: str, called: FloatArray) -> FloatArray:
    """The share of the outcome's ARR found by calling each share of every fold, by probability x ARR, in the shape of ``called``.

    At the team's capacity it is ``arr_captured_at_capacity`` of the metrics: equal scores, and the last row, count in part.
    """
    stake = (predictions[f"probability_{model}"] * predictions["arr_usd"]).to_numpy(dtype=float)
    won = (predictions["arr_usd"] * predictions["is_outcome"]).to_numpy(dtype=float)
    folds = predictions["cutoff"].to_numpy() if "cutoff" in predictions else np.zeros(len(stake))
    share_found = np.zeros(len(called))
    for fold in np.unique(folds):
        inside = folds == fold
        order = np.argsort(-stake[inside], kind="stable")
        ranked, worth = stake[inside][order], won[inside][order]
        ends = np.append(np.flatnonzero(ranked[1:] != ranked[:-1]), len(ranked) - 1)
        rows, sums = np.append(0, ends + 1), np.append(0.0, worth.cumsum()[ends])
        share_found += np.interp(called * len(ranked), rows, sums)
    return share_found / (won.sum() or 1.0)


def calibration_chart(predictions: pd.DataFrame, outcome: str, path: Path) -> None:
    """Writes a PNG of what was predicted against what came, in bins of equal size with 90 % intervals."""
    figure, axes = new_figure()
    top = LEAST_SCALE
    for model in drawn(predictions):
        if model in BASELINES or (model in MODELS and not MODELS[model].is_candidate):
            continue  # they order accounts, and give no probability to hold them to
        words, colour, line = style(model)
        predicted, seen, low, high = reliability(
            predictions[f"probability_{model}"], predictions["is_outcome"]
        )
        axes.vlines(predicted, low, high, color=colour, linewidth=0.8)
        axes.plot(predicted, seen, color=colour, linewidth=line, marker="o", markersize=4, label=words)
        top = max(top, float(predicted.max()), float(high.max()))
    axes.plot([0, top], [0, top], color=FAINT, linestyle="--", linewidth=1)
    axes.set(xlim=(0, top * 1.03), ylim=(0, top * 1.03), xlabel="predicted probability")
    axes.set_ylabel(f"share with {outcome} that followed")
    title(axes, f"{outcome.capitalize()}: does 20 % mean 20 %?")
    axes.legend(loc="upper left", frameon=False)
    percent(axes, x=True, y=True)
    save(figure, path)


def reliability(
    probability: pd.Series, is_outcome: pd.Series
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Mean prediction, share that came true, and its Wilson interval, for bins of equal size: each of shape (bins,)."""
    predicted, y_true = probability.to_numpy(dtype=float), is_outcome.to_numpy(dtype=float)
    bins = [rows for rows in np.array_split(np.argsort(predicted, kind="stable"), BINS) if len(rows)]
    size = np.array([len(rows) for rows in bins], dtype=float)
    mean = np.array([predicted[rows].mean() for rows in bins])
    seen = np.array([y_true[rows].mean() for rows in bins])
    return mean, seen, *wilson(seen, size, CONFIDENCE)


def style(contender: str) -> Style:
    """How a contender is drawn; the least simple model stands out, and one not known here goes by its own name."""
    family = MODELS.get(contender)
    if family is None:
        return BASELINES.get(contender, Style(contender.replace("_", " "), NEUTRAL))
    return Style(family.title, family.colour, 2.4 if contender == CANDIDATES[-1] else 1.5)


def title_of(contender: str) -> str:
    """A contender in words, on charts, cards and pages.

    >>> title_of("base_rate"), title_of("my_family")
    ('no model, by ARR', 'my family')
    """
    return style(contender).title


def drawn(predictions: pd.DataFrame) -> list[str]:
    """The contenders that predicted these rows, in the order drawn: the least simple model first, baselines and unknown ones last."""
    whole = [
        str(name)
        for name in predictions
        if str(name).startswith(PREDICTED) and predictions[name].notna().all()
    ]
    present = [name.removeprefix(PREDICTED) for name in whole]
    known = [*reversed(MODELS), *BASELINES]
    return [name for name in known if name in present] + [name for name in present if name not in known]


def draw(predictions: pd.DataFrame, capacity_share: float, folder: Path) -> None:
    """Writes ``<outcome>_arr_caught.png`` and ``<outcome>_calibration.png`` for each outcome that has predictions."""
    folder.mkdir(parents=True, exist_ok=True)
    for outcome, predicted in predictions.groupby("outcome", sort=True):
        rows = predicted.reset_index(drop=True)
        capture_chart(rows, str(outcome), capacity_share, folder / f"{outcome}_arr_caught.png")
        calibration_chart(rows, str(outcome), folder / f"{outcome}_calibration.png")
