"""Dots with whiskers: one figure and its interval for each of several names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from churnml.evidence.card.pictures.svg_style import MODEL, QUIET, bare, svg, title
from churnml.evidence.charts.plot_style import FAINT, INK, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Dot:
    """A figure with its interval; the ends are None where there is none."""

    name: str
    value: float
    low: float | None
    high: float | None
    is_first: bool = True


@dataclass(frozen=True)
class Panel:
    """One scale of several names; ``mark`` is the value that means nothing was achieved (or all is right)."""

    title: str
    dots: Sequence[Dot]
    mark: float | None = None
    is_share: bool = False
    style: str = "{:.2f}"


def whiskers(panels: Sequence[Panel]) -> str:
    """SVG of panels, one below the other, with the names on the left."""
    names = max(len(panel.dots) for panel in panels)

    def draw(figure: "Figure") -> None:
        for axes, panel in zip(figure.subplots(len(panels), squeeze=False).flat, panels, strict=True):
            _panel(axes, panel)

    return svg(len(panels) * (0.75 + 0.29 * names), draw)


def _panel(axes: "Axes", panel: Panel) -> None:
    heights = list(range(len(panel.dots)))[::-1]
    if panel.mark is not None:
        axes.axvline(panel.mark, color=FAINT, linewidth=1.2, linestyle=(0, (4, 2)), zorder=0)
    for height, dot in zip(heights, panel.dots, strict=True):
        colour = MODEL if dot.is_first else QUIET
        if dot.low is not None and dot.high is not None:
            axes.plot(
                [dot.low, dot.high], [height, height], color=colour, linewidth=2.2, solid_capstyle="round", alpha=0.45,
            )  # fmt: skip
        axes.plot([dot.value], [height], "o", color=colour, markersize=6.5)
        end = dot.value if dot.high is None else dot.high
        axes.annotate(
            panel.style.format(dot.value), (end, height), xytext=(6, 0), textcoords="offset points", va="center",
            fontsize=8.5, color=INK, weight="bold" if dot.is_first else "normal",
        )  # fmt: skip
    axes.set_yticks(heights, [dot.name for dot in panel.dots])
    axes.set_ylim(-0.6, len(heights) - 0.4)
    axes.margins(x=0.16)
    title(axes, panel.title)
    bare(axes)
    axes.tick_params(axis="y", colors=INK)
    percent(axes, x=panel.is_share)
