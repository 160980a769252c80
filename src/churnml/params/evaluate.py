"""How predictions are judged, and what a model must show."""

from typing import Annotated, Literal

from pydantic import Field

from churnml.params.section import Part, Positive, Section, Share


class Profit(Section):
    """What a retention campaign costs, and how often it keeps an account that would leave (a Beta's mean)."""

    contact_cost_usd: Annotated[float, Field(ge=0)]
    incentive_share: Share
    accept_alpha: Annotated[float, Field(gt=0)]
    accept_beta: Annotated[float, Field(gt=0)]


class Evaluate(Section):
    """How predictions are judged."""

    seed: int
    bootstrap: Positive
    confidence: Share
    capacity_share: Part
    min_each_class: Positive
    ties: Literal["simpler", "steadier"]
    recall_leads: tuple[Positive, ...]
    profit: Profit


class Gate(Section):
    """What a model must show before it is registered."""

    leak_roc_auc: Share
    grade_a: Share
    grade_b: Share
    grade_c: Share
