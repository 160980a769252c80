"""Stage ingest: raw files through the book's SQL to checked canonical tables."""

from pathlib import Path

from churnml.data.book import BookSettings
from churnml.ingest.ingest import ingest_book
from churnml.params.book import Ingest
from churnml.results.stored import write_json
from pipelines.stage import run


def ingest(
    ingest: Ingest,
    book: BookSettings,
    raw: Path,
    mapping: Path,
    tables: Path,
    quarantine: Path,
    delivery: Path,
) -> None:
    """Writes the canonical tables, the rows that were refused with a reason each, and the profile of what was accepted."""
    write_json(ingest_book(raw, mapping, book, ingest, tables, quarantine).delivery, delivery)


if __name__ == "__main__":
    run(ingest)
