"""Stage score: the current book, ranked, with reasons; the same function as ``churnml score``."""

from pathlib import Path

from churnml.listing.list_settings import ListSettings
from churnml.params.evaluate import Evaluate
from churnml.params.features import Features
from churnml.params.health import Health
from churnml.params.score import Growth, Score
from churnml.params.snapshots import Revenue, Snapshots
from churnml.publish.score import score_book
from pipelines.stage import run


def score(
    score: Score, health: Health, revenue: Revenue, snapshots: Snapshots, features: Features, evaluate: Evaluate,
    growth: Growth, tables: Path, daily: Path, champion: Path, plays: Path, crm: Path, lists: Path, backtest: Path,
) -> None:  # fmt: skip
    """Publishes one folder for the as-of date, whole or not at all."""
    settings = ListSettings(score, health, revenue, snapshots, features, evaluate.profit, growth, plays, crm)
    score_book(tables, champion, lists, settings, score.as_of, daily, backtest)


if __name__ == "__main__":
    run(score)
