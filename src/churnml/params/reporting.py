"""What people are told: health, lifetime, the list, the forecast, the card."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from churnml.params.section import Part, Positive, Section, Share


class Rule(Section):
    """One line of the rules-weighted health score: points between a bad and a good value of one column."""

    column: str
    bad: float
    good: float
    weight: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _has_a_range(self) -> "Rule":
        if self.bad == self.good:
            raise ValueError(f"bad and good of '{self.column}' are both {self.bad:g}; they must differ")
        return self


class Health(Section):
    """The rules-weighted health score: components that a CSM can read and re-weight."""

    components: dict[str, tuple[Rule, ...]]
    ridge: Annotated[float, Field(ge=0)] = 0.0
    judged_lead_days: Positive = 90
    resamples: Positive = 20


class Lifetime(Section):
    """What a dollar later is worth, how far ahead is counted, and when chances to leave can be judged."""

    horizon_months: Annotated[int, Field(ge=24)]
    discount_rate: Annotated[float, Field(ge=0)]
    gross_margin: Share
    least_renewals: Positive


class Bands(Section):
    """From which multiple of the base rate an account's risk is high, or elevated, and how long a reading is remembered (0: not)."""

    high: Annotated[float, Field(gt=0)]
    elevated: Annotated[float, Field(gt=0)]
    memory_days: Annotated[int, Field(ge=0)] = 0

    @model_validator(mode="after")
    def _is_in_order(self) -> "Bands":
        if self.high <= self.elevated:
            raise ValueError(f"high ({self.high:g}) must be above elevated ({self.elevated:g})")
        return self


class Record(Section):
    """How many earlier lists are held against what came of them, one a month, and how sure an interval is."""

    lists: Positive
    confidence: Part


class Score(Section):
    """Which day the current book is scored on, how the list is cut, and what it is compared with.

    Where there is no earlier list, the day ``look_back_days`` before is looked at with today's models (0: it is not).
    """

    as_of: date | Literal["latest"]
    capacity_share: Share
    bands: Bands
    reasons_for: Positive
    reasons_against: Annotated[int, Field(ge=0)]
    reason_least_share: Share
    reason_least_difference: Share
    reason_least_distance: Share = 0.0
    past_days: tuple[Positive, ...] = ()
    interval: Annotated[float, Field(gt=0, lt=1)]
    csm_capacity: Positive | None = None
    thin_days: Annotated[int, Field(ge=0)] = 0
    look_back_days: Annotated[int, Field(ge=0)] = 0
    record: Record | None = None
    timeline_weeks: Positive = 78


class Forecast(Section):
    """The book's coming quarters: how many, how many simulated paths, and what stands in where the past is short."""

    quarters: Annotated[int, Field(ge=1, le=8)]
    paths: Positive
    seed: int
    interval: Share
    past_quarters: Positive
    size_prior: Annotated[float, Field(gt=0)]
    level_prior_sd: Annotated[float, Field(gt=0)]
    group_prior_sd: Annotated[float, Field(gt=0)]
    shock_prior_sd: Annotated[float, Field(ge=0)]
    shock_prior_quarters: Annotated[float, Field(gt=0)]


class Card(Section):
    """What a model card draws, and which misses it names."""

    seed: int
    dots: Positive
    columns: Positive
    few: Positive
    slopes: tuple[float, float]
    ece: Share

    @model_validator(mode="after")
    def _goes_up(self) -> "Card":
        if self.slopes[0] > self.slopes[1]:
            raise ValueError("slopes must go from low to high")
        return self
