"""The only file that knows MLflow: it mirrors runs, registers what the gate proved, and fetches the champions' bundles.

DVC owns lineage; MLflow shows runs side by side and holds the registry. Nothing here loads a model by running code from the store:
a registered model is an ``MLmodel`` file with a signature beside a churnml bundle, and scoring reads the bundle alone.
"""

import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Set before the import: MLflow would otherwise report usage, and draw progress bars into logs.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import Metric, Param, Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.models.signature import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec
from sqlalchemy.exc import SQLAlchemyError

from churnml.deliver.publish import publish
from churnml.errors import ChurnmlError
from churnml.learn.bundle import Bundle
from churnml.params import Section

CHAMPION, CHALLENGER, MODEL = "champion", "challenger", "model"
LONGEST_PARAM = 500  # characters, by MLflow's own limit on older servers
LONGEST_KEY = 250
MOST_PARAMS, MOST_METRICS = 100, 1000  # of one call, by MLflow's own limits


@dataclass(frozen=True)
class Evidence:
    """The folders and files of one pipeline run that MLflow mirrors."""

    bundles: Path
    verdicts: Path
    metrics: Path
    charts: Path


def register(book: str, settings: Sequence[Section], evidence: Evidence, store: Path, champion: Path) -> None:
    """One MLflow run for each outcome, a new champion for each proven one, and the folder of champions to score with.

    An outcome whose verdict is not proven is recorded and not registered; its alias is taken away, so that the registry never
    names a champion that does not score. In an experiment of DVC the alias is ``challenger``: trying something moves no champion.
    Each bundle in the folder is fetched back from the registry. Aliases move and the folder is replaced only after all went well.
    """
    verdicts = json.loads(evidence.verdicts.read_text(encoding="utf-8"))
    metrics = json.loads(evidence.metrics.read_text(encoding="utf-8"))
    client, uri = open_store(store)
    experiment = _experiment(client, book, store)
    versions: dict[str, ModelVersion] = {}
    for outcome, verdict in verdicts.items():
        with _run(client, experiment, outcome, _tags(book, outcome, verdict)) as run:
            _mirror(client, run, settings, metrics[outcome], evidence, outcome)
            if verdict["is_proven"]:
                _log_model(client, run, outcome, evidence.bundles / outcome / verdict["model"])
                versions[outcome] = _version(client, run, _model(book, outcome), outcome, verdict)

    def fill(folder: Path) -> None:
        _fetch(uri, versions, evidence.verdicts, folder)
        for outcome in verdicts:
            _alias(client, _model(book, outcome), versions.get(outcome))

    publish(champion, fill)


def open_store(store: Path) -> tuple[MlflowClient, str]:
    """A client of the run store, and the store's address: ``$MLFLOW_TRACKING_URI``, or the SQLite file ``store``.

    A relative file lies under the repository's root, also while ``dvc exp run --temp`` works elsewhere. The first process to
    come creates the tables under a lock: of several that create them at once only one would survive. ChurnmlError says which
    file cannot be opened, and what to do.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI", "")
    if uri:
        return MlflowClient(uri, uri), uri
    file = _rooted(store)
    uri = f"sqlite:///{file}"
    for name in ("alembic", "mlflow"):  # they tell each table they create
        logging.getLogger(name).setLevel(logging.WARNING)
    with _locked(file.with_suffix(".lock")), _plain_errors(file):
        sqlite3.connect(file).close()  # fails at once, where MLflow would try again for minutes
        client = MlflowClient(uri, uri)
        client.search_experiments(max_results=1)
    return client, uri


def revision() -> str:
    """The git commit that the run stands on, marked where files differ from it; 'none' outside git."""
    if "DVC_EXP_BASELINE_REV" in os.environ:  # an experiment of DVC, which moves HEAD about while it runs
        return os.environ["DVC_EXP_BASELINE_REV"]

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603, S607

    commit = git("rev-parse", "--verify", "--quiet", "HEAD") if shutil.which("git") else ""
    return (commit + ("-dirty" if git("status", "--porcelain") else "")) if commit else "none"


def _rooted(store: Path) -> Path:
    return (Path(os.environ.get("DVC_ROOT", ".")) / store).resolve()


@contextmanager
def _plain_errors(file: Path) -> Iterator[None]:
    """Turns whatever the libraries below raise on a file that is no run store into one message."""
    try:
        yield
    except (MlflowException, SQLAlchemyError, sqlite3.Error) as error:
        said = re.sub(r"^\(\S+\) ", "", str(error).strip().splitlines()[0])
        raise ChurnmlError(
            f"cannot open the run store '{file}': {said}. "
            f"Move the file aside and run again (dvc repro register): a new store is created; the champions still score."
        ) from None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # freed by the kernel, so a killed process leaves no stale lock
        yield


def _experiment(client: MlflowClient, book: str, store: Path) -> str:
    """The id of the book's experiment, whose artifacts lie beside the store."""
    if os.environ.get("MLFLOW_TRACKING_URI"):  # a server decides by itself where artifacts lie
        found = client.get_experiment_by_name(book)
        return str(found.experiment_id if found else client.create_experiment(book))
    file = _rooted(store)
    with _locked(file.with_suffix(".lock")):
        location = (file.parent / "mlruns" / book).as_uri()
        found = client.get_experiment_by_name(book)
        if found and found.artifact_location == location:
            return str(found.experiment_id)
        if found:  # MLflow keeps absolute places: the checkout was moved, and new runs must not go to the old
            client.rename_experiment(found.experiment_id, f"{book} (at {found.artifact_location})")
        return str(client.create_experiment(book, artifact_location=location))


