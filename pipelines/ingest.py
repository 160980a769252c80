"""Stage ingest: raw files through the book's SQL to checked canonical tables."""

from pathlib import Path

from churnml.data.book import BookSettings
from churnml.data.ingest.ingest import ingest_book
from churnml.params.book import Ingest
from pipelines.stage import run


def ingest(
    ingest: Ingest, book: BookSettings, raw: Path, mapping: Path, tables: Path, quarantine: Path
) -> None:
    """Writes the canonical tables, and the rows that were refused with a reason each."""
    ingest_book(raw, mapping, book, ingest, tables, quarantine)


if __name__ == "__main__":
    run(ingest)
