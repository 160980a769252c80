"""A night with the features it is for, beside all from nothing: ``python -m benchmarks.tonight --root BOOKS``.

Night: the kept account days brought up to a new day, and the catalogue's usage features of every account on it. From nothing: all account
days, the same features, and those of 24 months of history. Both must leave the same bytes.
"""

import argparse
import shutil
from pathlib import Path

import pandas as pd

from benchmarks.big_book import made_book
from benchmarks.book_days import add_day
from benchmarks.cpu import Run, measured
from benchmarks.night import contents
from benchmarks.population import Design
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import CATALOG
from churnml.features.window_aggregation.store import update

FEATURES = [feature for feature in CATALOG if feature.measure]
MONTHS = 24


def main() -> None:
    """Prints what the night took, with and without rows that came late for last month."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="where made-up books are kept")
    parser.add_argument("--events", type=float, default=50e6)
    asked = parser.parse_args()
    for late in (0, 1000):
        print(f"{late} late rows: {_night(asked.root, Design(int(asked.events)), late)}")


def _night(root: Path, design: Design, late: int) -> str:
    work = root / "tonight"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(made_book(root, design), work / "book")
    update(Tables(work / "book"), work / "kept")  # compiles as well
    add_day(work / "book", late)
    day = pd.Timestamp(Tables(work / "book").last_day)
    tonight = _snapshots(work / "book", [day])
    history = _snapshots(work / "book", [day - pd.DateOffset(months=back) for back in range(MONTHS)])
    build(Tables(work / "book", work / "kept"), tonight.head(2), FEATURES)
    kept, night = _update(work, "kept"), _build(work, "kept", tonight)
    anew, again, past = _update(work, "anew"), _build(work, "anew", tonight), _build(work, "anew", history)
    share = (kept.cpu_seconds + night.cpu_seconds) / (anew.cpu_seconds + again.cpu_seconds + past.cpu_seconds)
    is_same = contents(work / "kept") == contents(work / "anew") and night.digests == again.digests
    shutil.rmtree(work)
    return (f"account days {kept.cpu_seconds:.2f} of {anew.cpu_seconds:.2f} CPU s ({kept.cpu_seconds / anew.cpu_seconds:.1%}), with features "
            f"{kept.cpu_seconds + night.cpu_seconds:.2f} ({share:.1%}), same bytes: {'yes' if is_same else 'NO'}")  # fmt: skip


def _update(work: Path, store: str) -> Run:
    def bring_up() -> None:
        update(Tables(work / "book"), work / store)

    return measured(bring_up)


def _build(work: Path, store: str, snapshots: pd.DataFrame) -> Run:
    return measured(lambda: build(Tables(work / "book", work / store), snapshots, FEATURES))


def _snapshots(book: Path, days: list[pd.Timestamp]) -> pd.DataFrame:
    """Every account on each of the days."""
    accounts = Tables(book).connect().execute("SELECT account_id FROM accounts ORDER BY 1").df()
    every = accounts.merge(pd.DataFrame({"as_of": days}), how="cross")
    return every.assign(renewal=every["as_of"], lead_days=0)


if __name__ == "__main__":
    main()
