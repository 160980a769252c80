"""What a night costs after one new day, beside a rebuild of everything; both must leave the same bytes."""

import hashlib
import shutil
import sys
from pathlib import Path

from benchmarks.big_book import made_book
from benchmarks.book_days import add_day
from benchmarks.by_engine import refresh
from benchmarks.cpu import Run, measured, record, spawn
from benchmarks.population import Design
from benchmarks.report import put, table

TINY = Design(200_000, accounts=500)
NIGHTS = {
    "the first day of a month": (1096, 0),
    "a day in mid-month": (1081, 0),
    "the last day of a month": (1095, 0),
    "a day in mid-month, 1,000 late rows for last month": (1081, 1000),
}
"""The days of history before the night, and the rows that come late."""


def compare(root: Path, events: int, repeats: int) -> None:
    """Writes the share of a rebuild's CPU seconds that a night takes, for days at several places of a month."""
    rows = [
        (name, *_night(root, Design(events, days=days), late, repeats))
        for name, (days, late) in NIGHTS.items()
    ]
    header = ["new data", "rebuild CPU s", "night CPU s", "share", "same bytes"]
    put("night", f"{events / 1e6:g} M events, one more day.\n\n{table(header, rows)}")


def _night(root: Path, design: Design, late_rows: int, repeats: int) -> tuple[str, ...]:
    """What rebuild and night took, their ratio, and whether their bytes are equal."""
    tiny, work = made_book(root, TINY), root / "night"
    shutil.rmtree(work, ignore_errors=True)
    book, before = work / "book", work / "before"
    shutil.copytree(made_book(root, design), book)
    _refresh(book, before, tiny)
    add_day(book, late_rows)
    nights, rebuilds = [], []
    for _ in range(repeats):
        shutil.rmtree(work / "rebuilt", ignore_errors=True)
        shutil.rmtree(work / "kept", ignore_errors=True)
        shutil.copytree(before, work / "kept")
        nights.append(_refresh(book, work / "kept", tiny).cpu_seconds)
        rebuilds.append(_refresh(book, work / "rebuilt", tiny).cpu_seconds)
    night, rebuild = min(nights), min(rebuilds)
    is_same = contents(work / "kept") == contents(work / "rebuilt")
    shutil.rmtree(work)
    return f"{rebuild:.2f}", f"{night:.2f}", f"{night / rebuild:.1%}", "yes" if is_same else "NO"


def contents(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below a folder, by name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _refresh(book: Path, store: Path, tiny: Path) -> Run:
    return spawn("benchmarks.night", book, store, tiny)


def main(book: str, store: str, tiny: str, answer_file: str) -> None:
    """Brings a store up to date in this process, after doing so on a tiny book, and tells what it took."""
    warm = Path(store).with_name("warm")
    shutil.rmtree(warm, ignore_errors=True)
    refresh(Path(tiny), warm)
    record(measured(lambda: refresh(Path(book), Path(store))), answer_file)


if __name__ == "__main__":
    main(*sys.argv[1:])
