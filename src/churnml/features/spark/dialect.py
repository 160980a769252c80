"""The catalogue's SQL in Spark's words: sqlglot translates, and what the two engines take differently is said here.

DuckDB divides as floating point and counts the midnights and whole seconds between two moments. Spark rounds a quotient of decimals and
counts stretches of 24 hours, so both are spelt out.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlglot.expressions import Expression


def to_spark(sql: str) -> str:
    """A DuckDB query in Spark SQL, with the same values.

    >>> import pytest; _ = pytest.importorskip("sqlglot")
    >>> to_spark("SELECT arg_max(plan, arr) FILTER (seats / 3 > 1), date_diff('day', a, b) FROM terms")
    'SELECT MAX_BY(plan, arr) FILTER(WHERE CAST(seats AS DOUBLE) / CAST(3 AS DOUBLE) > 1), DATEDIFF(CAST(b AS DATE), CAST(a AS DATE)) FROM terms'
    """
    import sqlglot
    from sqlglot import exp

    tree: Any = sqlglot.parse_one(sql, read="duckdb")
    # Innermost first: what replaces a node holds copies of what stands inside it.
    for node in reversed(list(tree.find_all(exp.Div, exp.DateDiff, bfs=True))):
        node.replace(_as_meant(node))
    return str(tree.sql(dialect="spark"))


def _as_meant(node: "Expression") -> "Expression":
    from sqlglot import exp

    if isinstance(node, exp.Div):
        return exp.Div(this=_double(node.this), expression=_double(node.expression), typed=True, safe=False)
    if isinstance(node, exp.DateDiff):
        return _difference(str(node.args["unit"]).strip("'").upper(), node.expression, node.this)
    return node


def _double(node: "Expression") -> "Expression":
    from sqlglot import exp

    return exp.cast(node.copy(), "DOUBLE")


def _difference(unit: str, start: "Expression", end: "Expression") -> "Expression":
    """The midnights or whole seconds passed from one moment to another."""
    from sqlglot import exp

    if unit == "DAY":
        return exp.Anonymous(
            this="DATEDIFF", expressions=[exp.cast(end.copy(), "DATE"), exp.cast(start.copy(), "DATE")]
        )
    if unit == "SECOND":
        first, last = (
            exp.Anonymous(this="UNIX_SECONDS", expressions=[exp.cast(moment.copy(), "TIMESTAMPLTZ")])
            for moment in (start, end)
        )
        return exp.paren(exp.Sub(this=last, expression=first), copy=False)
    raise ValueError(
        f"no Spark form of date_diff('{unit.lower()}', …); add it to churnml.features.spark.dialect"
    )
