"""The registry: a version for each proven outcome, its alias, and the way back to a bundle."""

import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model
from mlflow.models.signature import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from churnml.atomic import publish
from churnml.learn.artifact.checksums import read_verified
from churnml.params.section import Section
from churnml.results.metrics import METRICS
from churnml.results.stored import as_json, read_json
from churnml.results.verdict import VERDICTS, Verdict
from churnml.tracking.runs import Evidence, mirror, started, tags
from churnml.tracking.store import experiment_of, open_store

CHAMPION, CHALLENGER, MODEL = "champion", "challenger", "model"


def log_model(client: MlflowClient, run: Run, outcome: str, bundle: Path) -> None:
    """Writes the bundle and an ``MLmodel`` file with its signature as artifact ``model``; a damaged bundle is refused."""
    model = Model(artifact_path=MODEL, run_id=run.info.run_id, signature=_signature(read_verified(bundle)))
    model.add_flavor("churnml", bundle="bundle", outcome=outcome)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(bundle, folder / "bundle")
        model.save(str(folder / "MLmodel"))
        client.log_artifacts(run.info.run_id, scratch, MODEL)


def new_version(client: MlflowClient, run: Run, name: str, outcome: str, verdict: Verdict) -> ModelVersion:
    """A new version of the registered model, which says what it was judged to be."""
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    return client.create_model_version(
        name,
        source=f"{run.info.artifact_uri}/{MODEL}",
        run_id=run.info.run_id,
        tags={"outcome": outcome, "grade": str(verdict.grade)},
        description=f"{outcome.capitalize()}, {verdict.model}. {verdict.sentence}",
    )


def model_name(book: str, outcome: str) -> str:
    """The registered model's name."""
    return f"{book}-{outcome}"


def move_alias(client: MlflowClient, name: str, version: ModelVersion | None) -> None:
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


def fetch(uri: str, versions: Mapping[str, ModelVersion], verdicts: Path, folder: Path) -> None:
    """Fills the folder with each new version's bundle, as the registry has it, and the verdicts of all outcomes."""
    for outcome, version in versions.items():
        fetched = download_artifacts(
            artifact_uri=f"{version.source}/bundle", dst_path=str(folder), tracking_uri=uri
        )
        Path(fetched).rename(folder / outcome)
    shutil.copyfile(verdicts, folder / verdicts.name)


def _keep(verdict: Verdict, bundles: Path, folder: Path) -> None:
    """Copies the bundle that orders an unproven outcome; nothing where none was trained. A damaged one is refused."""
    if verdict.ranking and (bundle := bundles / verdict.outcome / verdict.ranking.model).is_dir():
        read_verified(bundle)
        shutil.copytree(bundle, folder / verdict.outcome)


def _signature(manifest: Mapping[str, Any]) -> ModelSignature:
    columns: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.string if each["is_category"] else DataType.double, each["column"], required=False)
        for each in manifest["features"]
        if each["is_input"]
    ]
    return ModelSignature(Schema(columns), Schema([ColSpec(DataType.double, "probability")]))


def register(book: str, settings: Sequence[Section], evidence: Evidence, store: Path, champion: Path) -> None:
    """One MLflow run for each outcome, a new champion for each proven one, and the folder of champions to score with.

    An outcome whose verdict is not proven is recorded and not registered; its alias is taken away, so that the registry never
    names a champion that gives no chances. The bundle by which it is ordered is copied into the folder all the same. In an experiment of DVC the alias is ``challenger``: trying something moves no champion.
    Each bundle in the folder is fetched back from the registry. Aliases move and the folder is replaced only after all went well.
    """
    verdicts = read_json(evidence.verdicts, VERDICTS)
    metrics = read_json(evidence.metrics, METRICS)
    client, uri = open_store(store)
    experiment = experiment_of(client, book, store)
    versions: dict[str, ModelVersion] = {}
    for outcome, verdict in verdicts.items():
        with started(client, experiment, outcome, tags(book, outcome, verdict)) as run:
            mirror(client, run, settings, as_json(metrics[outcome]), evidence, outcome)
            if verdict.is_proven:
                log_model(client, run, outcome, evidence.bundles / outcome / str(verdict.model))
                versions[outcome] = new_version(client, run, model_name(book, outcome), outcome, verdict)

    def fill(folder: Path) -> None:
        fetch(uri, versions, evidence.verdicts, folder)
        for outcome in verdicts.keys() - versions.keys():
            _keep(verdicts[outcome], evidence.bundles, folder)
        for outcome in verdicts:
            move_alias(client, model_name(book, outcome), versions.get(outcome))

    publish(champion, fill)
