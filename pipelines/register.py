"""Stage register: MLflow's mirror of the run, and the champions that score; after the gate, never before."""

from pathlib import Path

from churnml.params import Book, Evaluate, Gate, Train
from churnml.tracking import Evidence
from churnml.tracking import register as register_book
from pipelines.stage import run


def register(
    book: Book,
    train: Train,
    evaluate: Evaluate,
    gate: Gate,
    bundles: Path,
    verdicts: Path,
    metrics: Path,
    charts: Path,
    store: Path,
    champion: Path,
) -> None:
    """Records one run an outcome, registers those proven and writes the folder of champions."""
    register_book(
        book.name, (train, evaluate, gate), Evidence(bundles, verdicts, metrics, charts), store, champion
    )


if __name__ == "__main__":
    run(register)
