"""The two health scores as Markdown: where they disagreed on past renewals, and what the weights should be."""

import math

import yaml

from churnml.results.health import Component, HealthEvidence
from churnml.results.interval import Interval
from churnml.results.stored import NotEnough
from churnml.text.markdown import safe, table
from churnml.text.number_format import WHOLE_PERCENT, interval, money, percent, points, written

NUMBER = "{:.0f}".format
FLAGGED_BY = {
    "both": "both", "rules_only": "the rules only", "fitted_only": "the fitted score only", "neither": "neither",
}  # fmt: skip
"""The groups of the table, by which score flagged them."""


def health_section(health: HealthEvidence | NotEnough, is_priced: bool = True) -> str:
    """The section on health, from what the stage ``weigh`` wrote; without prices shares of ARR are shares of accounts."""
    title = "## Health, two ways"
    if isinstance(health, NotEnough):
        return f"{title}\n\nThe two scores cannot be compared: {safe(health.reason)}"
    return "\n\n".join(
        [
            title,
            _disagreement(health, is_priced),
            _verdict(health, is_priced),
            _weights(health),
            _advice(health, is_priced),
        ]
    )


def _disagreement(health: HealthEvidence, is_priced: bool) -> str:
    past, share = health.disagreement, health.capacity_share
    text = (
        "Both scores weigh the same components: the rules as params.yaml says, the fitted score as past renewals "
        f"showed. Here are {past.renewals:,} renewals out of fold, as they stood about {past.lead_days} days "
        f"before; flagged are the least healthy {share:.0%} of each fold."
    )
    rows = [
        (
            FLAGGED_BY[group], f"{row.renewals:,}", f"{row.churned:,}",
            interval(row.churn_rate, WHOLE_PERCENT), *([money(row.arr_lost_usd)] if is_priced else []),
        )
        for group, row in past.groups.items()
    ]  # fmt: skip
    heading = ("Flagged by", "Renewals", "Left", "Share that left", *(["ARR lost"] if is_priced else []))
    return f"{text}\n\n{table(heading, rows, 'l' + 'r' * (len(heading) - 1))}"


def _verdict(health: HealthEvidence, is_priced: bool) -> str:
    groups, caught = health.disagreement.groups, health.capture.by_expected_loss
    rules, fitted = groups["rules_only"], groups["fitted_only"]
    difference, confidence = health.disagreement.difference, health.confidence
    if difference.value is None:
        right = "The two scores flagged the same renewals"
    else:
        right = (
            f"Of {rules.renewals:,} renewals only the rules flagged, {written(rules.churn_rate.value, WHOLE_PERCENT)} left; "
            f"of {fitted.renewals:,} only the fitted score flagged, {written(fitted.churn_rate.value, WHOLE_PERCENT)} left: "
            f"{_who_was_right(difference)} ({_points(difference, confidence)})"
        )
    gain = caught.difference
    if gain.value is None:
        return f"{right}."
    return (
        f"{right}. Calling those first that {'have the most to lose' if is_priced else 'are likeliest to leave'}, the rules would have caught "
        f"{percent(caught.rules.value)} of {'the ARR that left' if is_priced else 'those that left'} and the fitted score "
        f"{percent(caught.health_fitted.value)}: {_is_sure(gain)} ({_points(gain, confidence)})."
    )


def _weights(health: HealthEvidence) -> str:
    rows = [
        (
            safe(name), f"{component.current:.0f}", written(component.suggested, NUMBER),
            f"{written(component.low, NUMBER)} to {written(component.high, NUMBER)}", _suggestion(component), _evidence(component),
        )
        for name, component in health.weights.components.items()
    ]  # fmt: skip
    heading = (
        "Component", "Weight now", "Fitted", f"{health.confidence:.0%} interval", "Suggestion", "Evidence",
    )  # fmt: skip
    return f"### Weights of the components, of 100\n\n{table(heading, rows, 'lrrrll')}"


def _advice(health: HealthEvidence, is_priced: bool) -> str:
    if not any(component.is_suggested for component in health.weights.components.values()):
        return "No interval leaves out the weight of today: past renewals give no reason to change one."
    text = (
        "A weight is suggested where its interval leaves out the one of today; the others share what is left. A "
        "component that mostly repeats another gets little. Nothing was changed: to try the suggestions, put these in place of `health.components` in params.yaml, run "
        "`dvc repro` and look at `dvc metrics diff`."
    )
    gain = health.capture.by_expected_loss.difference
    if gain.side < 1:
        text += f" That they find more of {'the ARR that leaves' if is_priced else 'those that leave'} is not proven."
    rules = {"health": {"components": health.weights.rules}}
    pasted = yaml.safe_dump(
        rules, sort_keys=False, default_flow_style=None, allow_unicode=True, width=math.inf
    )
    return f"{text}\n\n```yaml\n{pasted}```"


def _suggestion(component: Component) -> str:
    if not component.is_suggested or component.suggested is None:
        return "keep"
    return f"{'raise' if component.suggested > component.current else 'lower'} to {component.suggested:.0f}"


def _evidence(component: Component) -> str:
    if component.mean_churned is None or component.mean_stayed is None:
        return "not known of renewals that left and of some that stayed"
    return (
        f"{component.renewals:,} renewals, {component.churned:,} left: these had {component.mean_churned:.0f} points, "
        f"the others {component.mean_stayed:.0f}"
    )


def _who_was_right(difference: Interval) -> str:
    sure = {1: "the fitted score was right more often", -1: "the rules were right more often"}
    return sure.get(difference.side, "too close to call")


def _is_sure(gain: Interval) -> str:
    sure = {1: "the fitted score finds more", -1: "the rules find more"}
    return sure.get(gain.side, "the difference may be chance")


def _points(figure: Interval, confidence: float) -> str:
    value, low, high = map(points, (figure.value, figure.low, figure.high))
    return f"{value} points, {confidence:.0%} interval {low} to {high}"
