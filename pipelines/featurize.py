"""Stage featurize: what was known of each account on each snapshot's day."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.features.catalog import CATALOG, available
from churnml.features.engines import build_by
from churnml.features.spec import specs
from churnml.params.features import Features
from churnml.results.stored import write_json
from pipelines.stage import read_frame, run, write_frame


def featurize(
    features: Features, tables: Path, daily: Path, snapshots: Path, out: Path, catalogue: Path
) -> None:
    """Writes one column for each feature of the catalogue that the book can give, and the catalogue without its wording."""
    book = Tables(tables, daily)
    write_frame(build_by(features, book, read_frame(snapshots), available(book, features.exclude)), out)
    write_json(specs(CATALOG), catalogue)


if __name__ == "__main__":
    run(featurize)
