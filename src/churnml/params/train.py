"""How models are fitted."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from churnml.params.load import Typed, typed
from churnml.params.section import (
    Above0,
    From0,
    Inner,
    Natural,
    Part,
    Positive,
    Section,
    Several,
    Share,
    Tail,
    did_you_mean,
)


class LightGBM(Section):
    """A bag of LightGBM boosters, each on a sample of the accounts; names and meanings are LightGBM's, but for two."""

    n_boosters: Positive = Field(description="boosters in the bag (not LightGBM's: what a bag adds)")
    n_estimators: Positive = Field(description="trees of each booster")
    num_leaves: Several = Field(description="leaves of a tree")
    learning_rate: Above0 = Field(description="factor on each tree's contribution")
    min_child_samples: Positive = Field(description="rows in a leaf")
    colsample_bytree: Share = Field(description="share of the columns that each tree may use")
    subsample: Part = Field(description="share of the ACCOUNTS, not rows, that each booster is fitted on")
    max_bin: Several = Field(description="bins of a column's values")
    reg_lambda: From0 = Field(description="L2 penalty on leaf values")


class Logistic(Section):
    """The logistic regression and what rules_prior adds to the rules; the ridge of each is found within its training rows."""

    tail_share: Tail = Field(description="values in either tail count as the tail's edge")


class Survival(Section):
    """The survival model: which snapshots and columns it is fitted on; penalizers as in lifelines."""

    lead_days: tuple[Positive, ...] = Field(description="days before a renewal, to be fitted on")
    max_covariates: Positive = Field(description="columns, one a concept")
    min_known_share: Share = Field(description="share of the rows on which a column must be known")
    max_correlation: Share = Field(description="correlation of two columns, in absolute value")
    tail_share: Tail = Field(description="values in either tail count as the tail's edge")
    penalizers: Annotated[tuple[Above0, ...], Field(min_length=1)] = Field(
        description="L2 penalties, tried until one converges"
    )
    min_at_risk: Positive = Field(description="rows at risk; with fewer the curve goes on at its mean pace")


class Backtest(Section):
    """The rolling-origin backtest and what it must have to run."""

    n_folds: Positive = Field(description="folds, if ripe renewals suffice")
    step_months: Positive = Field(
        description="months from one cutoff to the next, at most; a short history has shorter steps"
    )
    min_ripe: Positive = Field(description="ripe renewals below which nothing is fitted")
    min_each_class: Positive = Field(description="renewals with and without the outcome, to train on")


class Tune(Section):
    """Which settings of LightGBM are tried before each fit."""

    n_trials: Natural = Field(description="settings tried before each fit; 0: those of train.lightgbm")
    newest_share: Inner = Field(description="share of a fit's renewals, the newest, to judge a trial on")
    ranges: dict[str, tuple[Above0, Above0]] = Field(description="from and to, by setting of train.lightgbm")

    @model_validator(mode="after")
    def _names_settings(self) -> "Tune":
        known = list(LightGBM.model_fields)
        faults = [
            *(
                f"no setting '{name}' of LightGBM{did_you_mean(name, known)}"
                for name in self.ranges
                if name not in known
            ),
            *(
                f"'{name}' must go from low to high"
                for name, (low, high) in self.ranges.items()
                if low > high
            ),
        ]
        if faults:
            raise ValueError(f"ranges: {'; '.join(faults)}")
        return self


class Calibrating(Section):
    """How fast old evidence fades, and how far a line may lie from the one it starts at (docs/decisions/0015)."""

    half_life_days: Above0 = Field(description="evidence of so many days ago counts half")
    prior_sd: Above0 = Field(description="standard deviation, in log-odds, of a line about its start")
    min_fixed_term_days: Natural = Field(
        description="days; accounts on shorter terms have a line of their own"
    )


class Train(Section):
    """How the models are fitted, and which compete."""

    seed: int = Field(description="seed of every model; the same rows and seed give the same bytes")
    n_jobs: Positive = Field(description="threads: folds or models fitted side by side, each by one")
    candidates: tuple[str, ...] = Field(description="models that compete")
    tune: Tune
    lightgbm: LightGBM
    logistic: Logistic
    survival: Survival
    backtest: Backtest
    calibration: Calibrating
    models: dict[str, dict[str, Any]] = Field(default={}, description="by model, settings of its own class")

    def of_model(self, name: str, kind: type[Typed]) -> Typed:
        """A model's own settings: its defaults, with ``train.models.<name>`` laid over them; SettingsError names every fault."""
        return typed(self.models.get(name, {}), kind, f"train.models.{name}", {})
