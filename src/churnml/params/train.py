"""How models are fitted."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from churnml.params.load import Typed, typed
from churnml.params.section import Positive, Section, Share, did_you_mean


class LightGBM(Section):
    """The bag: one booster per account-level resample."""

    boosters: Positive
    trees: Positive
    leaves: Annotated[int, Field(ge=2)]
    learning_rate: Annotated[float, Field(gt=0)]
    min_rows_per_leaf: Positive
    column_share: Share
    row_share: Annotated[float, Field(gt=0, le=1)]
    bins: Annotated[int, Field(ge=2)]
    ridge: Annotated[float, Field(ge=0)]


class Logistic(Section):
    """The regularised logistic regression."""

    inverse_penalty: Annotated[float, Field(gt=0)]
    prior_inverse_penalty: Annotated[float, Field(gt=0)]
    tail_share: Annotated[float, Field(ge=0, lt=0.5)]


class Survival(Section):
    """The survival model: which looks and columns it is fitted on, and the ridges to try in turn."""

    lead_days: tuple[Positive, ...]
    covariates: Positive
    least_known: Share
    most_correlation: Share
    tail_share: Annotated[float, Field(ge=0, lt=0.5)]
    ridges: Annotated[tuple[Annotated[float, Field(gt=0)], ...], Field(min_length=1)]
    least_at_risk: Positive


class Backtest(Section):
    """The rolling-origin backtest and what it must have to run."""

    folds: Positive
    step_months: Positive
    min_ripe: Positive
    min_each_class: Positive


class Tune(Section):
    """How many settings of LightGBM are tried before each fit, on the newest share of its renewals; 0 for none."""

    trials: Annotated[int, Field(ge=0)]
    newest_share: Annotated[float, Field(gt=0, lt=1)]
    ranges: dict[str, tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]]]

    @model_validator(mode="after")
    def _names_settings(self) -> "Tune":
        unknown = sorted(set(self.ranges) - set(LightGBM.model_fields))
        if unknown:
            known = list(LightGBM.model_fields)
            raise ValueError(
                f"ranges: no setting '{unknown[0]}' of LightGBM{did_you_mean(unknown[0], known)}"
            )
        turned = [name for name, (low, high) in self.ranges.items() if low > high]
        if turned:
            raise ValueError(f"ranges: '{turned[0]}' must go from low to high")
        return self


class Calibrating(Section):
    """How fast old evidence fades, and how far (in log-odds) a line may lie from the one it starts at."""

    half_life_days: Annotated[float, Field(gt=0)]
    spread: Annotated[float, Field(gt=0)]
    rolling_below_days: Annotated[int, Field(ge=0)]


class Train(Section):
    """How the models are fitted, and which compete."""

    seed: int
    threads: Positive
    candidates: tuple[str, ...]
    tune: Tune
    lightgbm: LightGBM
    logistic: Logistic
    survival: Survival
    backtest: Backtest
    calibration: Calibrating
    models: dict[str, dict[str, Any]] = {}
    """By name, what is set of a model whose settings stand, with their defaults, on its own class."""

    def of_model(self, name: str, kind: type[Typed]) -> Typed:
        """A model's own settings: its defaults, with ``train.models.<name>`` laid over them; SettingsError names every fault."""
        return typed(self.models.get(name, {}), kind, f"train.models.{name}", {})
