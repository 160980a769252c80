"""Which book, how its files are read, and how its history is cut."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from churnml.params.section import Positive, Section, Share


class Book(Section):
    """Which book is in use and where its raw folder lies."""

    name: str
    raw: str


class Sample(Section):
    """The truth-known sample book: how large, how long, how dirty."""

    seed: int
    accounts: Positive
    first_day: date
    last_day: date
    dirty_share: Share


class Ingest(Section):
    """How many rows of a table may be quarantined before the run stops, and what still counts as a stray row."""

    default_limit: Share
    stray_share: Share
    stray_days: Positive
    limits: dict[str, Share] = {}


class Revenue(Section):
    """What counts as churn, contraction and expansion."""

    grace_days: Annotated[int, Field(ge=0)]
    tolerance: Share
    rolling_below_days: Annotated[int, Field(ge=0)]


class Snapshots(Section):
    """On which days we look at an account before its renewal."""

    lead_days: tuple[Positive, ...]
    min_history_days: Annotated[int, Field(ge=0)]
    rolling_horizon_days: Positive
    rolling_every_days: Positive


class Features(Section):
    """Which features of the catalogue to leave out, by column name, and who computes the others."""

    exclude: tuple[str, ...] = ()
    engine: Literal["local", "spark"] = "local"
    spark_master: str = "local[2]"


class Proof(Section):
    """How much of a book the proof of time looks at."""

    accounts: Annotated[int, Field(ge=2)]
    dates: Positive
    seed: int


class Kpis(Section):
    """How far back KPIs are told, and the scales of surveys."""

    quarters: Positive
    usage_days: Positive
    csat_satisfied_from: float
    csat_most: float
    cohort_step_months: Positive
    cohort_steps: Positive

    @model_validator(mode="after")
    def _is_on_the_scale(self) -> "Kpis":
        if self.csat_satisfied_from > self.csat_most:
            raise ValueError("csat_satisfied_from must not lie beyond csat_most")
        return self
