"""Features from tables on Spark: the catalogue's own SQL and sweep, and the values of the local ``build``."""

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.features.peers import peer_snapshots, with_parts
from churnml.features.reference import aggregates, filled
from churnml.features.spark.dialect import to_spark
from churnml.features.spark.spark_aggregate import measure
from churnml.features.spark.spark_peers import with_peers
from churnml.features.spark.tables import SparkTables
from churnml.features.spec import Feature

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


def build(tables: SparkTables, snapshots: pd.DataFrame, features: Sequence[Feature]) -> "DataFrame":
    """``snapshot`` (its place in the given order), KEYS and one column a feature; nothing is computed before it is read.

    Numbers are doubles with NULL for unknown, equal to the local build's: counts exactly, others within 1e-9.
    """
    numbered = tables.register(snapshots)
    aggregated, measured = ([f for f in features if getattr(f, kind)] for kind in ("aggregate", "measure"))
    parts = [
        tables.query(aggregates(tables, source, [f for f in aggregated if f.source == source]))
        for source in dict.fromkeys(f.source for f in aggregated)
    ]
    if measured:
        parts.append(measure(tables, numbered, measured))
    built = reduce(lambda rows, part: rows.join(part, "snapshot", "left"), parts, numbered)
    built = built.selectExpr("snapshot", *KEYS, *(_named(filled(f), f) for f in [*aggregated, *measured]))
    if peers := [f for f in features if f.peer_of]:
        others = build(tables, peer_snapshots(tables, snapshots), with_parts(peers, features))
        built = with_peers(built, others, peers)
    # A formula may stand on another before it: Spark, too, knows a column by its alias further on.
    built = built.selectExpr("*", *(_named(f"CAST({f.formula} AS DOUBLE)", f) for f in features if f.formula))
    return built.select("snapshot", *KEYS, *(f.column for f in features))


def gather(built: "DataFrame") -> pd.DataFrame:
    """The built rows on this machine, in the snapshots' order, as the local ``build`` gives them."""
    gathered: pd.DataFrame = built.toPandas()
    return gathered.sort_values("snapshot").drop(columns="snapshot").reset_index(drop=True)


def _named(sql: str, feature: Feature) -> str:
    return to_spark(f'{sql} AS "{feature.column}"')
