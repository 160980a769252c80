"""How predictions are judged, and what a model must show."""

from typing import Literal

from pydantic import Field

from churnml.params.section import Above0, From0, Part, Positive, Section, Share


class Profit(Section):
    """What a retention campaign costs and how often it keeps an account that would leave (metrics/evaluate.py, `profit`)."""

    contact_cost_usd: From0 = Field(description="US dollars a call")
    incentive_share: Share = Field(description="share of ARR offered to everyone called")
    accept_alpha: Above0 = Field(description="share of leavers whom an offer keeps: alpha of a Beta")
    accept_beta: Above0 = Field(description="and beta; the mean is alpha / (alpha + beta)")


class Evaluate(Section):
    """How predictions are judged."""

    seed: int = Field(description="seed of the resamples")
    n_bootstraps: Positive = Field(description="resamples of accounts")
    confidence: Share = Field(description="share of the resamples that an interval holds")
    capacity_share: Part = Field(description="share of the book a team can call")
    min_each_class: Positive = Field(description="rows with and without, to judge a lead time or segment")
    ties: Literal["simpler", "steadier"] = Field(
        description="of models that chance cannot tell apart the simpler; or the bag, where it is the best itself"
    )
    recall_lead_days: tuple[Positive, ...] = Field(description="days before a renewal, for recall")
    profit: Profit


class Gate(Section):
    """What a model must show before it is registered."""

    leak_roc_auc: Share = Field(description="churn ROC-AUC above which leakage is assumed")
    grade_a: Share = Field(description="lower end of the ROC-AUC interval from which the grade is A")
    grade_b: Share = Field(description="the same for B")
    grade_c: Share = Field(description="the same for C; below it D")
