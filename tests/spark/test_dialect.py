"""The catalogue's SQL as Spark takes it; what it comes to is in ``test_features.py``, where a session is open anyway."""

import pytest

from churnml.features.spark.dialect import to_spark

pytestmark = pytest.mark.spark_core


def test_what_stands_inside_a_division_is_spelt_out_too() -> None:
    pytest.importorskip("sqlglot")
    assert to_spark("SELECT date_diff('day', a, b) / 7 / c FROM t") == (
        "SELECT CAST(CAST(DATEDIFF(CAST(b AS DATE), CAST(a AS DATE)) AS DOUBLE) / CAST(7 AS DOUBLE) AS DOUBLE) / CAST(c AS DOUBLE) FROM t"
    )
    assert "DATEDIFF(SECOND" not in to_spark("SELECT date_diff('second', a, b) / 3600.0 FROM t")
