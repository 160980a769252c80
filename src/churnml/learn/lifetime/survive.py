"""The survival model of a book: covariates by rule, Cox and Weibull side by side, and what stands in for them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from churnml.features.spec import Feature
from churnml.learn.lifetime.landmarks import Landmarks
from churnml.learn.logit import FloatArray
from churnml.learn.models.aft import fit_aft
from churnml.learn.models.base import lean
from churnml.learn.models.covariates import Covariate, choose, design
from churnml.learn.models.cox import Fit, Lives, baselines, ridge_ladder
from churnml.learn.models.hazard import Hazard
from churnml.params import Lifetime

CHURN = "churn"
Chosen = tuple[Covariate, ...]


def fit_both(
    known: Landmarks, features: tuple[Feature, ...], settings: Lifetime, least_events: int
) -> dict[str, Hazard]:
    """The Cox and the Weibull model by method, or Kaplan-Meier alone where fewer than ``least_events`` left.

    A stratum in which fewer left runs on the larger one's clock. A covariate whose coefficient goes against
    its declared lean is dropped and the model fitted again.
    """
    lives = merged(known.lives, least_events)
    left = int(known.left_first.sum())
    if left < least_events:
        return {"kaplan_meier": kaplan_meier(lives, f"{left} left, fewer than {least_events}", settings)}
    decided = known.is_decided
    covariates = choose(known.rows[decided], known.left_first[decided], features, settings)
    covariates = tuple(covariate.fitted(known.rows) for covariate in covariates)
    leans = {feature.column: lean(feature, CHURN) for feature in features}
    kept, fit, why = _cox(known, lives, covariates, leans, settings)
    method = "kaplan_meier" if why.startswith("no ridge") else "cox"
    found = {method: Hazard(method, why, _with(kept, fit[0]), fit[1])}  # type: ignore[arg-type]
    rival = fit_aft(design(kept, known.rows), lives, settings.ridges[0]) if kept else None
    if rival:
        found["weibull_aft"] = Hazard("weibull_aft", "converged", _with(kept, rival[0]), rival[1])
    return found


def kaplan_meier(lives: Lives, why: str, settings: Lifetime) -> Hazard:
    """The curve of each stratum, the same for all its accounts."""
    return Hazard("kaplan_meier", why, (), baselines(lives, np.ones(len(lives.time)), settings.least_at_risk))


def merged(lives: Lives, least_events: int) -> Lives:
    """The lives with every stratum in which too few left counted to the largest."""
    first, *others = lives.names
    strata = lives.strata.copy()
    for name in others:
        if lives.has_left[strata == name].sum() < least_events:
            strata[strata == name] = first
    return replace(lives, strata=strata)


def _cox(
    known: Landmarks, lives: Lives, covariates: Chosen, leans: Mapping[str, int], settings: Lifetime
) -> tuple[Chosen, Fit, str]:
    """The covariates that keep to their leans, the fit with them, and how it came about."""
    while True:
        fit, why = ridge_ladder(
            design(covariates, known.rows), lives, settings.ridges, settings.least_at_risk
        )
        kept = tuple(
            each for each, found in zip(covariates, fit[0], strict=True) if found * leans[each.column] >= 0
        )
        if len(kept) == len(covariates):
            return covariates, fit, why
        covariates = kept


def _with(covariates: Chosen, coefficients: FloatArray) -> Chosen:
    return tuple(
        replace(covariate, coefficient=float(found))
        for covariate, found in zip(covariates, coefficients, strict=True)
    )
