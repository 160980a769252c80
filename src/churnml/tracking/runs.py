"""One run an outcome: its settings, metrics, charts, card and candidates, mirrored as they are."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, Run
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from churnml.params.section import Section
from churnml.results.stored import as_json, leaves
from churnml.results.verdict import Verdict

LONGEST_PARAM = 500  # characters, by MLflow's own limit on older servers
LONGEST_KEY = 250
LONGEST_NOTE = 5000  # the same, for a tag
MOST_PARAMS, MOST_METRICS = 100, 1000  # of one call, by MLflow's own limits


@dataclass(frozen=True)
class Evidence:
    """The folders and files of one pipeline run that MLflow mirrors."""

    bundles: Path
    verdicts: Path
    metrics: Path
    charts: Path
    cards: Path


@contextmanager
def started(client: MlflowClient, experiment: str, name: str, tags: dict[str, str]) -> Iterator[Run]:
    """A new run, which ends FINISHED or, on any error, FAILED."""
    run = client.create_run(experiment, run_name=name, tags=tags)
    try:
        yield run
    except BaseException:
        client.set_terminated(run.info.run_id, "FAILED")
        raise
    client.set_terminated(run.info.run_id)


def mirror(
    client: MlflowClient, run: Run, settings: Sequence[Section], measured: Any, evidence: Evidence, outcome: str
) -> None:  # fmt: skip
    """Logs settings, metrics, charts, the card and every candidate's bundle of one outcome; the card is the run's note, too."""
    for params in _batches(_params(settings), MOST_PARAMS):
        client.log_batch(run.info.run_id, params=params)
    for metrics in _batches(_metrics(measured), MOST_METRICS):
        client.log_batch(run.info.run_id, metrics=metrics)
    for folder, name in ((evidence.charts, "charts"), (evidence.bundles / outcome, "candidates")):
        if folder.is_dir():
            client.log_artifacts(run.info.run_id, str(folder), name)
    _card(client, run, evidence.cards, outcome)


def _card(client: MlflowClient, run: Run, cards: Path, outcome: str) -> None:
    for file in sorted(cards.glob(f"{outcome}.*")):
        client.log_artifact(run.info.run_id, str(file), "card")
    pictures, page = cards / outcome, cards / f"{outcome}.md"
    if pictures.is_dir():
        client.log_artifacts(run.info.run_id, str(pictures), f"card/{outcome}")
    if page.is_file():
        text = note(page.read_text(encoding="utf-8"), LONGEST_NOTE)
        client.set_tag(run.info.run_id, MLFLOW_RUN_NOTE, text)


def note(markdown: str, most: int) -> str:
    r"""The Markdown without its pictures, cut at the last whole line that fits; for places that show text only.

    >>> note("# Card\n\n![alt](a.svg)\n\nText that is too long", 12)
    '# Card\n\n…\n'
    """
    lines = [line for line in markdown.splitlines() if not line.startswith("![")]
    kept: list[str] = []
    length = 2  # the mark that something follows, and its line's end
    for line in lines:
        length += len(line) + 1
        if length > most:
            return "\n".join([*kept, "…"]).replace("\n\n\n", "\n\n") + "\n"
        kept.append(line)
    return "\n".join(kept).replace("\n\n\n", "\n\n") + "\n"


def _params(settings: Sequence[Section]) -> list[Param]:
    sections = {type(section).__name__.lower(): section.model_dump(mode="json") for section in settings}
    return [Param(_key(path), json.dumps(value)[:LONGEST_PARAM]) for path, value in leaves(sections)]


def _metrics(measured: Mapping[str, Any]) -> list[Metric]:
    numbers = ((path, value) for path, value in leaves(measured) if isinstance(value, int | float))
    return [Metric(_key(path), float(value), timestamp=0, step=0) for path, value in numbers]


def _key(path: str) -> str:
    """The name as MLflow takes it: a book's segments may be called anything.

    >>> _key("by_segment.R&D/Labs.brier")
    'by_segment.R_D_Labs.brier'
    """
    return re.sub(r"[^\w .:-]", "_", path)[:LONGEST_KEY]


def _batches(rows: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + most] for start in range(0, len(rows), most))


def revision() -> str:
    """The git commit that the run stands on, marked where files differ from it; 'none' outside git."""
    if "DVC_EXP_BASELINE_REV" in os.environ:  # an experiment of DVC, which moves HEAD about while it runs
        return os.environ["DVC_EXP_BASELINE_REV"]

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603, S607

    commit = git("rev-parse", "--verify", "--quiet", "HEAD") if shutil.which("git") else ""
    return (commit + ("-dirty" if git("status", "--porcelain") else "")) if commit else "none"


def tags(book: str, outcome: str, verdict: Verdict) -> dict[str, str]:
    """The tags of one outcome's run."""
    lock = Path("dvc.lock")
    lineage = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "none"
    verdict_tags = {
        f"verdict.{key}": str(value)
        for key, value in as_json(verdict).items()
        if isinstance(value, str | bool)
    }
    lines = {"git_revision": revision(), "dvc_revision": lineage}
    if "DVC_EXP_NAME" in os.environ:
        lines["dvc_experiment"] = os.environ["DVC_EXP_NAME"]
    return {"book": book, "outcome": outcome, **lines, **verdict_tags}
