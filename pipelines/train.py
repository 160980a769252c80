"""Stage train: the backtest over the past, and a bundle of each candidate model for each outcome."""

from datetime import date
from functools import partial
from pathlib import Path

from churnml.atomic import publish
from churnml.data.tables import Tables
from churnml.evidence.require_clear import require_clear
from churnml.features.spec import CATALOGUE
from churnml.learn.dataset import Dataset
from churnml.learn.lifetime.survival_backtest import learn_lifetime
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.learn.training.train import learn_all
from churnml.params.health import Health
from churnml.params.health import Lifetime as LifetimeSettings
from churnml.params.snapshots import Revenue
from churnml.params.train import Train
from churnml.results.alarms import AUDITS
from churnml.results.stored import read_json, write_json
from pipelines.stage import read_frame, run, write_frame


def train(
    train: Train,
    health: Health,
    lifetime: LifetimeSettings,
    revenue: Revenue,
    audit: Path,
    tables: Path,
    features: Path,
    catalogue: Path,
    outcomes: Path,
    bundles: Path,
    backtest: Path,
    survival: Path,
) -> None:
    """Writes one folder a bundle, the out-of-fold predictions that judge them, and the survival model of each fold; nothing where an alarm stops."""
    require_clear(read_json(audit, AUDITS))
    dataset = Dataset.join(read_frame(features), read_frame(outcomes), read_json(catalogue, CATALOGUE))
    last_day = Tables(tables).last_day
    trial = learn_lifetime(dataset, train, lifetime, revenue, last_day)
    # Whole: DVC keeps the folder, so that a failed run leaves it, and nothing of an earlier run may stay in it.
    publish(bundles, partial(_learn, dataset, train, health, last_day, trial.lifetime, backtest))
    write_json(trial.as_dict(), survival)


def _learn(
    dataset: Dataset, train: Train, health: Health, last_day: date, survival_model: Lifetime | None, backtest: Path, bundles: Path
) -> None:  # fmt: skip
    write_frame(learn_all(dataset, train, health, last_day, bundles, survival_model), backtest)


if __name__ == "__main__":
    run(train)
