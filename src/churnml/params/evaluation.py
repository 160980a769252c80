"""How predictions, columns and tables are judged."""

from typing import Annotated, Literal

from pydantic import Field

from churnml.params.section import Part, Positive, Section, Share
from churnml.params.training import LightGBM


class AlarmWords(Section):
    """Words in a column's name that tell (L6): each the beginning of a word, or of several side by side."""

    leaving: tuple[str, ...]
    outputs: tuple[str, ...]
    weak: tuple[str, ...]
    plain: tuple[str, ...]


class Alarms(Section):
    """From where on a column is suspected to know the outcome, and which are vouched for (``known``)."""

    known: tuple[str, ...] = ()
    seed: int
    folds: Annotated[int, Field(ge=2)]
    resamples: Positive
    min_each_class: Positive
    stop_roc_auc: Share
    look_roc_auc: Share
    weak_roc_auc: Share
    code_levels: Positive
    prior_rows: Annotated[float, Field(gt=0)]
    purity: Share
    pure_share: Share
    pure_customers: Positive
    stop_missing: Share
    look_missing: Share
    far_days: Positive
    look_late: Share
    chance_roc_auc: Share
    changed_share: Share
    changed_elsewhere: Share
    easier_tail: Share
    easier_by: Share
    easier_stop: Share
    words: AlarmWords


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


class Flat(Section):
    """How a flat table is read and cross-validated."""

    seed: int
    folds: Annotated[int, Field(ge=2)]
    repeats: Positive
    bootstrap: Positive
    confidence: Share
    top_share: Part
    stray_share: Share
    most_levels: Positive
    lightgbm: LightGBM
