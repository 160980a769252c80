"""CPU seconds of each stage, of one checkout or of two in turns: ``python -m benchmarks.stage_cpu --root NEW [--against OLD]``.

Each stage of dvc.yaml runs as DVC would run it, with the checkout's own environment, user and system time of all its children. Numba
finds nothing compiled, so that its compilation counts where it happens first. Two checkouts run each stage one right after the other:
their ratio holds where the seconds of a busy machine do not. It writes over the checkouts' outputs.
"""

import argparse
import os
import re
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "MLFLOW_DISABLE_TELEMETRY": "true", "DVC_NO_ANALYTICS": "true"}


def commands(root: Path) -> dict[str, str]:
    """Each stage's command, in the order of dvc.yaml, with the settings it names filled in."""
    settings = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    return {name: filled(stage["cmd"], settings) for name, stage in stages.items()}


def filled(command: str, settings: Any) -> str:
    """A command with each ``${section.setting}`` replaced.

    >>> filled("ls data/${book.name}", {"book": {"name": "sample"}})
    'ls data/sample'
    """
    return re.sub(r"\$\{(\w+)\.(\w+)\}", lambda name: str(settings[name[1]][name[2]]), command)


def cpu_seconds(root: Path, command: str, compiled: str) -> float:
    """What one stage takes; CalledProcessError where it fails."""
    path = f"{root / '.venv/bin'}:{os.environ['PATH']}"
    found = (
        os.environ
        | QUIET
        | {"PATH": path, "PYTHONPATH": f"{root / 'src'}:{root}", "NUMBA_CACHE_DIR": compiled}
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, shell=True, check=True, cwd=root, env=found, stdout=subprocess.DEVNULL)  # noqa: S602 - as DVC does
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints one line a stage and the sum, with the ratio where two checkouts run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path())
    parser.add_argument("--against", type=Path)
    parser.add_argument("--stages", nargs="+", help="these only")
    given = parser.parse_args()
    roots = [root.resolve() for root in (given.root, given.against) if root]
    runs = {root: commands(root) for root in roots}
    total = dict.fromkeys(roots, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        for stage in given.stages or runs[roots[0]]:
            took = [
                cpu_seconds(root, runs[root][stage], f"{folder}/{place}") if stage in runs[root] else 0.0
                for place, root in enumerate(roots)
            ]
            for root, seconds in zip(roots, took, strict=True):
                total[root] += seconds
            print(line(stage, took), flush=True)
    print(line("all", list(total.values())))


def line(stage: str, took: list[float]) -> str:
    """One line of the table.

    >>> line("score", [5.0, 20.0])
    'score            5.0   20.0  0.25'
    """
    ratio = f"  {took[0] / took[1]:.2f}" if len(took) > 1 and took[1] else ""
    return f"{stage:<12}" + " ".join(f"{seconds:7.1f}" for seconds in took) + ratio


if __name__ == "__main__":
    main()
