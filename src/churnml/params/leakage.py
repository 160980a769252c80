"""From where on a column is suspected to know the outcome."""

from pydantic import Field

from churnml.params.section import Above0, Positive, Section, Several, Share


class LeakageWords(Section):
    """Words in a column's name that give it away (L6): each the beginning of a word, or of several side by side."""

    leaving: tuple[str, ...] = Field(description="what the outcome itself is called")
    outputs: tuple[str, ...] = Field(description="what a model's output is called")
    weak: tuple[str, ...] = Field(description="suspect where the column orders the outcome, too")
    generic: tuple[str, ...] = Field(description="words of an outcome's name that do not mean the outcome")


class Leakage(Section):
    """From where on a column is suspected to know the outcome, by check (docs/alarms.md)."""

    allowed_columns: tuple[str, ...] = Field(
        default=(), description="columns known in time: no reason to stop"
    )
    seed: int = Field(description="seed of folds and resamples")
    n_folds: Several = Field(description="a level is judged by the customers of the other folds")
    n_bootstraps: Positive = Field(description="L5: resamples of accounts")
    min_each_class: Positive = Field(description="customers with and without; else only names are checked")
    stop_roc_auc: Share = Field(description="L1: ROC-AUC of one column alone above which the run stops")
    warn_roc_auc: Share = Field(description="L1: the same, from which it is only listed")
    warn_weak_word_roc_auc: Share = Field(description="L6: ROC-AUC from which a weak word is listed")
    max_code_levels: Positive = Field(description="a number with so few values is judged by its levels, too")
    prior_rows: Above0 = Field(description="rows at the base rate that each level starts with")
    min_purity: Share = Field(description="L1, L2: share of outcomes from which values are pure")
    min_pure_share: Share = Field(description="L1, L2: share of all outcomes that pure values must hold")
    min_pure_customers: Positive = Field(description="L1, L2: customers that pure values must hold")
    stop_missing_roc_auc: Share = Field(description="L2: ROC-AUC of being filled at which the run stops")
    warn_missing_roc_auc: Share = Field(description="L2: the same, from which it is only listed")
    min_early_lead_days: Positive = Field(description="L3: days before the renewal; from here on early")
    warn_late_roc_auc: Share = Field(description="L3: ROC-AUC at the shortest lead from which it is listed")
    max_early_roc_auc: Share = Field(description="L3: and at most this at every early lead: chance")
    min_changed_share: Share = Field(description="L4: share of those with the outcome whose value changed")
    max_changed_ratio: Share = Field(description="L4: share changed among the others, over that share")
    test_gain_quantile: Share = Field(description="L5: quantile of the gain of test over training ROC-AUC")
    warn_test_gain: Share = Field(description="L5: gain in ROC-AUC above which it is listed")
    stop_test_gain: Share = Field(description="L5: gain in ROC-AUC above which the run stops")
    words: LeakageWords
