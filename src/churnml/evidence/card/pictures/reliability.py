"""Whether 20 % means 20 %: predicted against observed shares, with intervals, above how often each is predicted."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from churnml.evidence.card.pictures.svg_style import MODEL, bare, svg
from churnml.evidence.charts.backtest_charts import LEAST_SCALE, reliability
from churnml.evidence.charts.plot_style import FAINT, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def reliability_picture(probability: pd.Series, is_outcome: pd.Series, outcome: str) -> str:
    """SVG of bins of equal size with 90 % Wilson intervals; a dot on the line is right."""
    predicted, seen, low, high = reliability(probability, is_outcome)
    top = max(LEAST_SCALE, float(predicted.max()), float(high.max())) * 1.04

    def draw(figure: "Figure") -> None:
        axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[5, 1])
        axes.plot([0, top], [0, top], color=FAINT, linestyle="--", linewidth=1.2)
        axes.vlines(predicted, low, high, color=MODEL, linewidth=2.2, alpha=0.45)
        axes.plot(predicted, seen, color=MODEL, linewidth=0, marker="o", markersize=6.5)
        axes.set(xlim=(0, top), ylim=(0, top), ylabel=f"share with {outcome} that followed")
        below.hist(probability, bins=np.linspace(0, top, 41).tolist(), color=MODEL, alpha=0.35)
        below.set(xlabel="predicted probability", ylabel="rows", yticks=[])
        percent(axes, x=True, y=True)
        percent(below, x=True)
        bare(below)

    return svg(4.6, draw)
