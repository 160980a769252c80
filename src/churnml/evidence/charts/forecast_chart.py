"""The forecast as files: a table for plots, a picture, and the accounts' distributions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.evidence.charts.plot_style import canvas, percent_up, save, title

COLOURS = {"grr": "#D9822B", "nrr": "#0B4F8A"}


def as_table(told: Mapping[str, Any]) -> pd.DataFrame:
    """A row a quarter: ``closes_on``, and each rate as expected (``grr``) with its interval (``grr_low``, ``grr_high``)."""
    rows = []
    for quarter in told["quarters"].values():
        row = {"closes_on": quarter["closes_on"]}
        for name in COLOURS:
            row |= {
                name: quarter[name]["expected"],
                f"{name}_low": quarter[name]["low"],
                f"{name}_high": quarter[name]["high"],
            }
        rows.append(row)
    return pd.DataFrame(rows)


def draw_forecast(told: Mapping[str, Any], path: Path) -> None:
    """Writes a PNG of expected GRR and NRR to each quarter's end, with their intervals."""
    figure, axes = canvas()
    days = [told["as_of"], *(quarter["closes_on"] for quarter in told["quarters"].values())]
    for name, colour in COLOURS.items():
        parts = [quarter[name] for quarter in told["quarters"].values()]
        low, mid, high = ([1.0, *(part[key] for part in parts)] for key in ("low", "expected", "high"))
        axes.fill_between(days, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(
            days,
            mid,
            color=colour,
            linewidth=2,
            marker="o",
            markersize=4,
            label=f"{name.upper()}: {mid[-1]:.1%}",
        )
    title(axes, f"What the book of {told['as_of']} retains, with {told['interval']:.0%} intervals")
    percent_up(axes)
    axes.legend(loc="lower left", frameon=False)
    save(figure, path)


def write_forecast(told: Mapping[str, Any], accounts: pd.DataFrame, charts: Path, money_file: Path) -> None:
    """Writes ``retention.csv`` and ``forecast.png`` into the folder if there is a forecast, and the accounts' distributions as Parquet."""
    charts.mkdir(parents=True, exist_ok=True)
    if "not_enough" not in told:
        draw_forecast(told, charts / "forecast.png")
        as_table(told).to_csv(charts / "retention.csv", index=False, lineterminator="\n")
    rounded = accounts.round(
        {"expected_arr_usd": 2} | dict.fromkeys(("churn", "contraction", "flat", "expansion"), 6)
    )
    money_file.parent.mkdir(parents=True, exist_ok=True)
    rounded.to_parquet(money_file, index=False)
