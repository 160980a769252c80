"""The book in one picture: its ARR, its renewals and how they ended, and the folds of the backtest, on one axis of time."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from churnml.evidence.card.history import Past, Span
from churnml.evidence.card.pictures.svg_style import GOOD, MODEL, OTHERS, QUIET, WARM, bare, svg, title
from churnml.evidence.charts.plot_style import FAINT, INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDS = {"churn": WARM, "contraction": OTHERS, "flat": "#B8C0CA", "expansion": GOOD}
OPEN = "not ripe"
WIDE = np.timedelta64(84, "D")
"""A bar's width: a little less than a quarter."""

TRAIN, ASIDE, TEST = "#9DB8D2", "#E4E7EB", MODEL


def timeline_picture(past: Past, is_priced: bool = True) -> str:
    """SVG of three panels over one axis of time; without prices the first counts accounts."""
    folds = max(len(past.spans), 1)

    def draw(figure: "Figure") -> None:
        panels = figure.subplots(3, 1, sharex=True, height_ratios=[1.5, 1.7, 0.55 + 0.24 * folds])
        _arr(panels[0], past.arr) if is_priced else _accounts(panels[0], past.arr)
        _renewals(panels[1], past.renewals)
        _folds(panels[2], past.spans)
        today = np.datetime64(past.last_day)
        for axes in panels:
            axes.axvline(today, color=INK, linewidth=0.9)
        panels[2].annotate(
            "last day of data ", (today, 0), xycoords=("data", "axes fraction"), xytext=(0, -24),
            textcoords="offset points", ha="center", fontsize=8, color=QUIET,
        )  # fmt: skip

    return svg(4.1 + 0.24 * folds, draw)


def _arr(axes: "Axes", arr: pd.DataFrame) -> None:
    scale, unit = (1e6, "M") if arr["arr_usd"].max() >= 1e6 else (1e3, "k")
    axes.fill_between(arr["month"], arr["arr_usd"] / scale, color=MODEL, alpha=0.16, linewidth=0)
    axes.plot(arr["month"], arr["arr_usd"] / scale, color=MODEL, linewidth=1.8)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(f"${{x:,.0f}}{unit}")
    title(axes, "Annual recurring revenue")
    bare(axes)
    axes.grid(visible=True, axis="y")


def _accounts(axes: "Axes", arr: pd.DataFrame) -> None:
    axes.fill_between(arr["month"], arr["accounts"], color=MODEL, alpha=0.16, linewidth=0)
    axes.plot(arr["month"], arr["accounts"], color=MODEL, linewidth=1.8)
    axes.set_ylim(bottom=0)
    title(axes, "Accounts")
    bare(axes)
    axes.grid(visible=True, axis="y")


def _renewals(axes: "Axes", renewals: pd.DataFrame) -> None:
    quarter = renewals["renewal"].dt.to_period("Q").dt.start_time
    counts = pd.crosstab(quarter, renewals["end"])
    starts = counts.index.to_numpy()
    below = np.zeros(len(counts))
    for end, colour in {**ENDS, OPEN: "none"}.items():
        if end not in counts:
            continue
        tall = counts[end].to_numpy(dtype=float)
        axes.bar(
            starts, tall, WIDE, bottom=below, align="edge", color=colour, label=end, linewidth=0.7,
            edgecolor=FAINT if end == OPEN else colour, linestyle="-",
        )  # fmt: skip
        below += tall
    title(axes, "Renewals by quarter, and how they ended")
    axes.legend(
        loc="upper left", frameon=False, fontsize=8, ncols=2, handlelength=1, columnspacing=1, borderaxespad=0
    )
    axes.set_ylim(top=float(below.max()) * 1.25)
    bare(axes)
    axes.grid(visible=True, axis="y")


def _folds(axes: "Axes", spans: "tuple[Span, ...]") -> None:
    from matplotlib.patches import Patch

    for position, span in enumerate(spans[::-1]):
        days = [np.datetime64(day) for day in (span.first, span.known_until, span.cutoff, span.test_end)]
        for start, end, colour in zip(days[:-1], days[1:], (TRAIN, ASIDE, TEST), strict=True):
            length = (end - start).astype("timedelta64[D]").astype(int)
            axes.broken_barh([(start, length)], (position - 0.36, 0.72), facecolors=colour, linewidth=0)  # type: ignore[list-item]
    axes.set_yticks(range(len(spans)), [f"{n}" for n in range(len(spans), 0, -1)])
    title(axes, "Folds of the backtest, by the day an account was looked at")
    patches = [
        Patch(color=TRAIN, label="learned from"),
        Patch(color=ASIDE, label="set aside"),
        Patch(color=TEST, label="predicted"),
    ]
    axes.figure.legend(
        handles=patches, loc="outside lower center", ncols=3, frameon=False, fontsize=8.5, handlelength=1
    )
    bare(axes)
