"""KPIs as pictures and plot tables: retention over time, cohorts as a heat map, engagement and NPS."""

from pathlib import Path

import numpy as np
import pandas as pd

from churnml.data.kpis.kpis import Tracked
from churnml.evidence.charts.plot_style import new_figure, percent, save, title

GRR, NRR, FAINT = "#D9822B", "#0B4F8A", "#98A2B3"


def write_kpis(kpis: Tracked, folder: Path) -> None:
    """Writes ``quarters.csv``, ``years.csv``, ``use.csv``, ``cohorts.csv`` for ``dvc plots``, and pictures of what has a figure."""
    folder.mkdir(parents=True, exist_ok=True)
    spans = {f"{span}s": rows.drop(columns="span") for span, rows in kpis.retention.groupby("span")}
    for name, frame in {**spans, "use": kpis.use, "cohorts": kpis.cohorts}.items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    if kpis.retention["nrr"].notna().any():
        retention_chart(kpis.retention, folder / "retention.png")
    if kpis.use[["engagement_rate", "nps"]].notna().to_numpy().any():
        use_chart(kpis.use, folder / "use.png")
    if len(kpis.cohorts):
        cohort_chart(kpis.cohorts, folder / "cohorts.png")


def retention_chart(moved: pd.DataFrame, path: Path) -> None:
    """Writes a PNG of GRR and NRR of the quarters (thin) and of the years that end with them (thick)."""
    figure, axes = new_figure()
    days = sorted(moved["closes_on"].unique())
    for span, width, words in (("quarter", 1.2, "quarter"), ("year", 2.6, "trailing year")):
        span_rows = moved[moved["span"] == span].set_index("closes_on").reindex(days)
        for rate, colour in (("grr", GRR), ("nrr", NRR)):
            axes.plot(
                days, span_rows[rate], color=colour, linewidth=width, marker="o", markersize=3,
                label=f"{rate.upper()}, {words}",
            )  # fmt: skip
    axes.axhline(1, color=FAINT, linestyle="--", linewidth=1)
    axes.set_xticks(days[::3])
    title(axes, "What the opening accounts' ARR came to")
    percent(axes, y=True)
    axes.legend(loc="best", frameon=False)
    save(figure, path)


def use_chart(used: pd.DataFrame, path: Path) -> None:
    """Writes a PNG of engagement (left) and NPS (right) by quarter."""
    figure, axes = new_figure()
    axes.plot(
        used["closes_on"], used["engagement_rate"], color=NRR, linewidth=2.2, marker="o", markersize=4,
        label="engaged accounts",
    )  # fmt: skip
    axes.plot(
        used["closes_on"], used["seat_engagement"], color=NRR, linewidth=1.2, linestyle="--", label="engaged seats",
    )  # fmt: skip
    axes.set_ylim(0, 1.02)
    axes.set_xticks(used["closes_on"].tolist()[::3])
    percent(axes, y=True)
    right = axes.twinx()
    right.plot(
        used["closes_on"], used["nps"], color=GRR, linewidth=1.8, marker="s", markersize=4, label="NPS (right)",
    )  # fmt: skip
    right.set(ylim=(-100, 100), ylabel="NPS")
    right.grid(visible=False)
    right.spines["top"].set_visible(False)
    lines = [*axes.get_lines(), *right.get_lines()]
    axes.legend(lines, [str(line.get_label()) for line in lines], loc="lower left", frameon=False)
    title(axes, "Engagement and NPS at each quarter's end")
    save(figure, path)


def cohort_chart(started: pd.DataFrame, path: Path) -> None:
    """Writes a PNG heat map of logo retention: a row a starting quarter, a column an age in months."""
    figure, axes = new_figure()
    grid = started.pivot_table(index="cohort", columns="months", values="logo_retention")
    axes.imshow(
        np.ma.masked_invalid(grid.to_numpy()), aspect="auto", cmap="viridis", vmin=min(0.5, float(grid.min().min())), vmax=1,
    )  # fmt: skip
    for (row, column), value in np.ndenumerate(grid.to_numpy()):
        if not np.isnan(value):
            axes.text(
                column, row, f"{value:.0%}", ha="center", va="center", fontsize=7,
                color="white" if value < 0.85 else "black",
            )  # fmt: skip
    axes.set_xticks(range(grid.shape[1]), [f"{months}" for months in grid.columns])
    axes.set_yticks(range(grid.shape[0]), list(grid.index), fontsize=8)
    axes.grid(visible=False)
    axes.set_xlabel("months since each account's start")
    title(axes, "Accounts still with us, by the quarter they started in")
    save(figure, path)
