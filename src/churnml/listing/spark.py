"""Scoring on Spark: every part of the rows meets a bundle where it lies, and what comes back is scores and contributions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.data.tables import Tables
from churnml.features.spark.spark_build import build, gather
from churnml.features.spark.tables import SparkTables
from churnml.features.spec import Feature
from churnml.learn.artifact.bundle import Bundle, Scores

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SCORED = ("probability", "log_odds", "base", "fitted_health")
CONTRIBUTION = "pull_"  # before the name of a column: what it contributes to the log-odds


def ask_on_spark(bundles: Mapping[str, Bundle], champion: Path, tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature],
                 master: str) -> dict[str, Scores]:  # fmt: skip
    """The champions' scores of the looks, in their order: features built and bundles asked on Spark, the answers gathered."""
    built = build(SparkTables.read_from(tables, master), snapshots, features).cache()
    scores = {
        outcome: gather_scores(gather(score(built, champion / outcome)), bundle)
        for outcome, bundle in bundles.items()
    }
    built.unpersist()
    return scores


def score(built: "DataFrame", folder: Path) -> "DataFrame":
    """The built rows with ``SCORED``, each column's contribution (``pull_<column>``), computed where the rows lie.

    ``built`` is what Spark's ``build`` gave for the bundle's features; ``folder`` holds the bundle. Spark carries its files to the
    workers, which need no folder in common. Raises BundleError where the bundle is damaged or no longer predicts what it did.
    """
    bundle = Bundle.load(folder)
    bundle.replay()
    files = {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    carried = built.sparkSession.sparkContext.broadcast(files)

    def scored(batches: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        own = _unpack(carried.value)
        return (score_frame(own, rows) for rows in batches)

    sample = score_frame(
        bundle,
        bundle.reference.assign(**dict.fromkeys(["snapshot", *KEYS], 0)).reindex(columns=built.columns),
    )
    added = sample.columns[len(built.columns) :]
    kinds = ", ".join(
        f"`{name}` {'DOUBLE' if pd.api.types.is_numeric_dtype(sample[name].dtype) else 'STRING'}"
        for name in added
    )
    given = ", ".join(f"`{field.name}` {field.dataType.simpleString()}" for field in built.schema)
    return built.mapInPandas(scored, f"{given}, {kinds}")


def score_frame(bundle: Bundle, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with ``SCORED`` and contributions beside them, as ``score`` gives them."""
    scores = bundle.score_rows(rows)
    contributions = scores.contributions.add_prefix(CONTRIBUTION).reset_index(drop=True)
    columns = {name: getattr(scores, name) for name in SCORED}
    parts = [rows.reset_index(drop=True), pd.DataFrame(columns, index=contributions.index), contributions]
    return pd.concat(parts, axis=1)


def gather_scores(scored: pd.DataFrame, bundle: Bundle) -> Scores:
    """Gathered rows as the scores that the bundle would have given here."""
    return Scores(
        keys=scored[KEYS], values=scored[[feature.column for feature in bundle.features]],
        probability=scored["probability"].to_numpy(), log_odds=scored["log_odds"].to_numpy(), base=bundle.model.base,
        contributions=scored[[CONTRIBUTION + column for column in bundle.columns]].set_axis(bundle.columns, axis=1),
        fitted_health=scored["fitted_health"].to_numpy(),
    )  # fmt: skip


def _unpack(files: Mapping[str, bytes]) -> Bundle:
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        return Bundle.load(Path(folder))
