"""The health score, and what an account is worth over its lifetime."""

from typing import Annotated

from pydantic import Field, model_validator

from churnml.params.section import Above0, From0, Positive, Section, Share


class Rule(Section):
    """One line of the rules-weighted health score: points between a bad and a good value of one column."""

    column: str = Field(description="a column of docs/features.md")
    bad: float = Field(description="no points at this value or beyond")
    good: float = Field(description="full points at this value or beyond")
    weight: Above0 = Field(description="points; the rules' total counts as 100")

    @model_validator(mode="after")
    def _has_a_range(self) -> "Rule":
        if self.bad == self.good:
            raise ValueError(f"bad and good of '{self.column}' are both {self.bad:g}; they must differ")
        return self


class Health(Section):
    """The rules-weighted health score that a CSM can read and re-weight, and its fitted weights."""

    components: dict[str, tuple[Rule, ...]] = Field(description="a component weighs as its rules together")
    alpha: From0 = Field(default=0.0, description="ridge that holds fitted weights to those above; 0: none")
    judged_lead_days: Positive = Field(
        default=90, description="days before a renewal, to compare both scores"
    )
    n_bootstraps: Positive = Field(default=20, description="resamples of accounts, for weights' intervals")


class Lifetime(Section):
    """How long accounts stay, and what a dollar later is worth."""

    horizon_months: Annotated[int, Field(ge=24)] = Field(description="months beyond which nothing is counted")
    discount_rate: From0 = Field(description="share a year")
    gross_margin: Share = Field(description="share of ARR")
    min_renewals: Positive = Field(description="ripe renewals of a segment, for its calibration to be judged")
