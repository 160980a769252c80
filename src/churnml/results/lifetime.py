"""``lifetime.json``: the survival model, how it was chosen, and whether its chances came true out of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import TypeAdapter

from churnml.results.stored import LAZY, LEFT_OUT, NotEnough, OrNotEnough

Method = Literal["cox", "weibull_aft", "kaplan_meier"]


@dataclass(frozen=True, slots=True)
class MethodScore:
    """A method's mean over the folds with lives to compare, weighted by who left."""

    folds: int
    concordance: float
    integrated_brier: float


@dataclass(frozen=True, slots=True)
class Gap:
    """How far the survival model and a churn model differ at the renewal before they are tied."""

    mean_difference: float | None
    share_beyond_10_points: float | None
    rank_correlation: float | None


@dataclass(frozen=True, slots=True)
class HorizonCalibration:
    """Whether chances came true: predicted and observed, the slope on log-odds, and ECE over bins of equal count.

    ``ece_by_chance`` is what the ECE of true probabilities would be on so many rows, since the shares of bins scatter; several
    snapshots of one renewal count as one.
    """

    rows: int
    renewals: int
    left: int
    mean_probability: float | None
    share_left: float | None
    slope: float | None
    ece: float | None
    ece_by_chance: float | None


BySegment = Mapping[str, HorizonCalibration]
"""Of ``all`` rows, and of each segment with enough renewals; nothing where no row is old enough."""


@dataclass(frozen=True, slots=True)
class Tied:
    """The survival curve tied to a churn model: how far both differed, and the calibration of each chance to leave."""

    disagreement: Gap
    at_renewal: BySegment
    within_90d: BySegment
    within_180d: BySegment
    within_365d: BySegment


@dataclass(frozen=True, slots=True)
class LifetimeEvidence:
    """The method used and why, its rivals, its coefficients, each fold's model, and its tie to each churn model of the backtest."""

    method: Method
    why: str
    methods: Mapping[Method, MethodScore]
    covariates: Mapping[str, float | None]
    by_fold: Mapping[str, str]
    models: Mapping[str, Tied] | None = field(default=None, metadata=LEFT_OUT)


LIFETIME: TypeAdapter[LifetimeEvidence | NotEnough] = TypeAdapter(OrNotEnough[LifetimeEvidence], config=LAZY)
