"""Features from tables: one ``build`` for training, backtest and scoring, so that they cannot drift apart."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.snapshots import KEYS
from churnml.data.tables import Tables, register_snapshots
from churnml.features.cadence import STALE, cadence, windows_of_sums
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
from churnml.features.peers import peer_medians, peer_snapshots, with_parts
from churnml.features.reference import aggregate, measured_by_sql
from churnml.features.spec import Feature
from churnml.progress import track

Columns = dict[str, NDArray[np.float64] | pd.Series]
Engine = Callable[[Tables, pd.DataFrame, Sequence[Feature]], NDArray[np.float64]]


def _swept(tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature]) -> NDArray[np.float64]:
    from churnml.features.window_aggregation.aggregate import measure  # numba: only who builds pays for it

    return measure(tables, snapshots, features)


ENGINES: dict[str, Engine] = {"sweep": _swept, "sql": measured_by_sql}
"""Who computes the usage measures: both give the same values; the SQL form is the definition, and slower."""


def build(
    tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature], engine: str = "sweep"
) -> pd.DataFrame:
    """KEYS and one column a feature, for each snapshot in its order.

    Numbers are float64 with NaN for unknown; categories are text with None. Rows reach a feature only through the door, so a
    snapshot's values do not depend on what other snapshots there are, nor on anything known on or after its as-of date.
    """
    found: Columns = {}
    aggregates = [f for f in features if f.aggregate]
    con = tables.connect()
    register_snapshots(con, snapshots)
    con.execute("CREATE TABLE features AS SELECT snapshot FROM snapshots")
    for source in track(list(dict.fromkeys(f.source for f in aggregates)), "building features"):
        aggregate(con, tables, source, [f for f in aggregates if f.source == source])
    built = con.execute("SELECT * FROM features ORDER BY snapshot").df()
    found |= {f.column: built[f.column] for f in aggregates}
    if measured := [f for f in features if f.measure]:
        found |= _measured(tables, snapshots, measured, engine)
    found |= _observed(con, tables, features, found.get(STALE, 0))
    found |= _computed(found, {f.column: as_observed(f) for f in features if is_masked(f)})
    peers = [f for f in features if f.peer_of]
    if peers:
        others = build(tables, peer_snapshots(tables, snapshots), with_parts(peers, features), engine)
        found |= peer_medians(others, snapshots, found, peers)
    found |= _computed(found, {f.column: f.formula for f in features if f.formula})
    keys = snapshots[KEYS].reset_index(drop=True)
    return pd.DataFrame(
        {name: keys[name] for name in KEYS} | {f.column: found[f.column] for f in features}, copy=False
    )


def _measured(tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature], engine: str) -> Columns:
    """The usage measures on the days up to which each account's usage is told, and what says how finely that is."""
    told = cadence(tables, snapshots, windows_of_sums(features))
    present = snapshots.assign(as_of=told["as_of"].to_numpy(), known_by=snapshots["as_of"].to_numpy())
    found: Columns = {str(name): told[name] for name in told if name != "as_of"}
    every = [*features, *witnesses(features)]
    for feature, row in zip(every, ENGINES[engine](tables, present, every), strict=True):
        found[feature.column] = (
            row if feature.no_rows is None else np.nan_to_num(row, copy=False, nan=feature.no_rows)
        )
    counts = reports(tables, features)
    if counts:
        con = tables.connect()
        register_snapshots(con, present)
        con.execute("CREATE TABLE features AS SELECT snapshot FROM snapshots")
        aggregate(con, tables, COUNTED, counts)
        built = con.execute("SELECT * FROM features ORDER BY snapshot").df()
        found |= {f.column: built[f.column] for f in counts}
    absent = {reported(f.window).column for f in features if f.window} - found.keys()
    return found | dict.fromkeys(absent, np.full(len(snapshots), np.nan))


def _observed(
    con: duckdb.DuckDBPyConnection, tables: Tables, features: Sequence[Feature], stale: Any
) -> Columns:
    """The observed days of each table that the features read; those of usage end where it is told up to, ``stale`` days ago."""
    wanted = sources(tables, features)
    if not wanted:
        return {}
    days = con.execute(f"SELECT * FROM ({observed_days(tables, wanted)}) ORDER BY snapshot").df()
    return {
        observed_column(source): days[observed_column(source)]
        - (stale if source.split(".")[0] == "usage" else 0)
        for source in wanted
    }


def _computed(found: Columns, expressions: Mapping[str, str]) -> Columns:
    """The column of each SQL expression over what was found; one may stand on another before it."""
    if not expressions:
        return {}
    words = set().union(*(re.findall(r"[a-z_][a-z_0-9]*", sql) for sql in expressions.values()))
    parts = pd.DataFrame({name: values for name, values in found.items() if name in words}, copy=False)
    con = duckdb.connect()
    con.register("parts", parts.reset_index(names="place"))
    # DuckDB knows a column by its alias further on in the same SELECT. It may not keep the order of rows, so we do.
    columns = ", ".join(f'CAST({sql} AS DOUBLE) AS "{name}"' for name, sql in expressions.items())
    made = con.execute(f"SELECT {columns}, place FROM parts ORDER BY place").df()
    return {name: made[name] for name in expressions}
