"""Weibull accelerated failure time regression by lifelines, said as multiples of a hazard."""

import numpy as np

from churnml.learn.arrays import FloatArray
from churnml.learn.models.survival.cox import LEFT, STRATUM, TIME, Fit, Lives, quiet
from churnml.learn.models.survival.hazard import Baseline

POINTS = 200


def fit_aft(matrix: FloatArray, lives: Lives, ridge: float) -> Fit | None:
    """Coefficients on the log hazard and a smooth baseline a stratum; None where the fit does not converge.

    H(t) = (t / exp(b x))^rho = t^rho exp(-rho b x): the hazard's coefficients are -rho times the
    regression's. A stratum moves the scale; the shape is one for all.
    """
    from lifelines import WeibullAFTFitter
    from lifelines.exceptions import ConvergenceError

    names, frame = lives.names, lives.frame(matrix).drop(columns=STRATUM)
    for name in names[1:]:
        frame[f"is_{name}"] = (lives.strata == name).astype(float)
    try:
        with quiet():
            fitter = WeibullAFTFitter(penalizer=ridge).fit(frame, duration_col=TIME, event_col=LEFT)
            scale, rho = fitter.params_["lambda_"], float(np.exp(fitter.params_["rho_"]["Intercept"]))
            found = np.array([scale[f"x{place}"] for place in range(matrix.shape[1])])
            level = {name: float(scale.get(f"is_{name}", 0.0) + scale["Intercept"]) for name in names}
    except (ConvergenceError, TypeError, ValueError, KeyError, np.linalg.LinAlgError, Warning):
        return None
    grid = np.linspace(0.0, max(float(lives.time.max()), 1.0), POINTS)[1:]
    curves = {name: Baseline.of(grid, (grid / np.exp(level[name])) ** rho) for name in names}
    return np.array([float(f"{-rho * value:.7g}") for value in found.tolist()]), curves
