"""Features as plain SQL over the door: how every table but usage is read, and what the usage measures mean."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.tables import Tables, register_snapshots
from churnml.features.spec import Feature, View
from churnml.features.usage_measures import MEASURES, Measure


def measured_by_sql(
    tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature]
) -> NDArray[np.float64]:
    """The usage measures by their SQL, one row a feature and one column a snapshot; NaN where there are no rows."""
    con = tables.connect()
    register_snapshots(con, snapshots)
    con.execute("CREATE TABLE features AS SELECT snapshot FROM snapshots")
    spelt = [_spelt(f, MEASURES[f.measure]) for f in features]
    for source in dict.fromkeys(f.source for f in spelt):
        aggregate(con, tables, source, [f for f in spelt if f.source == source])
    columns = ", ".join(f'"{f.column}"' for f in features)
    return con.execute(f"SELECT {columns} FROM features ORDER BY snapshot").df().to_numpy(np.float64).T


def _spelt(feature: Feature, measure: Measure) -> Feature:
    return replace(
        feature, aggregate=measure.sql, source=measure.source, no_rows=0.0 if measure.is_count else None
    )


def aggregate(
    con: duckdb.DuckDBPyConnection, tables: Tables, source: str | View, features: Sequence[Feature]
) -> None:
    """Joins the aggregates of one source to table ``features``; where no row stands, each says what that means."""
    values = ", ".join(f'{filled(f)} AS "{f.column}"' for f in features)
    con.execute(f"""CREATE OR REPLACE TABLE features AS
        WITH found AS ({aggregates(tables, source, features)})
        SELECT features.*, {values} FROM features LEFT JOIN found USING (snapshot)""")


def aggregates(tables: Tables, source: str | View, features: Sequence[Feature]) -> str:
    """SQL for the aggregates of one source: ``snapshot`` and a column a feature, for each snapshot with a row."""
    values = ", ".join(f'{_aggregate(f)} AS "{f.column}"' for f in features)
    # No name is given to the rows: Spark takes all such names for one query's, and knows each once.
    return f"SELECT snapshot, {values} FROM ({_rows(tables, source, features)}) GROUP BY snapshot"


def _rows(tables: Tables, source: str | View, features: Sequence[Feature]) -> str:
    if isinstance(source, View):
        return source.sql.format(door=tables.known(source.table, source.reach_days))
    windows = [f.window.reach if f.window and f.clock == "clock" else None for f in features]
    bounded = [reach for reach in windows if reach is not None]
    return tables.known(source, max(bounded) if len(bounded) == len(windows) else None)


def _aggregate(feature: Feature) -> str:
    window, clock = feature.window, feature.clock
    inside = "true"
    if window:
        inside = (
            f"{clock} >= as_of - INTERVAL {window.reach} DAY AND {clock} < as_of - INTERVAL {window.ago} DAY"
        )
    return feature.aggregate.replace("{when}", f"FILTER ({inside})").replace("{filter}", f"({inside})")


def filled(feature: Feature) -> str:
    """SQL for a feature's column where it has its type and, where no row stands, what that means."""
    if feature.is_category:
        return f'CAST("{feature.column}" AS VARCHAR)'
    value = f'CAST("{feature.column}" AS DOUBLE)'
    return value if feature.no_rows is None else f"coalesce({value}, {feature.no_rows})"
