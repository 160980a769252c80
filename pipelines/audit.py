"""Stage audit: whether a column knows the outcome, before anything is learned from it."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.evidence.require_clear import require_clear, warn_of_unknown_names
from churnml.features.spec import CATALOGUE
from churnml.learn.dataset import Dataset
from churnml.learn.leakage.audit import audit_book, nameable
from churnml.params.leakage import Leakage
from churnml.results.stored import read_json, write_json
from pipelines.stage import read_frame, run


def audit(
    leakage: Leakage, tables: Path, features: Path, catalogue: Path, outcomes: Path, audit: Path
) -> None:
    """Writes every alarm on each outcome; one that stops ends the run, with all of them told."""
    dataset = Dataset.join(read_frame(features), read_frame(outcomes), read_json(catalogue, CATALOGUE))
    book = Tables(tables)
    warn_of_unknown_names(leakage.allowed_columns, nameable(dataset, book))
    found = audit_book(dataset, book, leakage)
    write_json(found, audit)
    require_clear(found)


if __name__ == "__main__":
    run(audit)
