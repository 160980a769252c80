"""Ten edits by the stages that ``dvc status`` names: ``python -m benchmarks.edits``, at the first commit and in the working tree.

Nothing is run. A stage is named where one of its dependencies in dvc.yaml covers the edited file, or where the edited setting lies in a
section of its params: what ``dvc status`` says after one edit of a pipeline that is up to date. What may follow, if bytes move, are the
stages downstream of those; DVC stops where an output stays as it was.
"""

import argparse
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

FIRST = "e77cf0d"
SETTING = "params.yaml:"
EDITS = {
    "a metric": ("src/churnml/learn/judge/calibration.py", "src/churnml/learn/metrics/calibration_error.py"),
    "a message of errors.py": ("src/churnml/errors.py", "src/churnml/errors.py"),
    "the workbook": ("src/churnml/deliver/workbook/sheet.py", "src/churnml/formats/workbook/sheet.py"),
    "a feature's phrase": (
        "src/churnml/features/domains/support.py",
        "src/churnml/features/domains/support.py",
    ),
    "a feature's SQL": ("src/churnml/features/domains/support.py", "src/churnml/features/domains/support.py"),
    "one setting of train": (f"{SETTING}train", f"{SETTING}train"),
    "one setting of score": (f"{SETTING}score", f"{SETTING}score"),
    "the card's style": ("src/churnml/deliver/card/card.css", "src/churnml/evidence/card/card.css"),
    "a new candidate": ("src/churnml/learn/models/__init__.py", "src/churnml/learn/candidates.py"),
    "a typo in a docstring": ("src/churnml/deliver/reasons/tell.py", "src/churnml/explain/select.py"),
}
"""Each edit by the file it changes at the first commit and now; a setting by its section."""

STOPS = {
    "a metric": "at gate where no verdict moves",
    "a feature's phrase": "after featurize: features.parquet and catalogue.json keep their bytes",
    "the card's style": "after card: the champion keeps its bytes",
}
"""Where DVC stops although stages lie downstream, because what was made anew has the bytes it had."""

Stages = dict[str, Any]


def stages_at(commit: str | None) -> Stages:
    """The stages of dvc.yaml at a commit, or in the working tree."""
    text = _at(commit) if commit else Path("dvc.yaml").read_text(encoding="utf-8")
    stages: Stages = yaml.safe_load(text)["stages"]
    return stages


def _at(commit: str) -> str:
    command = ["git", "show", f"{commit}:dvc.yaml"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  (a commit of this repository)


def named(stages: Stages, edited: str) -> list[str]:
    """The stages that an edit changes at once."""
    section = edited.removeprefix(SETTING) if edited.startswith(SETTING) else None
    return [
        name
        for name, stage in stages.items()
        if (
            section in stage.get("params", [])
            if section
            else any(_covers(dep, edited) for dep in stage["deps"])
        )
    ]


def downstream(stages: Stages, start: list[str]) -> list[str]:
    """The stages that read what these write, directly or not; without these themselves."""
    found, todo = set(start), list(start)
    while todo:
        outs = list(_outs(stages[todo.pop()]))
        for name, stage in stages.items():
            if name not in found and any(
                _covers(out, dep) or _covers(dep, out) for dep in stage["deps"] for out in outs
            ):
                found.add(name)
                todo.append(name)
    return [name for name in stages if name in found and name not in start]


def _outs(stage: dict[str, Any]) -> Iterator[str]:
    for out in stage.get("outs", []):
        yield next(iter(out)) if isinstance(out, dict) else out


def _covers(dep: str, file: str) -> bool:
    return file == dep or file.startswith(f"{dep}/")


def main() -> None:
    """Prints the table as Markdown."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--first", default=FIRST, help="the commit to set the working tree beside")
    before, after = stages_at(flags.parse_args().first), stages_at(None)
    print(
        "| edit | stages named before | stages named now | may follow now | DVC stops |\n|---|---|---|---|---|"
    )
    for edit, (old, new) in EDITS.items():
        was, now = named(before, old), named(after, new)
        if not (was and (now or "errors.py" in new)):
            raise SystemExit(
                f"{edit}: no stage depends on '{old}' or '{new}'; name the file as it is called."
            )
        few = (
            ", ".join(was)
            if len(was) < 6
            else f"{len(was)} of {len(before)}" + (", train among them" if "train" in was else "")
        )
        follow = downstream(after, now)
        print(
            f"| {edit} | {few} | {', '.join(now) or 'none'} | {', '.join(follow) or 'none'} | {STOPS.get(edit, '')} |"
        )


if __name__ == "__main__":
    main()
