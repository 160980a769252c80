"""A beeswarm of SHAP values: one dot an account, right where a column speaks for the outcome, its colour the column's value.

After S. Lundberg and S.-I. Lee, *A Unified Approach to Interpreting Model Predictions*, 2017, and the summary plot of their package
shap. The swarm is packed by counting, not by chance, so that the same rows give the same bytes.
"""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from churnml.evidence.card.pictures.svg_style import QUIET, bare, svg
from churnml.evidence.charts.plot_style import FAINT, INK
from churnml.learn.arrays import FloatArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BINS, SPREAD, LABEL = 110, 0.42, 34
COLOURS = ("#2C7BB6", "#8C8FBF", "#C2477F")
"""Low, middle and high values: told apart by the colour-blind, and darker than the page."""

UNKNOWN = "#9AA5B1"


def beeswarm_picture(shap_values: pd.DataFrame, values: pd.DataFrame, names: Sequence[str]) -> str:
    """SVG of one row a column of ``shap_values`` (contributions in log-odds), the first on top.

    A dot's colour is its value's rank within the column; grey where it is unknown or a category.
    """
    heights = list(range(len(names)))[::-1]

    def draw(figure: "Figure") -> None:
        from matplotlib.colors import LinearSegmentedColormap

        scale = LinearSegmentedColormap.from_list("low to high", list(COLOURS))
        axes = figure.subplots()
        axes.axvline(0, color=FAINT, linewidth=1.2, zorder=0)
        for height, column in zip(heights, shap_values, strict=True):
            shap = shap_values[column].to_numpy(dtype=float)
            rank = ranked(values[column])
            colour = np.where(np.isfinite(rank)[:, None], scale(np.nan_to_num(rank)), _rgba(UNKNOWN))
            axes.scatter(
                shap, height + packed(shap), c=colour, s=7, linewidths=0, alpha=0.85, rasterized=True, zorder=2,
            )  # fmt: skip
        axes.set_yticks(heights, [textwrap.fill(name, LABEL) for name in names], fontsize=8.5)
        axes.set_ylim(-0.7, len(names) - 0.3)
        axes.set_xlabel("← speaks against    log-odds    speaks for →", fontsize=9)
        bare(axes)
        axes.tick_params(axis="y", colors=INK)
        _legend(figure, scale)

    return svg(0.9 + 0.42 * len(names), draw)


def packed(shap: FloatArray) -> FloatArray:
    """How far each dot stands above or below its row: dots of one bin are stacked around the middle.

    >>> packed(np.array([0.0, 0.0, 0.0, 5.0])).round(2).tolist()
    [0.0, 0.42, -0.42, 0.0]
    """
    width = float(np.ptp(shap)) or 1.0
    bins = pd.Series(np.floor((shap - shap.min()) / width * BINS))
    turn = bins.groupby(bins).cumcount().to_numpy()
    side = (turn + 1) // 2 * np.where(turn % 2 == 1, 1, -1)
    tallest = max(int(np.abs(side).max()), 1)
    return np.asarray(side * SPREAD / tallest, dtype=float)


def ranked(values: pd.Series) -> FloatArray:
    """Each value's place between the lowest (0) and the highest (1) of its column; NaN where there is no number.

    >>> ranked(pd.Series([3.0, None, 1.0, 3.0])).tolist()
    [1.0, nan, 0.0, 1.0]
    """
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    order = numbers.rank(method="dense")
    most = order.max()
    return np.asarray((order - 1) / (most - 1) if most > 1 else order * np.nan, dtype=float)


def _rgba(colour: str) -> tuple[float, float, float, float]:
    from matplotlib.colors import to_rgba

    return to_rgba(colour)


def _legend(figure: "Figure", scale: object) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Colormap

    assert isinstance(scale, Colormap)
    bar = figure.colorbar(
        ScalarMappable(cmap=scale), ax=figure.axes[0], orientation="horizontal", location="top", shrink=0.5, aspect=40,
        pad=0.01,
    )  # fmt: skip
    bar.set_ticks([0, 1], labels=["low value", "high value"])
    bar.ax.tick_params(length=0, labelsize=8, colors=QUIET)
    bar.outline.set_visible(False)
