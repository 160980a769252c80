"""The judged model by part of the book: by days left, by segment, and by whatever else was measured."""

from collections.abc import Mapping

from churnml.evidence.card.blocks import Block, Cell, Grid, Picture, Section, Text
from churnml.evidence.card.metric_names import cell, measured, metric
from churnml.evidence.card.pictures.whiskers import Dot, Panel, whiskers
from churnml.evidence.card.source import Source
from churnml.results.metrics import PartMetrics

TITLES = {
    "by_lead_days": "By days left to the renewal", "by_segment": "By segment", "by_account": "Known accounts and new ones",
}  # fmt: skip
ELSEWHERE = {"by_fold"}
"""Told with the folds."""

NOT_BY_SEGMENT = {"pr_auc"}
"""Depends on how common the outcome is, so that parts cannot be compared by it."""


def by_segment(source: Source) -> list[Section]:
    """One section for each way the figures were split."""
    return [
        _section(source, key, segments)
        for key, segments in source.judged.parts.items()
        if key not in ELSEWHERE and segments
    ]


def _section(source: Source, key: str, segments: Mapping[str, PartMetrics]) -> Section:
    words = TITLES.get(key, key.replace("_", " ").capitalize())
    least = source.settings.evaluate.min_each_class
    text = f"Only parts with at least {least} snapshots with and {least} without the outcome are judged. Capacity is taken within each part."
    blocks: list[Block] = [
        Text(text),
        *_picture(key, words, segments),
        _grid(key, words, segments, source.tables.is_priced),
    ]
    return Section(words, blocks)


def _picture(key: str, words: str, segments: Mapping[str, PartMetrics]) -> list[Block]:
    dots = [
        Dot(_name(key, name), auc.value, auc.low, auc.high)
        for name, auc in ((name, segment.roc_auc) for name, segment in segments.items())
        if auc.value is not None
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


def _grid(key: str, words: str, segments: Mapping[str, PartMetrics], is_priced: bool) -> Grid:
    keys = list(
        dict.fromkeys(
            metric_key
            for segment in segments.values()
            for metric_key in measured(segment.figures)
            if metric_key not in NOT_BY_SEGMENT
        )
    )
    rows = [
        [
            Cell(_name(key, name)), Cell(f"{segment.rows:,}"), Cell(f"{segment.outcomes:,}"),
            *(cell(metric_key, segment.figures.get(metric_key)) for metric_key in keys),
        ]
        for name, segment in segments.items()
    ]  # fmt: skip
    return Grid(
        f"The judged model {words.lower()}",
        [
            "",
            "Snapshots",
            "Outcomes",
            *(metric(metric_key, is_priced).name for metric_key in keys),
        ],
        rows,
    )


def _name(key: str, name: str) -> str:
    return f"{name} days" if key == "by_lead_days" else name
