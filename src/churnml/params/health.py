"""The health score, and what an account is worth over its lifetime."""

from typing import Annotated

from pydantic import Field, model_validator

from churnml.params.section import Positive, Section, Share


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
