"""A world through churnml's own stages, one after another in a folder of its own, as DVC would run them."""

import importlib
import shutil
from collections.abc import Sequence
from contextlib import chdir
from datetime import date
from pathlib import Path

import yaml

from benchmarks.worlds.book import written
from benchmarks.worlds.history import LAST_DAY, History, told
from benchmarks.worlds.world import CHOOSING, JUDGING, SEEDS
from churnml.paths import Paths
from pipelines import stage as stages_of

ROOT = Path(__file__).resolve().parents[2]
FILES = ("dvc.yaml", "params.yaml", "plays.yaml", "crm.yaml")
TO_LABEL = ("ingest", "snapshot", "aggregate", "featurize", "label")
TO_VERDICT = (*TO_LABEL, "audit", "train", "evaluate", "weigh", "gate")
TO_LIST = (*TO_VERDICT, "register", "score", "forecast")


def history_of(name: str, seed: int | None = None, last_day: date = LAST_DAY) -> History:
    """The history of a named world, from its own seed or another."""
    return told({**CHOOSING, **JUDGING}[name], SEEDS[name] if seed is None else seed, last_day)


def project(folder: Path, history: History) -> Path:
    """The folder, once the world lies in it as the book in use of a project with the repository's settings."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    written(history, folder / "data" / "raw" / "world", folder / "data" / "sources" / "world")
    settings = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    settings["book"] = {"name": "world", "raw": "data/raw/world"}
    (folder / "params.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    return folder


def run(folder: Path, stages: Sequence[str]) -> Paths:
    """The places of the project, after running stages of its dvc.yaml in it."""
    with chdir(folder):
        paths = Paths.here()
        for name in stages:
            stage = getattr(importlib.import_module(f"pipelines.{name}"), name)
            flags = {flag: Path(value) for flag, value in paths.stage(name).items()}
            stage(**stages_of.arguments(stages_of.signature(stage), flags))
    return paths
