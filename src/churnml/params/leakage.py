"""From where on a column is suspected to know the outcome."""

from typing import Annotated

from pydantic import Field

from churnml.params.section import Positive, Section, Share


class LeakageWords(Section):
    """Words in a column's name that tell (L6): each the beginning of a word, or of several side by side."""

    leaving: tuple[str, ...]
    outputs: tuple[str, ...]
    weak: tuple[str, ...]
    plain: tuple[str, ...]


class Leakage(Section):
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
    words: LeakageWords
