"""Who takes part, by name. A contestant is imported only in the process that runs it."""

from importlib import import_module

from benchmarks.task import Contestant

FLOOR, ENGINE, PANDAS, DUCKDB = "scan floor", "churnml", "pandas loop over dates", "DuckDB SQL, bucketed windows"
CONTESTANTS = {
    FLOOR: ("benchmarks.by_duckdb", "floor"),
    ENGINE: ("benchmarks.by_engine", "build_features"),
    DUCKDB: ("benchmarks.by_duckdb", "bucketed"),
    PANDAS: ("benchmarks.by_pandas", "loop_over_dates"),
}


def contestant(name: str) -> Contestant:
    """The contestant of that name."""
    module, function = CONTESTANTS[name]
    run: Contestant = getattr(import_module(module), function)
    return run
