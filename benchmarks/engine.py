"""The feature engine against its floor and against others: ``python -m benchmarks.engine --root FOLDER --events 50e6``.

Prints ratios of CPU seconds within one run and writes them to ``docs/performance.md``. ``--growth`` says how cost grows with events,
accounts and dates, ``--night`` what a night costs beside a rebuild.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import night
from benchmarks.big_book import made_book
from benchmarks.contestants import ENTRIES
from benchmarks.population import Design
from benchmarks.race import Race
from benchmarks.report import put, table
from benchmarks.task import COLUMNS, month_starts, on_dates, ragged, spread

TINY = Design(200_000, accounts=500, late_share=0.05)
EVENTS, ACCOUNTS, DATES = (5e6, 10e6, 20e6, 50e6), (5_000, 10_000, 20_000, 40_000), (6, 12, 24, 52, 105)
GROWTH_EVENTS, GROWTH_DATES = 10_000_000, 24


def compare(root: Path, design: Design, names: list[str], dates: int, repeats: int, is_ragged: bool) -> None:
    """Writes the table of ratios for one book, after equal values on a tiny one."""
    tiny = made_book(root, TINY)
    _race(tiny, tiny, dates, is_ragged).best([name for name in names if name != "floor"], 1)
    race = _race(made_book(root, design), tiny, dates, is_ragged)
    runs = race.best(names, repeats)
    base = runs["floor"].cpu_seconds
    engine = runs.get("churnml")
    rows = [
        (ENTRIES[name].title, f"{run.cpu_seconds:.1f}", f"{run.cpu_seconds / base:.2f}",
         f"{run.cpu_seconds / engine.cpu_seconds:.1f}" if engine else "–", f"{run.wall_seconds:.1f}", f"{run.peak_gib:.1f}")
        for name, run in runs.items()
    ]  # fmt: skip
    equal = "; equal to the last bit" if sum(bool(run.digests) for run in runs.values()) > 1 else ""
    title = (
        f"{design.events / 1e6:g} M events of {design.accounts:,} accounts over {design.days} days, {len(race.snapshots):,} snapshots "
        f"({'each account its own dates' if is_ragged else f'{dates} monthly dates'}), {len(COLUMNS)} columns{equal}."
    )
    header = ["contestant", "CPU s", "× floor", "× churnml", "wall s", "peak GiB"]
    put(f"{design.name}{'-ragged' if is_ragged else ''}", f"{title}\n\n{table(header, rows)}")


def growth(root: Path, names: list[str], repeats: int) -> None:
    """Writes how cost grows, as exponents: 1 is linear, below 1 is less."""
    tiny = made_book(root, TINY)
    rows = []
    for what, sizes in (("events", EVENTS), ("accounts", ACCOUNTS), ("dates", DATES)):
        runs = [_grown(root, tiny, what, size).best(names, repeats) for size in sizes]
        for name in names:
            seconds = [run[name].cpu_seconds for run in runs]
            slope, steepest = exponents(sizes, seconds)
            seconds_text = ", ".join(f"{second:.2f}" for second in seconds)
            rows.append((what, ENTRIES[name].title, f"{sizes[0]:,.0f} to {sizes[-1]:,.0f}", seconds_text, f"{slope:.2f}", f"{steepest:.2f}"))  # fmt: skip
    header = ["growing", "contestant", "from", "CPU s", "exponent", "steepest step"]
    put("growth", f"Accounts at {GROWTH_EVENTS / 1e6:g} M events.\n\n{table(header, rows)}")


def exponents(sizes: Sequence[float], seconds: Sequence[float]) -> tuple[float, float]:
    """The power of the size that cost follows over all sizes, and between the two neighbours where it is steepest.

    >>> exponents([1, 2, 4], [3.0, 6.0, 12.0])
    (1.0, 1.0)
    """
    x, y = np.log(sizes), np.log(seconds)
    slope = round(float(np.polyfit(x, y, 1)[0]), 6)
    return slope, round(float(np.max(np.diff(y) / np.diff(x))), 6)


def _grown(root: Path, tiny: Path, what: str, size: float) -> Race:
    events = size if what == "events" else max(EVENTS) if what == "dates" else GROWTH_EVENTS
    design = Design(int(events), accounts=int(size)) if what == "accounts" else Design(int(events))
    book = made_book(root, design)
    dates = spread(book, int(size)) if what == "dates" else month_starts(book, GROWTH_DATES)
    return Race(book, on_dates(book, dates), tiny)


def _race(book: Path, tiny: Path, dates: int, is_ragged: bool) -> Race:
    snapshots = on_dates(book, month_starts(book, dates))
    return Race(book, ragged(snapshots) if is_ragged else snapshots, tiny)


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="where made-up books are kept")
    parser.add_argument("--events", type=float, default=50e6)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--late-share", type=float, default=0.0)
    parser.add_argument("--dates", type=int, default=24)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--contestants", nargs="+", default=["floor", "churnml", "pandas"], choices=list(ENTRIES)
    )
    parser.add_argument("--ragged", action="store_true", help="each account its own dates")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--night", action="store_true")
    asked = parser.parse_args()
    if asked.growth:
        growth(asked.root, asked.contestants, asked.repeats)
    elif asked.night:
        night.compare(asked.root, int(asked.events), asked.repeats)
    else:
        design = Design(int(asked.events), asked.accounts, late_share=asked.late_share)
        compare(asked.root, design, asked.contestants, asked.dates, asked.repeats, asked.ragged)


if __name__ == "__main__":
    main()
