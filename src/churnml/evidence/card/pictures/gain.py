"""The gain of calling by the list: outcomes and ARR found by the share of the book called."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from churnml.evidence.card.pictures.svg_style import bare, svg, title
from churnml.evidence.charts.backtest_charts import CALLED, captured, style
from churnml.evidence.charts.plot_style import FAINT, INK, percent
from churnml.learn.arrays import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def curves(predictions: pd.DataFrame, model: str, called: FloatArray = CALLED) -> dict[str, FloatArray]:
    """The gain at each share called: of accounts, ranked by probability, and of ARR, by probability x ARR."""
    alike = predictions.assign(arr_usd=1.0)
    return {"accounts": captured(alike, model, called), "ARR": captured(predictions, model, called)}


def gain_picture(
    predictions: pd.DataFrame, models: Sequence[str], capacity: float, is_priced: bool = True
) -> str:
    """SVG of both curves of each model, side by side, without prices of one; the first model is the one judged."""
    curves_of = {model: curves(predictions, model) for model in models}
    reached = {model: curves(predictions, model, np.array([capacity])) for model in models}

    def draw(figure: "Figure") -> None:
        kinds = ("accounts", "ARR") if is_priced else ("accounts",)
        panels = figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0]
        for axes, of in zip(panels, kinds, strict=True):
            at = {model: float(curve[of][0]) for model, curve in reached.items()}
            _curves(axes, {model: curve[of] for model, curve in curves_of.items()}, at, capacity)
            title(axes, f"of {of}")

    return svg(3.1, draw)


def _curves(axes: "Axes", curves_of: dict[str, FloatArray], at: dict[str, float], capacity: float) -> None:
    axes.plot([0, 1], [0, 1], color=FAINT, linestyle="--", linewidth=1)
    axes.axvline(capacity, color=INK, linewidth=0.8)
    for position, (model, caught) in reversed(list(enumerate(curves_of.items()))):
        words, colour, _ = style(model)
        wide = 2.4 if not position else 1.4
        axes.plot(CALLED, caught, color=colour, linewidth=wide, label=f"{words}: {at[model]:.0%}")
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1], labels[::-1], title=f"found by calling {capacity:.0%}", title_fontsize=8, fontsize=8, loc="lower right",
        frameon=False, alignment="left",
    )  # fmt: skip
    axes.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="share of the book called")
    percent(axes, x=True, y=True)
    bare(axes, left=True)
