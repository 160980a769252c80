"""Stage weigh: rules and fitted health beside each other on past renewals, and what the weights should be."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.features.spec import CATALOGUE
from churnml.learn.dataset import Dataset
from churnml.learn.health.health_weights import weigh_health
from churnml.params.evaluate import Evaluate
from churnml.params.health import Health
from churnml.results.stored import read_json, write_json
from pipelines.stage import read_frame, run


def weigh(
    health: Health,
    evaluate: Evaluate,
    tables: Path,
    features: Path,
    catalogue: Path,
    outcomes: Path,
    backtest: Path,
    weights: Path,
) -> None:
    """Writes where the two scores disagree, who was right, and a weight for each component with its interval."""
    dataset = Dataset.join(read_frame(features), read_frame(outcomes), read_json(catalogue, CATALOGUE))
    found = weigh_health(dataset.ripe(Tables(tables).last_day), read_frame(backtest), health, evaluate)
    write_json(found, weights)


if __name__ == "__main__":
    run(weigh)
