"""``forecast.json``: what the live book may retain in the coming quarters."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from churnml.results.interval import Interval
from churnml.results.level_change import LevelChange
from churnml.results.stored import LAZY, LEFT_OUT, NotEnough, OrNotEnough


@dataclass(frozen=True, slots=True)
class Rate:
    """GRR or NRR: the mean of the simulated futures, and the interval that holds their stated share."""

    expected: float
    low: float
    high: float

    @property
    def interval(self) -> Interval:
        """The rate as a figure with its interval."""
        return Interval(self.expected, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Quarter:
    """What is expected from the day of the forecast to a quarter's end."""

    closes_on: str
    opening_usd: float
    churn_usd: float
    contraction_usd: float
    expansion_usd: float
    grr: Rate
    nrr: Rate


@dataclass(frozen=True, slots=True)
class OutcomeLevel:
    """How far an outcome's level lies from what its past as a whole says, in log-odds, how unsure that is, and what a coming quarter adds."""

    shift: float
    sd: float
    shock_sd: float
    quarters: int


@dataclass(frozen=True, slots=True)
class InGrace:
    """Accounts whose term ended within the grace, and the share of them expected to come back."""

    accounts: int
    arr_usd: float
    expected_to_return: float


@dataclass(frozen=True, slots=True)
class BookForecast:
    """The coming quarters, and what they rest on.

    ``unproven`` are the outcomes that enter with their base rates. ``learned_through`` stands where a champion knows more than the day
    did: such a forecast is no test. ``level_changes`` are those the verdicts tell.
    """

    book: str
    as_of: str
    interval: float
    paths: int
    accounts: int
    arr_usd: float
    in_grace: InGrace
    unproven: tuple[str, ...]
    levels: Mapping[str, OutcomeLevel]
    past_quarters_of_drift: int
    scaled_down_share: float
    quarters: Mapping[str, Quarter]
    level_changes: Mapping[str, LevelChange] = field(default_factory=dict)
    learned_through: str | None = field(default=None, metadata=LEFT_OUT)


FORECAST: TypeAdapter[BookForecast | NotEnough] = TypeAdapter(OrNotEnough[BookForecast], config=LAZY)
