"""Features from tables on Spark: the catalogue's own SQL and sweep, and the values of the local ``build``."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from churnml.data.snapshots import KEYS
from churnml.features.cadence import GRAIN, SINCE, STALE, cadence, windows_of_sums
from churnml.features.observability import (
    COUNTED,
    as_observed,
    is_masked,
    observed_column,
    observed_days,
    reported,
    reports,
    sources,
    witnesses,
)
from churnml.features.peers import BY, LEAST_PEERS, LIVE, TENURE_BANDS, peer_snapshots, with_parts
from churnml.features.reference import aggregates, filled
from churnml.features.spark.dialect import to_spark
from churnml.features.spark.tables import SparkTables
from churnml.features.spec import Feature
from churnml.features.window_aggregation.account_days import AccountDays
from churnml.features.window_aggregation.aggregate import IntArray, aggregate_days, numbered, packed
from churnml.features.window_aggregation.compaction import ROW_COLUMNS, Compactor
from churnml.features.window_aggregation.plan import plan

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

TOLD = ("usage_scale", "users_reported", STALE, GRAIN, SINCE)
"""What the names of columns begin with that say how finely usage is told."""

PEER_KEYS = [f"peer_{by}" for by in BY]


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
    told: list[str] = []
    if measured:
        usage = _measured(tables, snapshots, numbered, measured)
        told = [column for part in usage for column in part.columns if column.startswith(TOLD)]
        parts += usage
    read, every = [*aggregated, *measured], [*aggregated, *measured, *witnesses(measured)]
    built = reduce(lambda rows, part: rows.join(part, "snapshot", "left"), parts, numbered)
    built = built.selectExpr("snapshot", *KEYS, *told, *(_named(filled(f), f) for f in every))
    built, days = _observed(tables, built, features, STALE if STALE in told else "0")
    seen = (_named(as_observed(f), f) if is_masked(f) else f"`{f.column}`" for f in read)
    built = built.selectExpr("snapshot", *KEYS, *days, *seen)
    if peers := [f for f in features if f.peer_of]:
        others = build(tables, peer_snapshots(tables, snapshots), with_parts(peers, features))
        built = with_peers(built, others, peers)
    # A formula may stand on another before it: Spark, too, knows a column by its alias further on.
    built = built.selectExpr("*", *(_named(f"CAST({f.formula} AS DOUBLE)", f) for f in features if f.formula))
    return built.select("snapshot", *KEYS, *(f.column for f in features))


def _observed(
    tables: SparkTables, built: "DataFrame", features: Sequence[Feature], stale: str
) -> tuple["DataFrame", list[str]]:
    """The rows with the observed days of each table that the features read, and the names of those; of usage they end ``stale`` days ago."""
    wanted = sources(tables, features)
    if not wanted:
        return built, []
    columns = {observed_column(source): source.split(".")[0] == "usage" for source in wanted}
    found = built.join(tables.query(observed_days(tables, wanted)), "snapshot", "left")
    days = (f"{column} - {stale if is_usage else 0} AS {column}" for column, is_usage in columns.items())
    return found.selectExpr(*(f"`{column}`" for column in built.columns), *days), list(columns)


def _measured(
    tables: SparkTables, snapshots: pd.DataFrame, numbered: "DataFrame", features: Sequence[Feature]
) -> list["DataFrame"]:
    """By snapshot: how finely its account's usage is told, the measures on the days up to which it is, and users that come as a count."""
    found = cadence(tables, snapshots, windows_of_sums(features))
    found.insert(0, "snapshot", range(len(found)))
    scales = ", ".join(f"{name} DOUBLE" for name in found.columns[5:])
    kinds = f"snapshot LONG, as_of TIMESTAMP_NTZ, {STALE} LONG, {GRAIN} LONG, {SINCE} LONG, {scales}"
    told = tables.session.createDataFrame(found, kinds.removesuffix(", "))
    present = numbered.drop("as_of").join(told.select("snapshot", "as_of"), "snapshot")
    present.createOrReplaceTempView("told_snapshots")
    parts = [told.drop("as_of"), measure(tables, present, [*features, *witnesses(features)])]
    counts = reports(tables, features)
    if counts:
        sql = aggregates(tables, COUNTED, counts).replace("FROM snapshots s", "FROM told_snapshots s")
        parts.append(tables.query(sql))
    absent = {reported(f.window).column for f in features if f.window} - {f.column for f in counts}
    nothing = numbered.selectExpr(
        "snapshot", *(f"CAST(NULL AS DOUBLE) AS {column}" for column in sorted(absent))
    )
    return [*parts, nothing]


def gather(built: "DataFrame") -> pd.DataFrame:
    """The built rows on this machine, in the snapshots' order, as the local ``build`` gives them."""
    gathered: pd.DataFrame = built.toPandas()
    return gathered.sort_values("snapshot").drop(columns="snapshot").reset_index(drop=True)


def _named(sql: str, feature: Feature) -> str:
    return to_spark(f'{sql} AS "{feature.column}"')


def with_peers(built: "DataFrame", others: "DataFrame", peers: Sequence[Feature]) -> "DataFrame":
    """The built rows with each peer feature's median over the month-start rows ``others`` of the same month, segment and tenure band.

    NULL with fewer than ``LEAST_PEERS`` known values. Both carry ``as_of``.
    """
    from pyspark.sql import functions as fn

    shown_by = next((column for column in LIVE if column in others.columns), None)
    live = others.where(f"{shown_by} > {LIVE[shown_by]}") if shown_by else others
    medians = _keyed(live).groupBy(*PEER_KEYS).agg(
        *(fn.expr(f"CASE WHEN count(`{f.peer_of}`) >= {LEAST_PEERS} THEN median(`{f.peer_of}`) END").alias(f.column) for f in peers)
    )  # fmt: skip
    return _keyed(built).join(medians, PEER_KEYS, "left").drop(*PEER_KEYS)


