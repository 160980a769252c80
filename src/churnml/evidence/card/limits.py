"""Known limits, each written because the figures show it."""

from collections.abc import Iterator

from churnml.evidence.card.blocks import Items, Section
from churnml.evidence.card.data import segments
from churnml.evidence.card.source import Source
from churnml.results.metrics import Floor, ModelMetrics, OutcomeMetrics, PartMetrics
from churnml.text.number_format import span
from churnml.text.outcome_words import outcome_words

NAMED = 6
"""Columns named before 'and N more'."""


def limits(source: Source) -> Section:
    """What must be known before the figures are used."""
    sentences = [
        *_proof(source), *_time(source), *_segments(source), *_misses(source), *_columns(source), *_always(source),
    ]  # fmt: skip
    return Section("Known limits", [Items(sentences)])


def _proof(source: Source) -> Iterator[str]:
    yield from (f"Leakage alarm: {line}" for line in source.alarms)
    if not source.verdict.is_proven:
        yield f"{source.outcome.capitalize()} is not proven: no probability of it is shown, and nothing was registered."
    y_true = (
        source.metrics.counts.renewals_with_outcome if isinstance(source.metrics, OutcomeMetrics) else None
    )
    if y_true is not None and y_true < source.settings.card.min_outcomes:
        yield f"Few cases: only {y_true:,} renewals ended in {source.outcome}; the intervals are wide, and a few accounts can move every figure."


def _time(source: Source) -> Iterator[str]:
    leads = source.settings.snapshots.lead_days
    yield f"Horizon: judged on looks {min(leads)} to {max(leads)} days before a renewal. An account whose renewal lies farther away is scored beyond what was judged."
    spans = source.past.spans
    if spans:
        yield f"One stretch of history: all figures come from looks between {spans[0].cutoff} and {spans[-1].test_end}. What did not happen then was not tested."
    if source.bundle is not None:
        yield (
            f"Hindsight: the model that scores was fitted on everything ripe by {source.bundle.trained_through}. Its scores for earlier days "
            "are no test of it; the figures above are, since each came from a model that stood on its own cutoff."
        )


def _segments(source: Source) -> Iterator[str]:
    if not source.judged.figures:
        return
    judged = source.judged.parts.get("by_segment", {})
    small = [name for name in segments(source.predictions) if name not in judged]
    if small:
        yield f"Too few to judge alone: {', '.join(small)}. Their accounts are in the whole; how well they are ranked among themselves is unknown."
    leads = source.judged.parts.get("by_lead_days", {})
    unjudged = [str(day) for day in source.settings.snapshots.lead_days if str(day) not in leads]
    if leads and unjudged:
        yield f"Too few looks to judge alone at {', '.join(unjudged)} days before the renewal."
    weak = [
        f"{name} ({span(part.roc_auc.low, part.roc_auc.high, '{:.2f}'.format)})"
        for key in ("by_segment", "by_lead_days")
        for name, part in source.judged.parts.get(key, {}).items()
        if part.roc_auc.low is not None and part.roc_auc.low <= 0.5
    ]  # fmt: skip
    if weak:
        yield f"May be chance: the ROC-AUC interval reaches 0.5 for {', '.join(weak)}."


def _misses(source: Source) -> Iterator[str]:
    low, high = source.settings.card.slope_range
    groups: dict[str, ModelMetrics | PartMetrics] = {"the whole": source.judged}
    for key in ("by_segment", "by_lead_days"):
        days = " days" if key == "by_lead_days" else ""
        groups |= {f"{name}{days}": part for name, part in source.judged.parts.get(key, {}).items()}
    slopes = {name: _value(group, "calibration_slope") for name, group in groups.items()}
    off = [
        f"{name} {slope:.2f}"
        for name, slope in slopes.items()
        if slope is not None and not low <= slope <= high
    ]
    if off:
        yield f"Calibration slope outside {low:.2f} to {high:.2f}: {', '.join(off)}. There a stated probability is too bold (below 1) or too timid (above 1)."
    limit = source.settings.card.max_ece
    wide = [
        _error(name, error, group.ece_floor)
        for name, group in groups.items()
        if (error := _value(group, "ece")) is not None and error > limit
    ]
    if wide:
        yield (
            f"Expected calibration error above {limit:.2f}: {', '.join(wide)}. In small parts much of it is chance: in brackets what "
            "predictions that were right would reach in one of twenty books."
        )


def _value(group: ModelMetrics | PartMetrics, key: str) -> float | None:
    figure = group.figures.get(key)
    return figure.value if figure else None


def _error(name: str, error: float, floor: Floor | None) -> str:
    return f"{name} {error:.3f}" + (f" ({floor.high:.3f})" if floor and floor.high else "")


def _columns(source: Source) -> Iterator[str]:
    if source.bundle is None:
        return
    have = set(source.bundle.columns)
    absent = [feature for feature in source.catalogue if feature.is_input and feature.column not in have]
    concepts = {feature.concept for feature in source.bundle.features if feature.is_input}
    lost = list(dict.fromkeys(feature.concept for feature in absent if feature.concept not in concepts))
    if absent:
        nothing_known = f" Nothing at all is known of: {_named(lost)}." if lost else ""
        yield f"Absent in this book: {len(absent)} of {len(absent) + len(have)} columns of the catalogue, for want of their source or by choice.{nothing_known}"


def _named(names: list[str]) -> str:
    unnamed = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {unnamed} more" if unnamed > 0 else "")


def _always(source: Source) -> Iterator[str]:
    yield "Associations, not causes: that a concept goes with the outcome does not mean that changing it changes the outcome."
    yield (
        f"The past holds what the team did: where somebody stepped in and it helped, the account does not count among {outcome_words(source.outcome).many}"
        if source.outcome != "expansion"
        else "The past holds what the team did: where somebody sold more, the account counts among those who grew"
    ) + ", and the model has learned from that."
