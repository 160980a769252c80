"""How every drawing of the card looks, and how it becomes text that never changes without reason."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from churnml.evidence.charts.plot_style import FAINT, INK, STYLE, arrange

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 5.6
"""Inches: narrow enough for letters to be read on a phone, where the drawing shrinks with the page."""

QUIET = "#52606D"
MODEL, OTHERS, GOOD, WARM = "#0B4F8A", "#D9822B", "#2F7D4F", "#B83A3A"
DOTS = 160
"""Dots an inch of what is drawn as dots within the vector drawing."""


def svg(height: float, draw: Callable[["Figure"], None]) -> str:
    """The drawing as SVG text without date, version or random names."""
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    quiet: dict[str, Any] = {
        **STYLE,
        "svg.hashsalt": "churnml",
        "svg.fonttype": "path",
        "axes.linewidth": 0.8,
    }
    with mpl.rc_context(quiet):  # type: ignore[arg-type]
        figure = Figure(figsize=(WIDTH, height), layout="constrained", dpi=72)  # an SVG's own, as in saving
        FigureCanvasSVG(figure)
        draw(figure)
        arrange(figure)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", dpi=DOTS, metadata={"Date": None, "Creator": None})
    text = stream.getvalue()
    return text[text.index("<svg") :].rstrip() + "\n"


def title(axes: "Axes", text: str) -> None:
    """A heading that begins where the drawing does."""
    axes.set_title(text, loc="left", fontsize=10.5, weight="bold", color=INK, pad=8)


def bare(axes: "Axes", *, left: bool = False) -> None:
    """Takes away what carries nothing."""
    axes.grid(visible=False, axis="y")
    axes.tick_params(length=0, colors=QUIET)
    axes.spines["left"].set_visible(left)
    axes.spines["bottom"].set_color(FAINT)
