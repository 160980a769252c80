"""Settings that trials found, as a table of figures."""

from collections.abc import Iterator, Mapping
from typing import Any

from churnml.evidence.card.blocks import Cell, Grid, Section
from churnml.evidence.card.metric_names import figure
from churnml.evidence.card.source import Source
from churnml.evidence.charts.backtest_charts import title_of

MOST = 40
"""Figures that fit the card."""


def tuned(source: Source) -> list[Section]:
    """One section where settings were tried; else nothing."""
    rows = [[Cell(_words(path)), _cell(path, leaf)] for path, leaf in _leaves(source.measured.tuned or {})]
    return [Section("Tuned", [Grid("Tuned", ("Figure", "Value"), rows[:MOST])])] if rows else []


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested settings."""
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            yield from _leaves(branch, f"{path}.{key}" if path else str(key))
    else:
        yield path, tree


def _cell(path: str, leaf: Any) -> Cell:
    if isinstance(leaf, bool) or not isinstance(leaf, int | float):
        return Cell({True: "yes", False: "no", None: "–"}.get(leaf, title_of(str(leaf))))
    return Cell(f"{leaf:,}" if isinstance(leaf, int) else figure(path.rsplit(".", 1)[-1], leaf))


def _words(path: str) -> str:
    return " · ".join(word.replace("_", " ") for word in path.split("."))
