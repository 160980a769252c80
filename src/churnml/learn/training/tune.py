"""The boosters' settings that did best on the newest part of the rows a fit may know; off unless trials are asked for.

The search sees training rows alone: in each backtest fold those ripe at its cutoff, in the final fit all that are ripe. Within
them it fits on what was ripe by a day and is judged on snapshots looked at from then on, as the backtest itself is.
Optuna's tree-structured Parzen estimator (Bergstra et al. 2011), seeded and in memory: the same rows give the same settings.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from churnml.learn.dataset import RENEWAL, Dataset
from churnml.learn.log_odds import sigmoid
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class
from churnml.params.health import Health
from churnml.params.train import LightGBM, Train

if TYPE_CHECKING:
    from optuna.trial import Trial

TUNED = ("lightgbm_bag", "blend")
"""The models whose settings are tried: those of the bag, which is a part of the other."""


def tuned(known: Dataset, outcome: str, train: Train, health: Health) -> Train:
    """The settings with the best boosters found on these rows; as they are where nothing is to be tried or the rows are too few."""
    if not train.tune.n_trials or not set(TUNED) & set(train.candidates):
        return train
    earlier, later = _newest_apart(known, train.tune.newest_share)
    y_true = later.is_outcome(outcome)
    if earlier.lacks(outcome, train.backtest) or not 0 < y_true.sum() < len(y_true):
        return train
    training, comes = Training.of(earlier, outcome), y_true.astype(float)

    def loss(trial: "Trial") -> float:
        settings = train.model_copy(update={"lightgbm": _proposed(trial, train)})
        model = model_class(TUNED[0]).fit(training, settings, health, outcome)
        said = np.clip(sigmoid(model.log_odds(later.rows)), 1e-6, 1 - 1e-6)
        return float(-(comes * np.log(said) + (1 - comes) * np.log(1 - said)).mean())

    return train.model_copy(update={"lightgbm": _best(loss, train)})


def _best(loss: Any, train: Train) -> LightGBM:
    """The settings of least loss; those of params.yaml are the first trial, so none worse is ever taken."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=train.seed))
    now = train.lightgbm.model_dump()
    study.enqueue_trial({name: now[name] for name in train.tune.ranges}, skip_if_exists=True)
    study.optimize(loss, n_trials=train.tune.n_trials)
    return train.lightgbm.model_copy(update=study.best_params)


def _proposed(trial: "Trial", train: Train) -> LightGBM:
    now, chosen = train.lightgbm.model_dump(), {}
    for name, (low, high) in sorted(train.tune.ranges.items()):
        is_whole = isinstance(now[name], int)
        chosen[name] = (
            trial.suggest_int(name, round(low), round(high), log=True)
            if is_whole
            else trial.suggest_float(name, low, high, log=True)
        )
    return train.lightgbm.model_copy(update=chosen)


def _newest_apart(known: Dataset, share: float) -> tuple[Dataset, Dataset]:
    """What was ripe by a day, and what was looked at from then on: the share of renewals last looked at."""
    last_seen = known.keys.groupby(RENEWAL)["as_of"].max().sort_values()
    day = last_seen.iloc[min(int((1 - share) * len(last_seen)), len(last_seen) - 1)].date()
    end = (known.keys["as_of"].max() + pd.Timedelta(days=1)).date()
    return known.ripe(day), known.between(day, end)
