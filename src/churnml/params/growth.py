"""Who may grow, with what, who would speak for us, and what lies idle."""

from typing import Annotated

from pydantic import Field, model_validator

from churnml.params.section import Part, Positive, Section

Level = Annotated[float, Field(gt=0)]
Points = Annotated[float, Field(ge=0, le=100)]


class Growth(Section):
    """From where on a fact is a sign of growth, an offer, a reason to ask a favour, or a sign of idleness."""

    seats_near: Level
    breadth_by: Positive
    rising_from: Annotated[float, Field(gt=1)]
    healthy_from: Points
    least_signs: Positive
    near_renewal_days: Annotated[int, Field(ge=0)]
    waited_for_days: Annotated[int, Field(ge=0)]
    least_peers: Positive
    product_share: Part
    beside_share: Part
    advocate_health: Points
    reference_health: Points
    reference_years: Annotated[float, Field(ge=0)]
    nps_within_days: Positive
    csat_from: Level
    csat_most: Level
    idle_share: Part
    feature_share: Part
    left_after_days: Annotated[int, Field(ge=0)]
    features_named: Positive

    @model_validator(mode="after")
    def _is_in_order(self) -> "Growth":
        pairs = (
            ("csat_from", "csat_most"),
            ("advocate_health", "reference_health"),
        )
        wrong = [f"{low} is above {high}" for low, high in pairs if getattr(self, low) > getattr(self, high)]
        if wrong:
            raise ValueError("; ".join(wrong))
        return self
