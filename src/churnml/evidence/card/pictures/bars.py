"""How much each concept moves the score: bars of equal start, longest first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from churnml.evidence.card.pictures.svg_style import MODEL, OTHERS, bare, svg
from churnml.evidence.charts.plot_style import INK

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def bars_picture(names: Sequence[str], shares: Sequence[float]) -> str:
    """SVG of one bar a name; shares of the whole, written at the bars' ends."""
    heights = list(range(len(names)))[::-1]

    def draw(figure: "Figure") -> None:
        axes = figure.subplots()
        axes.barh(heights, list(shares), height=0.62, color=[MODEL if s >= 0 else OTHERS for s in shares])
        for height, share in zip(heights, shares, strict=True):
            axes.annotate(
                f"{share:.0%}", (share, height), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5,
            )  # fmt: skip
        axes.set_yticks(heights, list(names))
        axes.set_xticks([])
        axes.margins(x=0.1, y=0.02)
        bare(axes)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", colors=INK)

    return svg(0.4 + 0.27 * len(names), draw)
