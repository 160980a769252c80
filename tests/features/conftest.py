"""A small sample book, ingested once a run for all feature tests."""

from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from churnml.data.book import read_book
from churnml.data.sample import write_sample
from churnml.data.tables import Tables
from churnml.ingest.ingest import ingest_book
from churnml.params.book import Sample
from tests.books import LENIENT

SAMPLE = Path("data/sources/sample")


@pytest.fixture(scope="session")
def sample_tables(run_folder: Path) -> Tables:
    """The canonical tables of a sample book of 120 accounts, which no test changes."""
    folder = run_folder / "sample_of_120"
    with FileLock(run_folder / "sample_of_120.lock"):
        if not (folder / "tables").is_dir():
            write_tables(folder)
    return Tables(folder / "tables")


def write_tables(folder: Path) -> None:
    """Writes the book's raw files and what ingest makes of them."""
    sample = Sample(
        seed=3, n_accounts=120, first_day=date(2022, 1, 1), last_day=date(2025, 1, 1), dirty_share=0.01
    )
    write_sample(sample, folder / "raw", folder / "truth.parquet")
    ingest_book(
        folder / "raw",
        SAMPLE,
        read_book(SAMPLE / "book.yaml"),
        LENIENT,
        folder / "tables",
        folder / "quarantine",
    )
