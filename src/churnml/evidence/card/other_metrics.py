"""Evidence of other kinds that stands among the metrics, told as it is: a table of figures, a list of sentences."""

from collections.abc import Iterator, Mapping
from typing import Any

from churnml.evidence.card.blocks import Block, Cell, Grid, Items, Section
from churnml.evidence.card.metric_names import cell, figure
from churnml.evidence.card.source import Source
from churnml.evidence.charts.backtest_charts import title_of

ELSEWHERE = {"outcome", "confidence", "counts", "models", "differences", "paired", "choice", "not_enough"}
MOST = 40
"""Figures of one kind that fit the card."""


def other_metrics(source: Source) -> list[Section]:
    """One section for each part of the metrics that no other section tells."""
    others = {
        key: value
        for key, value in source.metrics.items()
        if key not in ELSEWHERE and isinstance(value, Mapping | list)
    }
    sections = [
        Section(key.replace("_", " ").capitalize(), _blocks(key, value)) for key, value in others.items()
    ]
    return [section for section in sections if section.blocks]


def _blocks(key: str, value: Any) -> list[Block]:
    leaves = list(_leaves(value))
    sentences = [text for _, text in leaves if isinstance(text, str) and " " in text]
    rows = [
        [Cell(_words(path)), _cell(path, leaf)]
        for path, leaf in leaves
        if not (isinstance(leaf, str) and " " in leaf)
    ]
    blocks: list[Block] = [Items(sentences)] if sentences else []
    title = key.replace("_", " ").capitalize()
    return [*blocks, Grid(title, ("Figure", "Value"), rows[:MOST])] if rows else blocks


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of nested figures; a value with its interval is one."""
    if isinstance(tree, Mapping) and "value" not in tree:
        for key, branch in tree.items():
            yield from _leaves(branch, f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list):
        for position, branch in enumerate(tree, 1):
            yield from _leaves(branch, f"{path}.{position}" if path else str(position))
    else:
        yield path, tree


def _cell(path: str, leaf: Any) -> Cell:
    key = path.rsplit(".", 1)[-1]
    if isinstance(leaf, Mapping):
        return cell(key, leaf)
    if isinstance(leaf, bool) or not isinstance(leaf, int | float):
        return Cell({True: "yes", False: "no", None: "–"}.get(leaf, title_of(str(leaf))))
    return Cell(f"{leaf:,}" if isinstance(leaf, int) else figure(key, leaf))


def _words(path: str) -> str:
    return " · ".join(word.replace("_", " ") for word in path.split(".")) or "value"
