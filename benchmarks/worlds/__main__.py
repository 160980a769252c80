"""Worlds by claims: ``python -m benchmarks.worlds [NAME ...] [--refits N]`` (about a minute of CPU a world, two more with
five refits; all of them without a name).

Each world is told from its seed, written as a book, taken through the stages with the repository's settings, and what comes out is set
beside what is true of it: the chances of the decisions, and 200 futures from the true state of the last day. Settings are chosen on the
worlds of ``CHOOSING`` and judged on those of ``JUDGING``; nothing is chosen on the latter.
"""

import argparse
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.worlds.claims import measured
from benchmarks.worlds.futures import futures
from benchmarks.worlds.project import TO_LIST, history_of, project, run
from benchmarks.worlds.world import CHOOSING, JUDGING
from churnml.errors import ChurnmlError


def row(name: str, folder: Path, refits: int = 0) -> dict[str, float | str]:
    """A world's claims, or the stage's refusal."""
    history = history_of(name)
    try:
        paths = run(project(folder, history), TO_LIST)
    except ChurnmlError as error:
        return {"churn verdict": f"refused: {str(error)[:200]}"}
    return measured(history, futures(history), paths, refits)


def main() -> None:
    """Prints the table, claims down and worlds across, the worlds for choosing first."""
    parser = argparse.ArgumentParser()
    every = [*CHOOSING, *JUDGING]
    parser.add_argument(
        "names", nargs="*", choices=[*every, []], help="worlds; without a name (argparse calls that []) all"
    )
    parser.add_argument(
        "--refits", type=int, default=0, help="how often the champions are fitted again; costly"
    )
    asked = parser.parse_args()
    names = asked.names or every
    rows = {}
    for name in names:
        with TemporaryDirectory() as folder:
            rows[name] = row(name, Path(folder), asked.refits)
        print(name, {claim: round(value, 3) if isinstance(value, float) else value for claim, value in rows[name].items()}, flush=True)  # fmt: skip
    table = pd.DataFrame(rows)
    print(table.map(lambda value: f"{value:.3f}" if isinstance(value, float) else value).to_string(line_width=shutil.get_terminal_size((200, 50)).columns))  # fmt: skip


if __name__ == "__main__":
    main()
