"""Stage register: MLflow's mirror of the run, and the champions that score; after the gate, never before."""

from pathlib import Path

from churnml.params.book import Book
from churnml.params.evaluate import Evaluate, Gate
from churnml.params.features import Features
from churnml.params.health import Health
from churnml.params.snapshots import Revenue, Snapshots
from churnml.params.train import Train
from churnml.tracking import Evidence, register_book
from pipelines.stage import run


def register(
    book: Book,
    revenue: Revenue,
    snapshots: Snapshots,
    features: Features,
    train: Train,
    health: Health,
    evaluate: Evaluate,
    gate: Gate,
    bundles: Path,
    verdicts: Path,
    metrics: Path,
    charts: Path,
    cards: Path,
    store: Path,
    champion: Path,
) -> None:
    """Records one run an outcome, registers those proven and writes the folder of champions."""
    settings = (revenue, snapshots, features, train, health, evaluate, gate)
    register_book(book.name, settings, Evidence(bundles, verdicts, metrics, charts, cards), store, champion)


if __name__ == "__main__":
    run(register)
