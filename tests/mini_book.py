"""A whole project in miniature: the sample book with few accounts, through every stage of dvc.yaml, in one process."""

import importlib
import json
import shutil
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
import yaml

from churnml.paths import Paths
from pipelines import stage as stages_of
from tests.work import Work, counting

SMALL: dict[str, dict[str, Any]] = {
    "sample": {"n_accounts": 150, "first_day": "2022-01-01"},
    "snapshots": {"lead_days": [90]},
    "leakage": {"n_bootstraps": 20},
    "train": {
        "n_jobs": 1,
        "lightgbm": {"n_boosters": 2, "n_estimators": 10, "min_child_samples": 10},
        "survival": {"lead_days": [90]},
        "backtest": {"n_folds": 2, "min_ripe": 20, "min_each_class": 5},
    },
    "evaluate": {"n_bootstraps": 20},
    "health": {"n_bootstraps": 10},
    "gate": {"leak_roc_auc": 1.0, "grade_a": 0.3, "grade_b": 0.2, "grade_c": 0.1},
    "forecast": {"n_paths": 50},
    "card": {"n_snapshots": 100},
}
"""Few of everything, and whatever orders better than nothing is proven: so that each stage has something to do."""
FILES = ("dvc.yaml", "params.yaml", "plays.yaml", "crm.yaml", "data/sources/sample")


def make(root: Path, project: Path, store: bytes) -> Work:
    """The work of each stage, after running them with the repository's settings but for ``SMALL``.

    ``store`` is an MLflow store whose tables exist.
    """
    for name in FILES:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, project / name)
    settings = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    settings["book"] = {"name": "sample", "raw": "data/raw/sample"}
    lay_over(settings, SMALL)
    (project / "params.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    (project / "models").mkdir()
    (project / "models" / "mlflow.db").write_bytes(store)
    paths, work = Paths(project, settings["book"]), Work()
    stages = yaml.safe_load((project / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    functions = {name: getattr(importlib.import_module(f"pipelines.{name}"), name) for name in stages}
    with chdir(project), pytest.MonkeyPatch.context() as patch, counting(work):
        for name in ("MLFLOW_TRACKING_URI", "DVC_ROOT", "DVC_EXP_BASELINE_REV", "DVC_EXP_NAME"):
            patch.delenv(name, raising=False)
        for name, function in functions.items():
            work.stage = name
            flags = {flag: Path(value) for flag, value in paths.stage(name).items()}
            function(**stages_of.arguments(stages_of.signature(function), flags))
            work.wrote(project, stages[name]["outs"])
    return work


def made(root: Path, project: Path, store: bytes) -> tuple[Path, dict[str, dict[str, int]]]:
    """The project and its work, made unless another process has made it."""
    told = project.with_suffix(".json")
    if not told.exists():
        done = {
            stage: dict(sorted(kinds.items())) for stage, kinds in make(root, project, store).done.items()
        }
        told.write_text(json.dumps(done), encoding="utf-8")
    return project, json.loads(told.read_text(encoding="utf-8"))


def lay_over(settings: dict[str, Any], other: dict[str, Any]) -> None:
    """Puts other settings in the place of those that there are; KeyError names one that there is not."""
    for name, value in other.items():
        if isinstance(settings[name], dict):
            lay_over(settings[name], value)
        else:
            settings[name] = value
