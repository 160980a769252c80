"""Spark beside the local build: ``python -m benchmarks.spark --tables FOLDER``.

Every account of a book on month starts, all its features by both engines; says whether values are equal, and the seconds each took.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.features import build as local
from churnml.features.catalog import available
from churnml.features.spark import spark_build as spark
from churnml.features.spark.tables import SparkTables, open_session

TOLERANCE = 1e-9


def month_starts(tables: Tables, dates: int) -> pd.DataFrame:
    """Snapshots of every account, a month apart, the newest on the book's last day."""
    accounts = tables.connect().execute("SELECT DISTINCT account_id FROM contracts ORDER BY account_id").df()
    days = [pd.Timestamp(tables.last_day) - pd.DateOffset(months=back) for back in range(dates)]
    every = accounts.merge(pd.DataFrame({"as_of": days}), how="cross")
    return every.assign(renewal=every["as_of"] + pd.Timedelta(days=90), lead_days=90)


def different(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """The columns in which two builds differ: by more than 1e-9 of a value's size, or in what is unknown."""
    differing = [] if list(one) == list(other) else ["the columns themselves"]
    for name in [name for name in one if name in other]:
        left, right = one[name], other[name]
        if left.dtype.kind == "f":
            equal = np.allclose(left, right.astype(float), rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        else:
            equal = bool(((left == right) | (left.isna() & right.isna())).all())
        differing += [] if equal else [name]
    return differing


def timed(what: str, work: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What the work gives, after saying how long it took."""
    start = time.perf_counter()
    value = work()
    print(f"{what:<30}{time.perf_counter() - start:>8.1f} s")
    return value


def main() -> None:
    """Compares the engines on one book; exit code 1 where they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=Path, required=True, help="canonical tables, as ingest leaves them")
    parser.add_argument("--master", default="local[2]")
    parser.add_argument(
        "--memory", default="4g", help="of the Java machine that drives, and in local mode works"
    )
    parser.add_argument("--dates", type=int, default=24)
    asked = parser.parse_args()
    tables = Tables(asked.tables)
    snapshots, features = month_starts(tables, asked.dates), available(tables)
    print(f"{len(snapshots):,} snapshots, {len(features)} columns")
    here = timed("local", lambda: local.build(tables, snapshots, features))
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", f"--driver-memory {asked.memory} pyspark-shell")
    session = open_session(asked.master)
    there = timed(f"Spark {asked.master}", lambda: spark.gather(spark.build(SparkTables(session, str(asked.tables.resolve())), snapshots, features)))  # fmt: skip
    differing = different(here, there)
    print("equal values in every column" if not differing else f"differ: {', '.join(differing)}")
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
