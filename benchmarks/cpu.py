"""CPU seconds and peak memory of a piece of work, each time in a process of its own.

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
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pandas as pd

THREADS = 2
LIMITS = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True)
class Run:
    """What a piece of work took, and a digest of each column of numbers it gave."""

    cpu_seconds: float
    wall_seconds: float
    peak_gib: float
    digests: dict[str, str] = field(default_factory=dict)


def measured(work: Callable[[], pd.DataFrame | None]) -> Run:
    """What the work takes in this process."""
    cpu, wall = _seconds(), time.perf_counter()
    value = work()
    cpu, wall = _seconds() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    numbers = pd.DataFrame() if value is None else value.select_dtypes("float64")
    digests = {
        str(name): hashlib.sha256(column.to_numpy().tobytes()).hexdigest() for name, column in numbers.items()
    }
    return Run(cpu, wall, peak, digests)


def spawn(module: str, *words: object, python: str = sys.executable) -> Run:
    """The run that a module's ``main`` measured and told, in a fresh process with all threads it may have."""
    with tempfile.NamedTemporaryFile(suffix=".json") as answer_file:
        command = [python, "-W", "ignore", "-m", module, *map(str, words), answer_file.name]
        subprocess.run(  # noqa: S603 - our own modules
            command, check=True, env=os.environ | dict.fromkeys(LIMITS, str(THREADS))
        )
        return Run(**json.loads(Path(answer_file.name).read_text(encoding="utf-8")))


def record(run: Run, file: str) -> None:
    """Writes a run where ``spawn`` looks for it."""
    Path(file).write_text(json.dumps(asdict(run)), encoding="utf-8")


def _seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
