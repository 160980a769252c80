"""Four books of little through DVC, from raw files to the list: ``python -m benchmarks.shapes`` (about a minute of CPU each).

Accounts and contracts alone; usage absent, empty, and with a header only. Each runs ``dvc repro`` in a clone of the last commit, with few
of everything (tests/mini_book.py), and must end with exit code 0 and a list of all 81 live accounts.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from tests.mini_book import SMALL, lay_over
from tests.situations.shapes import COLUMNS, Shape, shaped
from tests.situations.situation import BOOK, Situation

ROOT = Path(__file__).resolve().parents[1]
BASE = ("usage", "tickets", "invoices")
OURS_FIRST = os.environ | {
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
}
"""DVC starts each stage with the `python` it finds first."""


def shape(**levels: str) -> Shape:
    """The tables of the small book, but for those that stand otherwise."""
    return {table: levels.get(table, "present" if table in BASE else "absent") for table in COLUMNS}


SHAPES = {
    "accounts and contracts alone": dict.fromkeys(COLUMNS, "absent"),
    "usage absent": shape(usage="absent"),
    "usage empty": shape(usage="empty"),
    "usage with a header only": shape(usage="header"),
}


def project(folder: Path, wanted: Shape) -> Path:
    """A clone of the last commit in which the small book in that shape is the book in use."""
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)  # noqa: S603, S607
    situation = shaped(Situation(folder / "book"), wanted)
    shutil.copytree(situation.raw, clone / "data" / "raw" / BOOK)
    shutil.copytree(situation.book, clone / "data" / "sources" / BOOK)
    settings = yaml.safe_load((clone / "params.yaml").read_text(encoding="utf-8"))
    lay_over(settings, {name: values for name, values in SMALL.items() if name != "sample"})
    settings["book"] = {"name": BOOK, "raw": f"data/raw/{BOOK}"}
    (clone / "params.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return clone


def main() -> None:
    """Prints how each book ended; exit code 1 where one did not come to its list."""
    failed = 0
    for name, wanted in SHAPES.items():
        with TemporaryDirectory() as folder:
            clone = project(Path(folder), wanted)
            done = subprocess.run([sys.executable, "-m", "dvc", "repro", "report"], cwd=clone, env=OURS_FIRST, capture_output=True, text=True, check=False)  # fmt: skip
            lists = sorted((clone / "data" / "lists" / BOOK).glob("*/summary.json"))
            accounts = json.loads(lists[-1].read_text(encoding="utf-8"))["accounts"] if lists else 0
            print(f"{name:<30} exit code {done.returncode}, {accounts} accounts listed")
            if done.returncode or accounts != 81:
                failed += 1
                print(done.stdout[-1500:] + done.stderr[-1500:])
    sys.exit(min(failed, 1))


if __name__ == "__main__":
    main()
