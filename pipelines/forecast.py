"""Stage forecast: what the live book may retain in the coming quarters, in dollars and with intervals."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.evidence.charts.forecast_chart import write_forecast
from churnml.forecast.book_forecast import Past, forecast_or_reason
from churnml.listing.as_of import choose_day
from churnml.params.features import Features
from churnml.params.forecast import Forecast
from churnml.params.score import Score
from churnml.params.snapshots import Revenue, Snapshots
from churnml.results.stored import write_json
from pipelines.stage import read_frame, run


def forecast(
    forecast: Forecast, score: Score, revenue: Revenue, snapshots: Snapshots, features: Features,
    tables: Path, daily: Path, champion: Path, outcomes: Path, snapshot_table: Path,
    forecast_file: Path, charts: Path, money: Path,
) -> None:  # fmt: skip
    """Writes the forecast, its chart and table, and each account's distribution over the outcomes."""
    book = Tables(tables, daily)
    past = Past(read_frame(outcomes), read_frame(snapshot_table))
    day = choose_day(book, score.as_of)
    content, accounts = forecast_or_reason(
        book, day, champion, past, forecast, score, revenue, snapshots, features
    )
    write_json(content, forecast_file)
    write_forecast(content, accounts, charts, money)


if __name__ == "__main__":
    run(forecast)
