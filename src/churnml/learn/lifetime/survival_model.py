"""The survival model of a book: covariates by rule, Cox and Weibull side by side, and what stands in for them."""

from dataclasses import replace

from churnml.features.spec import Feature
from churnml.learn.dataset import RENEWAL
from churnml.learn.lifetime.landmarks import Landmarks
from churnml.learn.models.base import direction
from churnml.learn.models.survival.covariates import choose, design, weighted
from churnml.learn.models.survival.cox import NOTHING, Lives, nelson_aalen, steady_cox
from churnml.learn.models.survival.hazard import Hazard
from churnml.learn.models.survival.weibull_aft import fit_aft
from churnml.params.train import Survival, Train
from churnml.results.lifetime import Method

CHURN = "churn"


def fit_hazards(known: Landmarks, features: tuple[Feature, ...], train: Train) -> dict[Method, Hazard]:
    """The Cox and the Weibull model by method, or Kaplan-Meier alone where too few left for a model.

    A stratum in which fewer left runs on the larger one's clock. A covariate whose coefficient goes against
    its declared lean is dropped and the model fitted again.
    """
    settings, least_events = train.survival, train.backtest.min_each_class
    lives = merged(known.lives, least_events)
    left = len(known.keys[known.lives.has_left].drop_duplicates(RENEWAL))
    if left < least_events:
        return {
            "kaplan_meier": kaplan_meier(
                lives, f"{left} past renewals with a loss ahead, fewer than {least_events}", settings
            )
        }
    decided = known.is_decided
    covariates = choose(known.rows[decided], known.left_first[decided], features, settings)
    covariates = tuple(covariate.fitted(known.rows) for covariate in covariates)
    directions = {feature.column: direction(feature, CHURN) for feature in features}
    kept, baselines, why = steady_cox(known.rows, lives, covariates, directions, settings)
    method: Method = "kaplan_meier" if why == NOTHING else "cox"
    found: dict[Method, Hazard] = {method: Hazard(method, why, kept, baselines)}
    contender = fit_aft(design(kept, known.rows), lives, settings.penalizers[0]) if kept else None
    if contender:
        found["weibull_aft"] = Hazard("weibull_aft", "converged", weighted(kept, contender[0]), contender[1])
    return found


def kaplan_meier(lives: Lives, why: str, settings: Survival) -> Hazard:
    """The curve of each stratum, the same for all its accounts."""
    return Hazard("kaplan_meier", why, (), nelson_aalen(lives, settings.min_at_risk))


def merged(lives: Lives, least_events: int) -> Lives:
    """The lives with every stratum in which too few left counted to the largest."""
    first, *others = lives.names
    strata = lives.strata.copy()
    for name in others:
        if lives.has_left[strata == name].sum() < least_events:
            strata[strata == name] = first
    return replace(lives, strata=strata)
