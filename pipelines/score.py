"""Stage score: the current book, ranked, with reasons; the same function as ``churnml score``."""

from pathlib import Path

from churnml.deliver.scoring import score_book
from churnml.params import Features, Health, Revenue, Score, Snapshots
from pipelines.stage import run


def score(
    score: Score,
    health: Health,
    revenue: Revenue,
    snapshots: Snapshots,
    features: Features,
    tables: Path,
    daily: Path,
    champion: Path,
    lists: Path,
    backtest: Path,
) -> None:
    """Publishes one folder for the as-of date, whole or not at all."""
    score_book(
        tables, champion, lists, score, health, revenue, snapshots, score.as_of, features, daily, backtest
    )


if __name__ == "__main__":
    run(score)
