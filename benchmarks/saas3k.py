"""CPU seconds of training and scoring the book saas3k, start-up included: ``python -m benchmarks.saas3k --raw ../shared/data/saas3k``.

Each stage runs as dvc.yaml says, in a process of its own and with its outputs in a temporary folder. User and system time of the
process and all its threads count, from the start of Python on. Beside them: triage 6.0.0 on the same book, which needed 74.6 s for three
rolling splits and six models without reasons, and 12.2 s to score 2,376 accounts without reasons.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

BOOK = "saas3k"
PREPARED = ("ingest", "snapshot", "aggregate", "featurize", "label")
TRAINED = ("audit", "train", "evaluate", "gate", "register")
SCORED = ("score",)
TRIAGE = {"training": 74.6, "scoring": 12.2}
OUTSIDE = ("data/work/", "data/lists/", "models/")


def command(stage: dict[str, str], raw: Path, folder: Path) -> list[str]:
    """The stage's command with this book's name and raw files, and all that is made in the folder."""
    words = stage["cmd"].replace("${book.name}", BOOK).replace("${book.raw}", str(raw)).split()
    places = [str(folder / word) if word.startswith(OUTSIDE) else word for word in words]
    return [sys.executable, "-W", "ignore", *places[1:]]


def cpu_seconds(words: list[str]) -> float:
    """User and system time of a command that must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, env=os.environ | {"MLFLOW_TRACKING_URI": ""})  # noqa: S603 - our own stages
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Prints the CPU seconds of each stage, and the sums beside triage's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", type=Path, required=True)
    raw = parser.parse_args().raw
    stages = yaml.safe_load(Path("dvc.yaml").read_text(encoding="utf-8"))["stages"]
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in (*PREPARED, *TRAINED, *SCORED):
            if name in stages:
                took[name] = cpu_seconds(command(stages[name], raw, Path(folder)))
                print(f"{name:<10}{took[name]:>7.1f}", flush=True)
    sums = {"preparing": PREPARED, "training": TRAINED, "scoring": SCORED}
    for words, names in sums.items():
        note = f", triage {TRIAGE[words]}" if words in TRIAGE else ""
        print(f"{words}: {sum(took.get(name, 0.0) for name in names):.1f} CPU s{note}")


if __name__ == "__main__":
    main()
