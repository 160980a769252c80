"""Who takes part. A contestant is imported only in the process that runs it."""

from dataclasses import dataclass
from importlib import import_module

from benchmarks.task import Contestant


@dataclass(frozen=True)
class Entry:
    """A contestant's name in tables, and where it is: a module of ``benchmarks`` and a function.

    A slow one runs once, where the others take turns again and again.
    """

    title: str
    module: str
    function: str
    is_slow: bool = False


ENTRIES = {
    "floor": Entry("scan floor", "by_duckdb", "floor"),
    "churnml": Entry("churnml", "by_engine", "build_features"),
    "duckdb": Entry("DuckDB SQL, bucketed windows", "by_duckdb", "bucketed", is_slow=True),
    "pandas": Entry("pandas, loop over dates", "by_pandas", "loop_over_dates", is_slow=True),
    "featuretools": Entry("featuretools", "by_featuretools", "deep_feature_synthesis", is_slow=True),
    "spark": Entry("churnml on Spark local[2]", "by_spark", "build_features", is_slow=True),
}


def contestant(name: str) -> Contestant:
    """The contestant of that name."""
    entry = ENTRIES[name]
    run: Contestant = getattr(import_module(f"benchmarks.{entry.module}"), entry.function)
    return run
