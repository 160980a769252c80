"""The two health scores as Markdown: where they disagreed on past renewals, and what the weights should be."""

import math

import yaml

from churnml.results.health import Component, HealthEvidence
from churnml.results.interval import Interval
from churnml.results.stored import NotEnough
from churnml.text.markdown import percent, safe, table
from churnml.text.number_format import money

WHO = {
    "both": "both", "rules_only": "the rules only", "fitted_only": "the fitted score only", "neither": "neither",
}  # fmt: skip
"""The groups of the table, by which score flagged them."""


def health_told(found: HealthEvidence | NotEnough) -> str:
    """The section on health, from what the stage ``weigh`` wrote."""
    title = "## Health, two ways"
    if isinstance(found, NotEnough):
        return f"{title}\n\nThe two scores cannot be compared: {safe(found.reason)}"
    return "\n\n".join([title, _disagreement(found), _verdict(found), _weights(found), _advice(found)])


def _disagreement(found: HealthEvidence) -> str:
    past, share = found.disagreement, found.capacity_share
    said = (
        "Both scores weigh the same components: the rules as params.yaml says, the fitted score as past renewals "
        f"showed. Here are {past.renewals:,} renewals out of fold, as they stood about {past.lead_days} days "
        f"before; flagged are the least healthy {share:.0%} of each fold."
    )
    rows = [
        (
            WHO[group], f"{row.renewals:,}", f"{row.churned:,}",
            _share(row.churn_rate), money(row.arr_lost_usd),
        )
        for group, row in past.groups.items()
    ]  # fmt: skip
    heading = ("Flagged by", "Renewals", "Left", "Share that left", "ARR lost")
    return f"{said}\n\n{table(heading, rows, 'lrrrr')}"


def _verdict(found: HealthEvidence) -> str:
    """Who was right, and what each would have caught, in two sentences."""
    groups, caught = found.disagreement.groups, found.capture.by_expected_loss
    rules, fitted = groups["rules_only"], groups["fitted_only"]
    difference, confidence = found.disagreement.difference, found.confidence
    if difference.value is None:
        right = "The two scores flagged the same renewals"
    else:
        right = (
            f"Of {rules.renewals:,} renewals only the rules flagged, {_whole(rules.churn_rate.value)} left; "
            f"of {fitted.renewals:,} only the fitted score flagged, {_whole(fitted.churn_rate.value)} left: "
            f"{_who_was_right(difference)} ({_points(difference, confidence)})"
        )
    gain = caught.difference
    if gain.value is None:
        return f"{right}."
    return (
        f"{right}. Calling those first that have the most to lose, the rules would have caught "
        f"{percent(caught.rules.value)} of the ARR that left and the fitted score "
        f"{percent(caught.health_fitted.value)}: {_is_sure(gain)} ({_points(gain, confidence)})."
    )


def _weights(found: HealthEvidence) -> str:
    rows = [
        (
            safe(name), f"{part.current:.0f}", _number(part.suggested),
            f"{_number(part.low)} to {_number(part.high)}", _suggestion(part), _evidence(part),
        )
        for name, part in found.weights.components.items()
    ]  # fmt: skip
    heading = (
        "Component",
        "Weight now",
        "Fitted",
        f"{found.confidence:.0%} interval",
        "Suggestion",
        "Evidence",
    )
    return f"### Weights of the components, of 100\n\n{table(heading, rows, 'lrrrll')}"


def _advice(found: HealthEvidence) -> str:
    if not any(part.is_suggested for part in found.weights.components.values()):
        return "No interval leaves out the weight of today: past renewals give no reason to change one."
    said = (
        "A weight is suggested where its interval leaves out the one of today; the others share what is left. A "
        "component that mostly repeats another gets little. Nothing was changed: to try the suggestions, put these in place of `health.components` in params.yaml, run "
        "`dvc repro` and look at `dvc metrics diff`."
    )
    gain = found.capture.by_expected_loss.difference
    if gain.side < 1:
        said += " That they find more of the ARR that leaves is not proven."
    rules = {"health": {"components": found.weights.rules}}
    pasted = yaml.safe_dump(
        rules, sort_keys=False, default_flow_style=None, allow_unicode=True, width=math.inf
    )
    return f"{said}\n\n```yaml\n{pasted}```"


def _suggestion(part: Component) -> str:
    if not part.is_suggested or part.suggested is None:
        return "keep"
    return f"{'raise' if part.suggested > part.current else 'lower'} to {part.suggested:.0f}"


def _evidence(part: Component) -> str:
    if part.mean_churned is None or part.mean_stayed is None:
        return "not known of renewals that left and of some that stayed"
    return (
        f"{part.renewals:,} renewals, {part.churned:,} left: these had {part.mean_churned:.0f} points, "
        f"the others {part.mean_stayed:.0f}"
    )


def _who_was_right(difference: Interval) -> str:
    sure = {1: "the fitted score was right more often", -1: "the rules were right more often"}
    return sure.get(difference.side, "too close to call")


def _is_sure(gain: Interval) -> str:
    sure = {1: "the fitted score finds more", -1: "the rules find more"}
    return sure.get(gain.side, "the difference may be chance")


def _points(figure: Interval, confidence: float) -> str:
    """A difference of shares in percentage points, with its interval."""
    value, low, high = map(_signed, (figure.value, figure.low, figure.high))
    return f"{value} points, {confidence:.0%} interval {low} to {high}"


def _signed(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:+.1f}"


def _share(figure: Interval) -> str:
    if figure.value is None:
        return "–"
    return f"{_whole(figure.value)} ({_whole(figure.low)} to {_whole(figure.high)})"


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"
