"""CPU seconds and peak memory of a contestant, each run in a process of its own.

What counts is the work itself: reading the parts, computing, handing over the frame; user and system time of the process with all its
threads and children. What comes before does not: starting Python, imports, and numba's compilation, which a first run on a tiny book
brings about. Peak memory is that of the whole process.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.contestants import contestant

THREADS = 2
LIMITS = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")


@dataclass(frozen=True)
class Run:
    """What one run of a contestant took, and a digest of each column it gave."""

    cpu_seconds: float
    wall_seconds: float
    peak_gib: float
    digests: dict[str, str]


@dataclass(frozen=True)
class Job:
    """A book, the snapshots asked for, and the same for the warm-up."""

    book: Path
    snapshots: pd.DataFrame
    warm_book: Path
    warm_snapshots: pd.DataFrame


def run(name: str, job: Job) -> Run:
    """One run of a contestant in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{role}.parquet" for role in ("snapshots", "warm")]
        job.snapshots.to_parquet(files[0])
        job.warm_snapshots.to_parquet(files[1])
        out = Path(folder) / "run.json"
        command = [sys.executable, "-m", "benchmarks.cpu", name, job.book, files[0], job.warm_book, files[1], out]
        subprocess.run([str(word) for word in command], check=True, env=os.environ | dict.fromkeys(LIMITS, str(THREADS)))
        return Run(**json.loads(out.read_text(encoding="utf-8")))


def best(names: list[str], job: Job, repeats: int = 3) -> dict[str, Run]:
    """The cheapest run of each contestant; they take turns, so that a busy neighbour hits all of them alike."""
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            runs[name].append(run(name, job))
    return {name: min(done, key=lambda run: run.cpu_seconds) for name, done in runs.items()}


def differing(runs: dict[str, Run]) -> dict[str, list[str]]:
    """For each contestant that gave columns, those that differ from the first one's; empty lists where all are equal."""
    given = {name: run.digests for name, run in runs.items() if run.digests}
    first = next(iter(given.values()), {})
    return {name: [c for c in first if digests.get(c) != first[c]] for name, digests in given.items()}


def _seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def main(name: str, book: str, snapshots: str, warm_book: str, warm_snapshots: str, out: str) -> None:
    """Runs a contestant in this process and writes what it took."""
    work = contestant(name)
    work(Path(warm_book), pd.read_parquet(warm_snapshots))
    wanted = pd.read_parquet(snapshots)
    cpu, wall = _seconds(), time.perf_counter()
    found = work(Path(book), wanted)
    cpu, wall = _seconds() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    digests = {} if found is None else {
        column: hashlib.sha256(found[column].to_numpy("float64").tobytes()).hexdigest() for column in found
    }  # fmt: skip
    Path(out).write_text(json.dumps(vars(Run(cpu, wall, peak, digests))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
