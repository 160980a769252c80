"""Stage label: what became of each snapshot's account."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.outcomes import label as outcome_of
from churnml.params.snapshots import Revenue
from pipelines.stage import read_frame, run, write_frame


def label(revenue: Revenue, tables: Path, snapshots: Path, outcomes: Path) -> None:
    """Writes the outcome of each snapshot, ripe or not."""
    write_frame(outcome_of(Tables(tables), read_frame(snapshots), revenue), outcomes)


if __name__ == "__main__":
    run(label)
