"""Stage train: the backtest over the past, and a bundle of each candidate model for each outcome."""

from datetime import date
from functools import partial
from pathlib import Path

from churnml.data.tables import Tables
from churnml.deliver.alarms_told import require_clear
from churnml.deliver.publish import publish
from churnml.features.catalog import CATALOG
from churnml.learn.both import learn_all
from churnml.learn.dataset import Dataset
from churnml.params import Health, Train
from pipelines.stage import read_frame, read_json, run, write_frame


def train(
    train: Train, health: Health, audit: Path, tables: Path, features: Path, outcomes: Path, bundles: Path,
    backtest: Path,
) -> None:  # fmt: skip
    """Writes one folder a bundle, and the out-of-fold predictions by which they are judged; nothing where an alarm stops."""
    require_clear(read_json(audit))
    dataset = Dataset.join(read_frame(features), read_frame(outcomes), CATALOG)
    # Whole: DVC keeps the folder, so that a failed run leaves it, and nothing of an earlier run may stay in it.
    publish(bundles, partial(_learn, dataset, train, health, Tables(tables).last_day, backtest))


def _learn(
    dataset: Dataset, train: Train, health: Health, last_day: date, backtest: Path, bundles: Path
) -> None:
    write_frame(learn_all(dataset, train, health, last_day, bundles), backtest)


if __name__ == "__main__":
    run(train)
