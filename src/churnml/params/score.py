"""How the list is made, and who may grow."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from churnml.params.section import Above0, From0, Inner, Natural, Part, Points, Positive, Section, Share


class Bands(Section):
    """From which chance on an account's risk is high, or elevated, and for how long a reading is remembered."""

    high: Above0 = Field(description="multiple of the base rate from which the risk is high")
    elevated: Above0 = Field(description="multiple from which it is elevated")
    memory_days: Natural = Field(
        default=0,
        description="a band flips after two readings in a row; an earlier list older than this has no say",
    )

    @model_validator(mode="after")
    def _is_apart(self) -> "Bands":
        if self.high <= self.elevated:
            raise ValueError(f"high ({self.high:g}) must be above elevated ({self.elevated:g})")
        return self


class TrackRecord(Section):
    """How earlier lists are held against what came of them."""

    max_lists: Positive = Field(description="earlier lists, one a month")
    confidence: Part = Field(description="of the interval about a share that left")


class Score(Section):
    """Which day the current book is scored on, how the list is cut, and what it is compared with."""

    as_of: date | Literal["latest"] = Field(description="the day of the list; latest: the book's last day")
    horizon_days: Literal[90, 180, 365] = Field(
        default=365,
        description="days within which leaving counts: every order, band, sum and base rate of the list goes by it",
    )
    capacity_share: Share = Field(description="share of the book a team can call")
    bands: Bands
    max_reasons_for: Positive = Field(description="reasons to leave, an account")
    max_reasons_against: Natural = Field(description="reasons to stay, an account")
    min_reason_share: Share = Field(description="of all that points a reason's way (docs/decisions/0020)")
    min_reason_difference: Share = Field(description="|value - others'| / the larger, for a comparison")
    min_reason_distance: Share = Field(
        default=0.0,
        description="|sum| / sum of |contributions|; below it an account is near the base rate: no weights",
    )
    past_days: tuple[Positive, ...] = Field(default=(), description="days ago, for an account's own past")
    interval: Inner = Field(description="confidence of the chance's interval, by the bag's boosters")
    csm_capacity: Positive | None = Field(
        default=None, description="accounts a CSM can call; none: capacity_share"
    )
    min_history_days: Natural = Field(default=0, description="days; an account with less history is flagged")
    look_back_days: Natural = Field(
        default=0,
        description="without an earlier list, today is compared with so many days ago, by today's models; 0: not",
    )
    track_record: TrackRecord | None = Field(default=None, description="null: not made")
    timeline_weeks: Positive = Field(default=78, description="weeks of history that the report draws")


class Growth(Section):
    """Who may grow, with what, who would speak for us, and what lies idle (docs/decisions/0022)."""

    ordered: ClassVar = (("min_csat", "max_csat"), ("min_advocate_health", "min_reference_health"))

    min_seat_utilisation: Above0 = Field(description="share of paid seats active in 28 days: near the limit")
    min_breadth_gain: Positive = Field(description="more product features than in this quarter a year ago")
    min_usage_ratio: Annotated[float, Field(gt=1)] = Field(
        description="people (or usage) of 13 weeks over the 13 before"
    )
    min_health: Points = Field(description="points of rules health from which an account is healthy")
    min_signs: Positive = Field(description="of the four above, to be on the expansion list")
    near_renewal_days: Natural = Field(
        description="days to the renewal beyond which an account is in mid-term"
    )
    max_wait_days: Natural = Field(description="days to a renewal that an offer may wait for")
    min_peers: Positive = Field(description="others of a segment and tenure, or plan; else the book")
    min_product_share: Part = Field(description="share of similar accounts that own a proposed product")
    min_co_ownership_share: Part = Field(
        description="share of a product's holders; below it one replaces the other"
    )
    min_advocate_health: Points = Field(description="points of rules health, to be asked a favour")
    min_reference_health: Points = Field(description="points that stand in for a promoter's answer")
    min_reference_years: From0 = Field(description="years as a customer, to be a reference")
    max_nps_age_days: Positive = Field(description="days after which an answer is not the latest word")
    min_csat: Above0 = Field(description="mean of half a year from which an account is satisfied")
    max_csat: Above0 = Field(description="the scale's end; a mean beyond it says nothing")
    min_idle_share: Part = Field(description="share of paid seats without an active user in 28 days")
    min_feature_share: Part = Field(description="share of a plan's accounts using what others miss")
    min_use_days: Natural = Field(description="days; a feature used for less long was tried, not left")
    max_features: Positive = Field(description="features named in one line")
