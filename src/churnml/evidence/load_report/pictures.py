"""The book by month as a drawing: live accounts, ARR and churn over one axis of time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from churnml.evidence.card.pictures.svg_style import GOOD, MODEL, WARM, bare, svg, title
from churnml.evidence.load_report.months import MonthFigures

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE = 24  # days a bar is wide: a little less than a month


def months_picture(months: Sequence[MonthFigures], is_priced: bool = True) -> str:
    """SVG of three panels, without prices of two; a month whose churn is not ripe has no bar."""
    days = [month.month for month in months]
    scale, unit = (1e6, "M") if max(month.arr for month in months) >= 1e6 else (1e3, "k")

    def draw(figure: "Figure") -> None:
        panels = figure.subplots(2 + is_priced, 1, sharex=True)
        curves = [([float(month.accounts) for month in months], GOOD, "Live accounts")]
        if is_priced:
            curves.append(([month.arr / scale for month in months], MODEL, "Annual recurring revenue"))
            panels[1].yaxis.set_major_formatter(f"${{x:,.0f}}{unit}")
        for axes, (values, colour, words) in zip(panels, curves, strict=False):
            axes.fill_between(days, values, color=colour, alpha=0.16, linewidth=0)
            axes.plot(days, values, color=colour, linewidth=1.8)
            title(axes, words)
        churn = panels[-1]
        churn.bar(days, [100 * (month.churn or 0) for month in months], WIDE, align="edge", color=WARM)
        churn.yaxis.set_major_formatter("{x:g}%")
        title(churn, "Accounts that left in the month")
        for axes in panels:
            axes.set_ylim(bottom=0)
            bare(axes)
            axes.grid(visible=True, axis="y")

    return svg(5.2 if is_priced else 3.6, draw)
