"""``metrics.json``: how well each contender predicted in the backtest, and which candidate is used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

from churnml.results.interval import Interval, Point
from churnml.results.stored import LAZY, LEFT_OUT, NotEnough, OrNotEnough

FLOOR, PART = "ece_floor", "by_"
COUNTS = ("rows", "renewals", "outcomes")


def _apart(found: Any) -> Any:
    if not isinstance(found, dict):
        return found
    own = {key: value for key, value in found.items() if key in {*COUNTS, FLOOR}}
    parts = {key: value for key, value in found.items() if key.startswith(PART)}
    figures = {key: value for key, value in found.items() if key not in own and key not in parts}
    return {**own, "figures": figures, **({"parts": parts} if parts else {})}


@dataclass(frozen=True, slots=True)
class Floor:
    """The ECE that predictions would show if they were right: its mean, and its 95th percentile."""

    value: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class PartMetrics:
    """A contender on a part of the rows; of its figures only ROC-AUC may have an interval."""

    rows: int
    renewals: int
    outcomes: int
    figures: Mapping[str, Interval | Point]
    ece_floor: Floor | None = None

    @property
    def roc_auc(self) -> Interval | Point:
        """Its ROC-AUC, which every part has."""
        return self.figures["roc_auc"]

    def as_dict(self) -> dict[str, Any]:
        """The part for JSON: counts and figures side by side."""
        counts = {name: getattr(self, name) for name in COUNTS}
        return {**counts, **self.figures, **({FLOOR: self.ece_floor} if self.ece_floor else {})}


@dataclass(frozen=True, slots=True)
class ModelMetrics:
    """A contender's figures by name, and, of a model, those of each part of the rows: ``by_lead_days``, ``by_segment`` and so on."""

    figures: Mapping[str, Interval]
    ece_floor: Floor | None = None
    parts: Mapping[str, Mapping[str, Annotated[PartMetrics, BeforeValidator(_apart)]]] = field(
        default_factory=dict
    )

    def as_dict(self) -> dict[str, Any]:
        """The metrics for JSON: figures and parts side by side."""
        return {**self.figures, **({FLOOR: self.ece_floor} if self.ece_floor else {}), **self.parts}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the metrics rest on."""

    rows: int
    renewals: int
    accounts: int
    outcomes: int
    renewals_with_outcome: int
    arr_usd_with_outcome: float | None
    base_rate: float | None
    folds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Regret:
    """A candidate's log loss, its mean regret and that of each fold, its loss less the best's, and the ARR it found less the most any found."""

    log_loss: float
    mean: float
    by_fold: tuple[float, ...]
    worse: Interval
    arr_captured: float


@dataclass(frozen=True, slots=True)
class ModelSelection:
    """The candidate to use, that of the least mean regret, why, and every candidate's regret."""

    chosen: str
    best: str
    why: str
    regret: Mapping[str, Regret]


@dataclass(frozen=True, slots=True)
class Proof:
    """By how much a candidate's ROC-AUC lies beyond one half, beyond the rules' and beyond the best single column's.

    The first interval is widened for the number of candidates looked at; None where that rival did not compete.
    """

    beyond_chance: Interval
    beyond_rules: Interval | None
    beyond_best_column: Interval | None

    @property
    def holds(self) -> bool:
        """Surely beyond chance and the rules, and not surely behind the best single column."""
        is_beyond = self.beyond_chance.side > 0 and (self.beyond_rules is None or self.beyond_rules.side > 0)
        return is_beyond and (self.beyond_best_column is None or self.beyond_best_column.side >= 0)


MARGIN = 1.25
"""How many times as many as came, or the reverse, chances may surely say before they are called off."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Of so many renewals (or dollars) how many the chances ``said`` and how many ``came``; ``ratio``, said by came, with its interval."""

    of: float | None
    said: float | None
    came: float | None
    ratio: Interval

    @property
    def is_off(self) -> bool:
        """Whether the whole interval lies beyond the margin.

        >>> Expected(100, 9, 16, Interval(0.56, 0.42, 0.75)).is_off, Expected(100, 9, 16, Interval(0.56, 0.3, 0.95)).is_off
        (True, False)
        """
        return is_off(self.ratio)


def is_off(ratio: Interval) -> bool:
    """Whether a figure that should be 1 is surely not, by more than the margin."""
    return (
        ratio.low is not None and ratio.high is not None and (ratio.low > MARGIN or ratio.high < 1 / MARGIN)
    )


@dataclass(frozen=True, slots=True)
class Chances:
    """What the chosen candidate's chances said beside what came, out of time; every interval widened for the number of these figures.

    ``by_fold`` goes by cutoff; ``slope`` is the calibration slope: below 1 they are too bold, above 1 too timid.
    """

    accounts: Expected
    dollars: Expected
    by_fold: Mapping[str, Expected]
    slope: Interval

    @property
    def is_level_off(self) -> bool:
        """Whether as many came as was said is surely wrong, whatever the slope."""
        return self.accounts.is_off or self.dollars.is_off or self.worst_fold is not None

    @property
    def are_off(self) -> bool:
        """Whether a verdict loses a letter by them."""
        return self.is_level_off or is_off(self.slope)

    @property
    def worst_fold(self) -> str | None:
        """The cutoff of the fold that is surely off and farthest from 1; None where none is."""
        off = {
            day: abs(log(fold.ratio.value))
            for day, fold in self.by_fold.items()
            if fold.is_off and fold.ratio.value
        }
        return max(off, key=lambda day: off[day], default=None)


@dataclass(frozen=True, slots=True)
class OutcomeMetrics:
    """Every contender's metrics on one outcome's backtest.

    ``differences`` are in ROC-AUC, of each candidate less each other contender; ``paired`` are headline metrics, of each contender less
    each later one. ``proofs`` are those of the candidates but the rules, ``chances`` those of the one to use. ``tuned`` is what trials of settings found, where there were any.
    """

    outcome: str
    confidence: float
    capacity_share: float
    counts: Counts
    models: Mapping[str, Annotated[ModelMetrics, BeforeValidator(_apart)]]
    differences: Mapping[str, Mapping[str, Interval]]
    paired: Mapping[str, Mapping[str, Mapping[str, Interval]]]
    choice: ModelSelection
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    chances: Chances | None = None
    tuned: Mapping[str, Any] | None = field(default=None, metadata=LEFT_OUT)

    @property
    def roc_auc(self) -> Interval:
        """The ROC-AUC of the candidate to use."""
        return self.models[self.choice.chosen].figures["roc_auc"]


METRICS: TypeAdapter[Mapping[str, OutcomeMetrics | NotEnough]] = TypeAdapter(
    Mapping[str, OrNotEnough[OutcomeMetrics]], config=LAZY
)
"""Metrics by outcome."""
