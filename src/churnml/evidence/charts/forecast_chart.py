"""The forecast as files: a table for plots, a picture, and the accounts' distributions."""

from pathlib import Path

import pandas as pd

from churnml.evidence.charts.plot_style import new_figure, percent, save, title
from churnml.results.forecast import BookForecast, Rate
from churnml.results.stored import NotEnough

COLOURS = {"grr": "#D9822B", "nrr": "#0B4F8A"}


def as_table(forecast: BookForecast) -> pd.DataFrame:
    """A row a quarter: ``closes_on``, and each rate as expected (``grr``) with its interval (``grr_low``, ``grr_high``)."""
    rows = []
    for quarter in forecast.quarters.values():
        row: dict[str, str | float] = {"closes_on": quarter.closes_on}
        for name in COLOURS:
            rate: Rate = getattr(quarter, name)
            row |= {name: rate.expected, f"{name}_low": rate.low, f"{name}_high": rate.high}
        rows.append(row)
    return pd.DataFrame(rows)


def draw_forecast(forecast: BookForecast, path: Path) -> None:
    """Writes a PNG of expected GRR and NRR to each quarter's end, with their intervals."""
    figure, axes = new_figure()
    table = as_table(forecast)
    days = [forecast.as_of, *table["closes_on"]]
    for name, colour in COLOURS.items():
        low, mid, high = ([1.0, *table[column]] for column in (f"{name}_low", name, f"{name}_high"))
        axes.fill_between(days, low, high, color=colour, alpha=0.18, linewidth=0)
        label = f"{name.upper()}: {mid[-1]:.1%}"
        axes.plot(days, mid, color=colour, linewidth=2, marker="o", markersize=4, label=label)
    title(axes, f"What the book of {forecast.as_of} retains, with {forecast.interval:.0%} intervals")
    percent(axes, y=True)
    axes.legend(loc="lower left", frameon=False)
    save(figure, path)


def write_forecast(
    forecast: BookForecast | NotEnough, accounts: pd.DataFrame, charts: Path, money_file: Path
) -> None:
    """Writes ``retention.csv`` and ``forecast.png`` into the folder if there is a forecast, and the accounts' distributions as Parquet."""
    charts.mkdir(parents=True, exist_ok=True)
    if isinstance(forecast, BookForecast):
        draw_forecast(forecast, charts / "forecast.png")
        as_table(forecast).to_csv(charts / "retention.csv", index=False, lineterminator="\n")
    rounded = accounts.round(
        {"expected_arr_usd": 2} | dict.fromkeys(("churn", "contraction", "flat", "expansion"), 6)
    )
    money_file.parent.mkdir(parents=True, exist_ok=True)
    rounded.to_parquet(money_file, index=False)
