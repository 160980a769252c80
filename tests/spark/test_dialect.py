"""The catalogue's SQL says the same to Spark as to DuckDB."""

import duckdb
import pytest

from churnml.features.spark.dialect import to_spark

pytestmark = pytest.mark.spark_core


def test_what_stands_inside_a_division_is_spelt_out_too() -> None:
    pytest.importorskip("sqlglot")
    assert to_spark("SELECT date_diff('day', a, b) / 7 / c FROM t") == (
        "SELECT CAST(CAST(DATEDIFF(CAST(b AS DATE), CAST(a AS DATE)) AS DOUBLE) / CAST(7 AS DOUBLE) AS DOUBLE) / CAST(c AS DOUBLE) FROM t"
    )
    assert "DATEDIFF(SECOND" not in to_spark("SELECT date_diff('second', a, b) / 3600.0 FROM t")


def test_both_engines_count_seconds_by_the_clock_and_divide_without_rounding(spark) -> None:
    """From 10:00:00.9 to 10:00:01.1 the clock moves on by one second, though less than one passes."""
    query = """SELECT date_diff('second', a, b), date_diff('second', a, b) / 3600.0, 1.0 / (2.0 / date_diff('second', a, b)) / 3.0
        FROM (SELECT TIMESTAMP '2024-05-01 10:00:00.9' AS a, TIMESTAMP '2024-05-01 10:00:01.1' AS b)"""
    [here], [there] = duckdb.connect().execute(query).fetchall(), spark.sql(to_spark(query)).collect()
    assert here == tuple(there) == (1, 1 / 3600, 0.5 / 3)
