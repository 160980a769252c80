"""The judged model by part of the book: by days left, by segment, and by whatever else was measured."""

from collections.abc import Mapping
from typing import Any

from churnml.evidence.card.blocks import Block, Cell, Grid, Picture, Section, Text
from churnml.evidence.card.metric_names import cell, measured, metric
from churnml.evidence.card.pictures.whiskers import Dot, Panel, whiskers
from churnml.evidence.card.source import Source

TITLES = {
    "by_lead_days": "By days left to the renewal", "by_segment": "By segment", "by_account": "Known accounts and new ones",
}  # fmt: skip
ELSEWHERE = {"by_fold"}
"""Told with the folds."""

WHOLE_ONLY = {"pr_auc"}
"""Depends on how common the outcome is, so that parts cannot be compared by it."""


def parts(source: Source) -> list[Section]:
    """One section for each way the figures were split."""
    keys = [
        key for key, found in source.judged.items() if key.startswith("by_") and isinstance(found, Mapping)
    ]
    return [
        _section(source, key, source.judged[key])
        for key in keys
        if key not in ELSEWHERE and source.judged[key]
    ]


def _section(source: Source, key: str, found: Mapping[str, Any]) -> Section:
    words = TITLES.get(key, key.replace("_", " ").capitalize())
    least = source.settings.evaluate.min_each_class
    text = f"Only parts with at least {least} snapshots with and {least} without the outcome are judged. Capacity is taken within each part."
    blocks: list[Block] = [Text(text), *_picture(key, words, found), _grid(key, words, found)]
    return Section(words, blocks)


def _picture(key: str, words: str, found: Mapping[str, Any]) -> list[Block]:
    dots = [
        Dot(
            _name(key, name),
            part["roc_auc"]["value"],
            part["roc_auc"].get("low"),
            part["roc_auc"].get("high"),
        )
        for name, part in found.items()
        if part.get("roc_auc", {}).get("value") is not None
    ]
    if len(dots) < 2:
        return []
    lowest, highest = min(dots, key=lambda dot: dot.value), max(dots, key=lambda dot: dot.value)
    picture = Picture(
        key, whiskers([Panel("ROC-AUC", dots)]),
        f"ROC-AUC with intervals, {words.lower()}: from {lowest.value:.3f} ({lowest.name}) to {highest.value:.3f} ({highest.name}).",
        "ROC-AUC within each part, with its interval.",
    )  # fmt: skip
    return [picture]


def _grid(key: str, words: str, found: Mapping[str, Any]) -> Grid:
    keys = list(
        dict.fromkeys(name for part in found.values() for name in measured(part) if name not in WHOLE_ONLY)
    )
    rows = [
        [
            Cell(_name(key, place)), Cell(f"{part.get('rows', 0):,}"), Cell(f"{part.get('outcomes', 0):,}"),
            *(cell(name, part.get(name)) for name in keys),
        ]
        for place, part in found.items()
    ]  # fmt: skip
    return Grid(
        f"The judged model {words.lower()}",
        ["", "Snapshots", "Outcomes", *(metric(name).name for name in keys)],
        rows,
    )


def _name(key: str, name: str) -> str:
    return f"{name} days" if key == "by_lead_days" else name
