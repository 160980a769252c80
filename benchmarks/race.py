"""Contestants side by side: the same book, the same snapshots, in turns, equal values demanded."""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.contestants import ENTRIES, contestant
from benchmarks.cpu import Run, measured, record, spawn
from benchmarks.task import month_starts, on_dates


@dataclass(frozen=True)
class Race:
    """A book and the snapshots asked for; ``warm_book`` is a tiny one of the same kind, to compile on."""

    book: Path
    snapshots: pd.DataFrame
    warm_book: Path

    def run(self, name: str, python: str = sys.executable) -> Run:
        """One run of a contestant in a fresh process."""
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            self.snapshots.to_parquet(file.name)
            return spawn("benchmarks.race", name, self.book, file.name, self.warm_book, python=python)

    def best(self, names: list[str], repeats: int) -> dict[str, Run]:
        """The cheapest run of each contestant; they take turns, so that a busy neighbour hits all of them alike.

        Raises ValueError where their values differ.
        """
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for turn in range(repeats):
            for name in names:
                if turn == 0 or not ENTRIES[name].is_slow:
                    runs[name].append(self.run(name))
                    print(f"  {name}: {runs[name][-1].cpu_seconds:.2f} CPU s", flush=True)
        fastest = {name: min(done, key=lambda run: run.cpu_seconds) for name, done in runs.items()}
        require_equal(fastest)
        return fastest


def require_equal(runs: dict[str, Run]) -> None:
    """Raises ValueError naming the columns that two contestants compute differently, to the last bit."""
    given = {name: run.digests for name, run in runs.items() if run.digests}
    for name, digests in given.items():
        first, expected = next(iter(given.items()))
        differ = [column for column in expected if digests.get(column) != expected[column]]
        if differ:
            raise ValueError(f"{name} and {first} differ in {len(differ)} columns: {', '.join(differ[:5])}")


def main(name: str, book: str, snapshots: str, warm_book: str, answer_file: str) -> None:
    """Runs a contestant in this process and tells what it took."""
    work = contestant(name)
    wanted = duckdb.connect().execute(f"SELECT * FROM '{snapshots}'").df()
    work(Path(warm_book), on_dates(Path(warm_book), month_starts(Path(warm_book), 2)))
    record(measured(lambda: work(Path(book), wanted)), answer_file)


if __name__ == "__main__":
    main(*sys.argv[1:])
