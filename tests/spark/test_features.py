"""Spark gives the values of the local build, for every listed feature: a feature joins by being listed."""

import duckdb
import numpy as np
import pandas as pd
import pytest

from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from churnml.features.spark.dialect import to_spark
from tests.books import make_tables, term
from tests.spark.conftest import MASTER


@pytest.fixture(scope="module")
def gathered(built) -> pd.DataFrame:
    from churnml.features.spark.spark_build import gather

    return gather(built)


def on_spark(tables, snapshots) -> pd.DataFrame:
    from churnml.features.spark.spark_build import build, gather
    from churnml.features.spark.tables import SparkTables

    return gather(build(SparkTables.read_from(tables, MASTER), snapshots, available(tables)))


@pytest.mark.parametrize("feature", CATALOG, ids=lambda f: f.column)
def test_a_feature_has_its_local_value(gathered, local, feature) -> None:
    there, here = gathered[feature.column], local[feature.column]
    assert there.isna().tolist() == here.isna().tolist()
    if feature.is_category:
        assert there.dropna().tolist() == here.dropna().tolist()
    elif feature.unit in {"share", "ratio", "score", "hours", "usd"} or feature.unit.startswith("per "):
        assert there.to_numpy(float) == pytest.approx(here.to_numpy(float), rel=1e-9, abs=1e-9, nan_ok=True)
    else:
        assert np.allclose(there.astype(float), here, rtol=1e-12, atol=0, equal_nan=True)


def test_rows_stand_in_the_snapshots_order(gathered, local) -> None:
    assert list(gathered) == list(local)
    assert gathered["account_id"].tolist() == local["account_id"].tolist()
    assert gathered["as_of"].tolist() == local["as_of"].tolist()


@pytest.mark.spark_core
def test_late_rows_boundaries_and_absent_usage(spark, tmp_path) -> None:
    usage = [
        {"account_id": "a", "occurred_at": "2024-02-02 23:59:59", "user_id": "u", "quantity": "0.25"},
        {"account_id": "a", "occurred_at": "2024-02-03 00:00", "user_id": "u", "quantity": 2},
        {
            "account_id": "a",
            "occurred_at": "2024-02-20",
            "user_id": "v",
            "quantity": 5,
            "known_at": "2024-03-05 04:00",
        },
        {"account_id": "a", "occurred_at": "2024-03-01 23:59:59", "quantity": 1},
        {"account_id": "b", "occurred_at": "2020-02-29", "user_id": "u", "quantity": 1},
    ]
    contracts = [term(name, "2020-01-01", "2025-01-01", seats=5) for name in "abc"]
    tables = make_tables(tmp_path, {"accounts": [{"account_id": name} for name in "abc"], "contracts": contracts, "usage": usage},
                         last_day="2024-06-01")  # fmt: skip
    days = pd.DataFrame({"as_of": pd.to_datetime(["2024-03-02", "2024-03-05", "2024-03-06", "2024-02-29"])})
    snapshots = pd.DataFrame({"account_id": list("abc")}).merge(days, how="cross")
    snapshots = snapshots.assign(renewal=snapshots["as_of"] + pd.Timedelta(days=90), lead_days=90)
    snapshots = pd.concat(
        [snapshots, snapshots.assign(renewal=snapshots["renewal"] + pd.Timedelta(days=90))], ignore_index=True
    )
    here, there = build(tables, snapshots, available(tables)), on_spark(tables, snapshots)
    of_a = there[there["account_id"] == "a"].groupby("as_of")["active_users_28d"].first()
    # Known on the fifth, seen from the sixth on; before, the window's only row names nobody.
    assert of_a.loc[["2024-03-05", "2024-03-06"]].fillna(-1).tolist() == [-1, 1]
    pd.testing.assert_frame_equal(there, here, check_dtype=False, rtol=1e-9, atol=1e-9)
    assert there.loc[there["account_id"] == "c", "usage_events_28d"].tolist() == [0.0] * 8


@pytest.mark.spark_core
def test_usage_reads_as_text_too(spark, book) -> None:
    from churnml.features.spark.tables import SparkTables

    sql = "SELECT account_id, count(DISTINCT feature), CAST(sum(quantity) AS DOUBLE) FROM usage GROUP BY account_id ORDER BY account_id"
    there = [tuple(row) for row in SparkTables.read_from(book, MASTER).query(sql).collect()]
    assert there == book.connect().execute(sql).fetchall()


@pytest.mark.spark_core
def test_both_engines_count_seconds_by_the_clock_and_divide_without_rounding(spark) -> None:
    """From 10:00:00.9 to 10:00:01.1 the clock moves on by one second, though less than one passes."""
    query = """SELECT date_diff('second', a, b), date_diff('second', a, b) / 3600.0, 1.0 / (2.0 / date_diff('second', a, b)) / 3.0
        FROM (SELECT TIMESTAMP '2024-05-01 10:00:00.9' AS a, TIMESTAMP '2024-05-01 10:00:01.1' AS b)"""
    [here], [there] = duckdb.connect().execute(query).fetchall(), spark.sql(to_spark(query)).collect()
    assert here == tuple(there) == (1, 1 / 3600, 0.5 / 3)
