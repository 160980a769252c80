"""Stage aggregate: usage by account and day, made anew only for the months whose part has changed."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.features.window_aggregation.store import update
from pipelines.stage import run


def aggregate(tables: Path, daily: Path) -> None:
    """Brings the kept months up to the book's parts."""
    update(Tables(tables), daily)


if __name__ == "__main__":
    run(aggregate)
