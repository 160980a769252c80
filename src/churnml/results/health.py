"""``health.json``: the rules health score beside the fitted one on past renewals, and advice on the weights."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from churnml.results.interval import Interval
from churnml.results.stored import LAZY, NotEnough, OrNotEnough


@dataclass(frozen=True, slots=True)
class Flagged:
    """Renewals by which score flagged them, and how they ended."""

    renewals: int
    churned: int
    churn_rate: Interval
    arr_lost_usd: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Past renewals as they stood ``lead_days`` before, in four groups: flagged by both, by one score only, by neither.

    ``difference`` is the churn rate of those only the fitted score flagged less that of those only the rules flagged.
    """

    lead_days: int
    renewals: int
    groups: Mapping[str, Flagged]
    difference: Interval


@dataclass(frozen=True, slots=True)
class Captured:
    """The share of the ARR that left which each score finds within capacity, and the fitted score's less the rules'."""

    rules: Interval
    health_fitted: Interval
    difference: Interval


@dataclass(frozen=True, slots=True)
class Capture:
    """What is captured where those are called first that have the most to lose, and where the least healthy are, whatever they pay."""

    by_expected_loss: Captured
    by_health: Captured


@dataclass(frozen=True, slots=True)
class Component:
    """A component's weight now and as past renewals would have it, with the ends of its interval, and what that rests on.

    Renewals on which it is known, how many of them churned, and its mean score of those that did and those that stayed.
    """

    current: float
    suggested: float | None
    low: float | None
    high: float | None
    is_suggested: bool
    renewals: int
    churned: int
    mean_churned: float | None
    mean_stayed: float | None


@dataclass(frozen=True, slots=True)
class Weights:
    """Every component, and the rules with their suggested weights, ready for params.yaml."""

    components: Mapping[str, Component]
    rules: Mapping[str, tuple[Mapping[str, object], ...]]


@dataclass(frozen=True, slots=True)
class HealthEvidence:
    """The two health scores on past renewals, and what the weights should be."""

    confidence: float
    capacity_share: float
    disagreement: Disagreement
    capture: Capture
    weights: Weights


HEALTH: TypeAdapter[HealthEvidence | NotEnough] = TypeAdapter(OrNotEnough[HealthEvidence], config=LAZY)
