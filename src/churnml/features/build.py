"""Features from tables: one ``build`` for training, backtest and scoring, so that they cannot drift apart."""

from collections.abc import Sequence

import duckdb
import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.data.tables import Tables, register_snapshots
from churnml.features.spec import Feature, View
from churnml.progress import track


def build(tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """KEYS and one column a feature, for each snapshot in its order.

    Numbers are float64 with NaN for unknown; categories are text with None. Rows reach an aggregate only through the door, so a
    snapshot's values do not depend on what other snapshots there are, nor on anything known on or after its as-of date.
    """
    con = tables.connect()
    register_snapshots(con, snapshots)
    con.execute("CREATE TABLE features AS SELECT snapshot FROM snapshots")
    aggregates = [f for f in features if f.aggregate]
    for source in track(list(dict.fromkeys(f.source for f in aggregates)), "building features"):
        _add(con, tables, source, [f for f in aggregates if f.source == source])
    for feature in features:
        if feature.formula:  # one at a time, since a formula may stand on another
            con.execute(
                f'CREATE OR REPLACE TABLE features AS SELECT *, CAST({feature.formula} AS DOUBLE) AS "{feature.column}" FROM features'
            )
    found = con.execute("SELECT * FROM features ORDER BY snapshot").df()
    columns = [f.column for f in features]
    return pd.concat([snapshots[KEYS].reset_index(drop=True), found[columns]], axis=1)


def _add(
    con: duckdb.DuckDBPyConnection, tables: Tables, source: str | View, features: Sequence[Feature]
) -> None:
    """Joins the aggregates of one source to table ``features``; where no row stands, each says what that means."""
    aggregates = ", ".join(f'{_aggregate(f)} AS "{f.column}"' for f in features)
    filled = ", ".join(f'{_filled(f)} AS "{f.column}"' for f in features)
    con.execute(f"""CREATE OR REPLACE TABLE features AS
        WITH rows AS ({_rows(tables, source, features)}), found AS (SELECT snapshot, {aggregates} FROM rows GROUP BY snapshot)
        SELECT features.*, {filled} FROM features LEFT JOIN found USING (snapshot)""")


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


def _filled(feature: Feature) -> str:
    if feature.is_category:
        return f'CAST("{feature.column}" AS VARCHAR)'
    value = f'CAST("{feature.column}" AS DOUBLE)'
    return value if feature.no_rows is None else f"coalesce({value}, {feature.no_rows})"
