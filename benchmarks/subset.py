"""A contestant too slow for the whole book, on some of its accounts: ``python -m benchmarks.subset --root FOLDER --featuretools PYTHON``.

featuretools wants libraries of its own (``requirements-featuretools.txt``), so PYTHON is that environment's. Its cost on all accounts is
extrapolated, CPU seconds an account being the same, and stated as such; the others of the run are measured on all.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.big_book import made_book
from benchmarks.contestants import ENTRIES
from benchmarks.engine import TINY
from benchmarks.population import Design
from benchmarks.race import Race, require_equal
from benchmarks.report import put, table
from benchmarks.task import month_starts, on_dates

SEED, DATES = 5, 24


def compare(root: Path, design: Design, accounts: int, python: Path, engine: str) -> None:
    """Writes what featuretools would take on the whole book beside what churnml took, after equal values on the subset."""
    tiny = made_book(root, replace(TINY, late_share=0.0))
    book = made_book(root, design)
    race = Race(book, on_dates(book, month_starts(book, DATES)), tiny)
    chosen = race.snapshots["account_id"].drop_duplicates().sample(accounts, random_state=SEED)
    few = race.snapshots[race.snapshots["account_id"].isin(chosen)].reset_index(drop=True)
    small = replace(race, snapshots=few)
    slow = small.run("featuretools", python=str(python))
    require_equal({"featuretools": slow, engine: small.run(engine)})
    runs = race.best(["floor", engine], repeats=2)
    base, fast = runs["floor"].cpu_seconds, runs[engine].cpu_seconds
    scaled = slow.cpu_seconds * design.accounts / accounts
    rows = [
        (ENTRIES["floor"].title, f"{base:.1f}", "1.00", f"{base / fast:.2f}"),
        (ENTRIES[engine].title, f"{fast:.1f}", f"{fast / base:.2f}", "1.0"),
        (f"featuretools, {accounts} accounts: {slow.cpu_seconds:.0f} s, extrapolated", f"{scaled:,.0f}",
         f"{scaled / base:,.0f}", f"{scaled / fast:,.0f}"),
    ]  # fmt: skip
    title = (
        f"featuretools on {accounts} of {design.accounts:,} accounts of the book of {design.events / 1e6:g} M events, "
        f"{len(few):,} of {len(race.snapshots):,} snapshots, scaled by accounts; equal values there."
    )
    put("featuretools", f"{title}\n\n{table(['contestant', 'CPU s', '× floor', f'× {engine}'], rows)}")


def main() -> None:
    """Measures featuretools, or says plainly that it is not installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--events", type=float, default=50e6)
    parser.add_argument("--accounts", type=int, default=50, help="how many accounts featuretools is given")
    parser.add_argument("--featuretools", type=Path, required=True, help="the python of its environment")
    parser.add_argument("--engine", default="churnml", choices=list(ENTRIES))
    asked = parser.parse_args()
    if not asked.featuretools.is_file():
        print(
            f"featuretools left out: no '{asked.featuretools}'; see benchmarks/requirements-featuretools.txt"
        )
        return
    compare(asked.root, Design(int(asked.events)), asked.accounts, asked.featuretools, asked.engine)


if __name__ == "__main__":
    main()
