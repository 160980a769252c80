"""A small sample book, ingested once for all feature tests."""

from datetime import date
from pathlib import Path

import pytest

from churnml.data.book import read_book
from churnml.data.ingest.ingest import ingest_book
from churnml.data.sample import write_sample
from churnml.data.tables import Tables
from churnml.params.book import Sample
from tests.books import LENIENT

SAMPLE = Path("data/sources/sample")


@pytest.fixture(scope="session")
def sample_tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The canonical tables of a sample book of 120 accounts."""
    folder = tmp_path_factory.mktemp("sample")
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
    return Tables(folder / "tables")
