"""Stage snapshot: the days on which each account is looked at."""

from pathlib import Path

from churnml.data.snapshots import history
from churnml.data.tables import Tables
from churnml.params.snapshots import Revenue, Snapshots
from pipelines.stage import run, write_frame


def snapshot(revenue: Revenue, snapshots: Snapshots, tables: Path, out: Path) -> None:
    """Writes one row for each past renewal and lead time on which its decision was open."""
    write_frame(history(Tables(tables), revenue, snapshots), out)


if __name__ == "__main__":
    run(snapshot)
