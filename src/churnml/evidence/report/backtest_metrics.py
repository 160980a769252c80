"""A backtest as Markdown: what the judged model would have done in time, and every rival's metrics."""

from collections.abc import Mapping, Sequence

from churnml.evidence.charts.backtest_charts import title_of
from churnml.results.interval import Interval
from churnml.results.metrics import ModelMetrics, OutcomeMetrics, PartMetrics
from churnml.text.markdown import safe, table
from churnml.text.number_format import WHOLE_PERCENT, interval, money, percent, written

METRICS = {
    "roc_auc": "ROC-AUC", "pr_auc": "PR-AUC",
    "arr_captured_at_capacity": "ARR caught at capacity", "brier": "Brier",
    "calibration_slope": "Calibration slope", "ece": "ECE (floor)",
}  # fmt: skip
"""What is shown of each rival, in the words of the page."""

ALIKE = {"arr_captured_at_capacity": "Caught at capacity"}
"""What is called otherwise where every account counts alike."""

UNPAIRED = ("calibration_slope", "ece")
"""Nearer to its mark, not larger or smaller, is better: a difference says nothing."""

RECALL = "recall_at_"
SEGMENTS = {"by_lead_days": "Days left", "by_segment": "Segment", "by_account": "Account"}


def measured(outcome: str, metrics: OutcomeMetrics, model: str | None, is_priced: bool = True) -> str:
    """The section on one outcome's metrics; ``model`` is the one that the verdict judged. Without prices each account counts alike."""
    rate = percent(metrics.counts.base_rate)
    method = (
        f"Out of fold, with {metrics.confidence:.0%} intervals over accounts; base rate {rate} of the snapshots, "
        "in which a renewal counts on each day it was looked at. ECE is the expected calibration error over ten "
        "equal bins; its floor is what predictions that are right would show on so few renewals (and, in 95 of "
        "100 draws, at most)."
    )
    judged = metrics.models.get(str(model), ModelMetrics({}))
    shown = (METRICS if is_priced else METRICS | ALIKE) | {
        name: f"Found {_days(name)} days before" for name in _recalls(judged.figures)[:1]
    }
    rows = [(title_of(name), *_figures(each, shown)) for name, each in metrics.models.items()]
    segments = [
        _segments(judged.parts[key], words, str(model), METRICS if is_priced else METRICS | ALIKE)
        for key, words in SEGMENTS.items()
        if judged.parts.get(key)
    ]
    sections = [
        f"## {outcome.capitalize()} backtest", *_in_time(outcome, metrics, judged.figures, is_priced), method,
        _metrics(("Model",), shown, rows), *_against(metrics.paired, str(model), shown), *segments,
    ]  # fmt: skip
    return "\n\n".join(sections)


def _in_time(
    outcome: str, metrics: OutcomeMetrics, judged: Mapping[str, Interval], is_priced: bool
) -> list[str]:
    """The headline: who stood on the list early enough, and the dollars; nothing where it was not measured."""
    leads = _recalls(judged)
    if not leads:
        return []
    called = f"the top {metrics.capacity_share:.0%}"
    lines = [
        f"- **{_days(name)} days before the renewal, {called} held {interval(judged[name], WHOLE_PERCENT)} of those with {outcome} to come"
        + (
            f"; by probability x ARR, {interval(judged[f'arr_{name}'], WHOLE_PERCENT)} of their ARR.**"
            if is_priced
            else ".**"
        )
        for name in leads
    ]
    if not is_priced:
        return ["\n".join(lines)]
    caught, all_of_it = judged["usd_captured_at_capacity"], metrics.counts.arr_usd_with_outcome
    lines.append(
        f"- By probability x ARR, {called} held {interval(caught, money)} of {written(all_of_it, money)}, each renewal counted once."
    )
    best = judged.get("empb_usd")
    if best:
        share = percent(judged["empb_share_called"].value)
        lines.append(
            f"- A retention campaign earns most by calling {share}: {interval(best, money)} a snapshot (EMPB, in hindsight)."
        )
    return ["\n".join(lines)]


def _recalls(judged: Mapping[str, Interval]) -> list[str]:
    return [name for name in judged if name.startswith(RECALL) and judged[name].value is not None]


def _days(recall: str) -> str:
    return recall.removeprefix(RECALL).partition("_")[0]


def _against(
    paired: Mapping[str, Mapping[str, Mapping[str, Interval]]], model: str, shown: Mapping[str, str]
) -> list[str]:
    compared, rows = {name: words for name, words in shown.items() if name not in UNPAIRED}, []
    for one, others in paired.items():
        for other, differences in others.items():
            if model in (one, other):
                sign = 1 if one == model else -1
                known = (differences.get(metric) for metric in compared)
                turned = [each if sign > 0 or each is None else -each for each in known]
                rows.append(
                    (
                        title_of(other if sign > 0 else one),
                        *(interval(each, "{:+.3f}".format) for each in turned),
                    )
                )
    minus = _metrics(("Minus",), compared, rows)
    title = f"### {title_of(model)} against the others, from the same resamples"
    return [f"{title}\n\n{minus}"] if rows else []


def _segments(segments: Mapping[str, PartMetrics], words: str, model: str, shown: Mapping[str, str]) -> str:
    rows = [
        (safe(name), f"{segment.rows:,}", f"{segment.outcomes:,}", *_figures(segment, shown))
        for name, segment in segments.items()
    ]
    title = f"### {title_of(model)} by {words.lower()}"
    return f"{title}\n\n{_metrics((words, 'Snapshots', 'Outcomes'), shown, rows)}"


def _figures(found: ModelMetrics | PartMetrics, metrics: Mapping[str, str]) -> list[str]:
    shown = {name: interval(found.figures.get(name), "{:.3f}".format) for name in metrics}
    error, floor = found.figures.get("ece"), found.ece_floor
    if error and floor and error.value is not None:
        shown["ece"] = f"{error.value:.3f} ({floor.value:.3f}, {floor.high:.3f})"
    return list(shown.values())


def _metrics(first: tuple[str, ...], metrics: Mapping[str, str], rows: Sequence[Sequence[str]]) -> str:
    heading = (*first, *metrics.values())
    return table(heading, rows, "l" + "r" * (len(heading) - 1))