@contextmanager
def _run(client: MlflowClient, experiment: str, name: str, tags: dict[str, str]) -> Iterator[Run]:
    """A new run, which ends FINISHED or, on any error, FAILED."""
    run = client.create_run(experiment, run_name=name, tags=tags)
    try:
        yield run
    except BaseException:
        client.set_terminated(run.info.run_id, "FAILED")
        raise
    client.set_terminated(run.info.run_id)


def _mirror(
    client: MlflowClient,
    run: Run,
    settings: Sequence[Section],
    measured: Any,
    evidence: Evidence,
    outcome: str,
) -> None:
    """Logs settings, metrics, charts and every candidate's bundle of one outcome."""
    for params in _batches(_params(settings), MOST_PARAMS):
        client.log_batch(run.info.run_id, params=params)
    for metrics in _batches(_metrics(measured), MOST_METRICS):
        client.log_batch(run.info.run_id, metrics=metrics)
    for folder, name in ((evidence.charts, "charts"), (evidence.bundles / outcome, "candidates")):
        if folder.is_dir():
            client.log_artifacts(run.info.run_id, str(folder), name)


def _tags(book: str, outcome: str, verdict: Mapping[str, Any]) -> dict[str, str]:
    lock = Path("dvc.lock")
    lineage = hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "none"
    said = {f"verdict.{key}": str(value) for key, value in verdict.items() if isinstance(value, str | bool)}
    lines = {"git_revision": revision(), "dvc_revision": lineage}
    if "DVC_EXP_NAME" in os.environ:
        lines["dvc_experiment"] = os.environ["DVC_EXP_NAME"]
    return {"book": book, "outcome": outcome, **lines, **said}


def _params(settings: Sequence[Section]) -> list[Param]:
    said = {type(section).__name__.lower(): section.model_dump(mode="json") for section in settings}
    return [Param(_key(path), json.dumps(value)[:LONGEST_PARAM]) for path, value in _leaves(said)]


def _metrics(measured: Mapping[str, Any]) -> list[Metric]:
    numbers = ((path, value) for path, value in _leaves(measured) if isinstance(value, int | float))
    return [Metric(_key(path), float(value), timestamp=0, step=0) for path, value in numbers]


def _key(path: str) -> str:
    """The name as MLflow takes it: a book's segments may be called anything.

    >>> _key("by_segment.R&D/Labs.brier")
    'by_segment.R_D_Labs.brier'
    """
    return re.sub(r"[^\w .:-]", "_", path)[:LONGEST_KEY]


def _batches(rows: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    return (rows[start : start + most] for start in range(0, len(rows), most))


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested settings or metrics with dotted names.

    >>> list(_leaves({"a": {"b": 1, "c": [2, 3]}}))
    [('a.b', 1), ('a.c.0', 2), ('a.c.1', 3)]
    """
    if isinstance(tree, Mapping):
        branches: Sequence[tuple[Any, Any]] = list(tree.items())
    elif isinstance(tree, list):
        branches = list(enumerate(tree))
    else:
        yield path, tree
        return
    for key, branch in branches:
        yield from _leaves(branch, f"{path}.{key}" if path else str(key))


def _log_model(client: MlflowClient, run: Run, outcome: str, bundle: Path) -> None:
    """Writes the bundle and an ``MLmodel`` file with its signature as artifact ``model``; a damaged bundle is refused."""
    model = Model(artifact_path=MODEL, run_id=run.info.run_id, signature=_signature(Bundle.load(bundle)))
    model.add_flavor("churnml", bundle="bundle", outcome=outcome)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(bundle, folder / "bundle")
        model.save(str(folder / "MLmodel"))
        client.log_artifacts(run.info.run_id, scratch, MODEL)


def _signature(bundle: Bundle) -> ModelSignature:
    inputs = (feature for feature in bundle.features if feature.is_input)
    columns: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.string if f.is_category else DataType.double, f.column, required=False)
        for f in inputs
    ]
    return ModelSignature(Schema(columns), Schema([ColSpec(DataType.double, "probability")]))


def _model(book: str, outcome: str) -> str:
    return f"{book}-{outcome}"


def _version(
    client: MlflowClient, run: Run, name: str, outcome: str, verdict: Mapping[str, Any]
) -> ModelVersion:
    """A new version of the registered model, which says what it was judged to be."""
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    return client.create_model_version(
        name,
        source=f"{run.info.artifact_uri}/{MODEL}",
        run_id=run.info.run_id,
        tags={"outcome": outcome, "grade": str(verdict["grade"])},
        description=f"{outcome.capitalize()}, {verdict['model']}. {verdict['sentence']}",
    )


def _alias(client: MlflowClient, name: str, version: ModelVersion | None) -> None:
    """Gives the alias to the version, or takes it from whichever has it."""
    is_trial = any(os.environ.get(key) for key in ("DVC_EXP_NAME", "DVC_EXP_BASELINE_REV"))
    alias = CHALLENGER if is_trial else CHAMPION
    if version:
        client.set_registered_model_alias(name, alias, version.version)
        return
    try:
        client.delete_registered_model_alias(name, alias)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise


def _fetch(uri: str, versions: Mapping[str, ModelVersion], verdicts: Path, folder: Path) -> None:
    """Fills the folder with each new version's bundle, as the registry has it, and the verdicts of all outcomes."""
    for outcome, version in versions.items():
        fetched = download_artifacts(
            artifact_uri=f"{version.source}/bundle", dst_path=str(folder), tracking_uri=uri
        )
        Path(fetched).rename(folder / outcome)
    shutil.copyfile(verdicts, folder / verdicts.name)