def _keyed(rows: "DataFrame") -> "DataFrame":
    """The rows with what says who is a peer; a book that does not give one of them compares without it."""
    month = "date_trunc('MONTH', as_of)"
    segment = "coalesce(segment, '')" if "segment" in rows.columns else "''"
    tenure = "coalesce(tenure_days, 0)" if "tenure_days" in rows.columns else "0"
    band = " + ".join(f"CAST({tenure} >= {edge} AS INT)" for edge in TENURE_BANDS)
    return rows.selectExpr(
        "*", *(f"{said} AS {key}" for key, said in zip(PEER_KEYS, (month, segment, band), strict=True))
    )


def measure(tables: SparkTables, snapshots: "DataFrame", features: Sequence[Feature]) -> "DataFrame":
    """``snapshot`` and one column a feature; NULL where a measure has no rows to say anything from.

    Rows and snapshots of the same accounts meet in a bucket: each row moves once, so that cost grows with the events and not with the dates.
    """
    buckets = int(tables.session.conf.get("spark.sql.shuffle.partitions"))
    asked = (
        snapshots.join(tables.codes("accounts"), "account_id", "left")
        .selectExpr(
            "snapshot",
            "coalesce(account, 0) AS account",
            "unix_date(to_date(as_of)) AS date",
            "datediff(known_by, as_of) AS stale",
        )
        # An account that never used anything has no rows to meet.
        .selectExpr("*", _bucket("CASE WHEN account > 0 THEN account ELSE snapshot END", buckets))
    )
    span = asked.selectExpr("min(date) AS first", "max(date) AS last").first()
    rows = tables.parts().where(f"day >= {span['first'] - plan(features).reach} AND day < {span['last']}")
    rows = rows.selectExpr(*ROW_COLUMNS, _bucket("account", buckets))
    columns = ", ".join(f"`{feature.column}` DOUBLE" for feature in features)

    def aggregate(rows: pa.Table, asked: pa.Table) -> pa.Table:
        return aggregate_bucket(rows, asked, features)

    return (
        rows.groupBy("bucket")
        .cogroup(asked.groupBy("bucket"))
        .applyInArrow(aggregate, f"snapshot LONG, {columns}")
    )


def _bucket(code: str, buckets: int) -> str:
    """SQL for a code's bucket; both sides of a cogroup must have it of one type, since Spark hashes 5 and 5 apart where they differ."""
    return f"CAST(pmod({code}, {buckets}) AS INT) AS bucket"


def aggregate_bucket(rows: pa.Table, asked: pa.Table, features: Sequence[Feature]) -> pa.Table:
    """The measures of a bucket's snapshots (``snapshot``, ``account``, ``date``, ``stale``) from its usage rows; all rows of an account are in one."""
    if not asked.num_rows:
        return pa.table(
            {"snapshot": asked["snapshot"], **{f.column: pa.array([], pa.float64()) for f in features}}
        )
    columns = {name: _column(rows, name) for name in ROW_COLUMNS}
    known, account = np.unique(columns["account"], return_inverse=True)
    users, user = np.unique(np.append(0, columns["user"]), return_inverse=True)
    columns |= {"account": account + 1, "user": user[1:]}
    owner = np.zeros(len(users), np.int64)
    owner[columns["user"]] = columns["account"]
    users_of, local = numbered(np.arange(1, len(users)), owner[1:], len(known) + 1)
    place = np.searchsorted(known, wanted := _column(asked, "account"))
    is_known = np.append(known, -1)[place] == wanted
    asked_of = packed(np.where(is_known, place + 1, 0), _column(asked, "date"), _column(asked, "stale"))
    keys, twin = np.unique(asked_of, return_inverse=True)
    found = aggregate_days(_account_days(columns), keys, users_of, local, features)
    measured = {
        f.column: pa.array(row[twin], from_pandas=True) for f, row in zip(features, found, strict=True)
    }
    return pa.table({"snapshot": asked["snapshot"], **measured})


def _account_days(rows: Mapping[str, IntArray]) -> AccountDays:
    """Rows in any order by account and day, as the parts of their months would give them."""
    months = rows["day"].astype("datetime64[D]").astype("datetime64[M]")
    order = np.lexsort((rows["user"], rows["lag"], rows["day"], rows["account"], months))
    found, starts = np.unique(months[order], return_index=True)
    first_days = found.astype("datetime64[D]").astype(np.int64).tolist()
    codes = (int(rows[name].max(initial=0)) for name in ("user", "feature"))
    compactor = Compactor(len(months), first_days[0] if first_days else 0, *codes)
    typed: dict[str, NDArray[np.integer]] = {name: column.astype(np.int32) for name, column in rows.items()}
    typed["units"] = rows["units"]
    for first_day, own in zip(first_days, np.split(order, starts[1:]), strict=False):
        compactor.begin(first_day)
        compactor.add({name: column[own] for name, column in typed.items()})
    return compactor.account_days()


def _column(table: pa.Table, name: str) -> IntArray:
    return np.asarray(table[name].to_numpy(), np.int64)
