"""From the evidence of a pipeline run to the champions that score: recorded all, registered what is proven."""

from collections.abc import Sequence
from pathlib import Path

from mlflow.entities.model_registry import ModelVersion

from churnml.atomic import publish
from churnml.params.section import Section
from churnml.results.metrics import METRICS
from churnml.results.stored import as_json, read_json
from churnml.results.verdict import VERDICTS
from churnml.tracking.lineage import tags
from churnml.tracking.registry import fetch, log_model, model_name, move_alias, new_version
from churnml.tracking.runs import Evidence, mirror, started
from churnml.tracking.store import experiment_of, open_store


def register(book: str, settings: Sequence[Section], evidence: Evidence, store: Path, champion: Path) -> None:
    """One MLflow run for each outcome, a new champion for each proven one, and the folder of champions to score with.

    An outcome whose verdict is not proven is recorded and not registered; its alias is taken away, so that the registry never
    names a champion that does not score. In an experiment of DVC the alias is ``challenger``: trying something moves no champion.
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
        for outcome in verdicts:
            move_alias(client, model_name(book, outcome), versions.get(outcome))

    publish(champion, fill)
