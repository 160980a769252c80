"""The few columns a survival model reads: chosen by rule, and made comparable.

Of each concept the column that orders the training rows best (the ROC-AUC furthest from one half, as
``BestColumn`` does it); then the best of those, none moving too closely with a better one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.params.train import Survival


@dataclass(frozen=True)
class Covariate:
    """One column of the design: unknown is the median, both tails are drawn in, mean 0 and spread 1 in training.

    ``coefficient`` is what one spread adds to the log of the hazard.
    """

    column: str
    median: float
    low: float
    high: float
    center: float = 0.0
    scale: float = 1.0
    coefficient: float = 0.0

    def values(self, rows: pd.DataFrame) -> FloatArray:
        """The column as the model sees it."""
        return np.asarray((self._drawn_in(rows) - self.center) / self.scale)

    def fitted(self, rows: pd.DataFrame) -> "Covariate":
        """The covariate with its mean and spread in these rows; spread 0 says that the column says nothing."""
        values = self._drawn_in(rows)
        return replace(self, center=_short(values.mean()), scale=_short(values.std()))

    def _drawn_in(self, rows: pd.DataFrame) -> FloatArray:
        numbers = _numbers(rows, self.column)
        return np.clip(np.where(np.isnan(numbers), self.median, numbers), self.low, self.high)


def design(covariates: Sequence[Covariate], rows: pd.DataFrame) -> FloatArray:
    """One column a covariate, one row a row."""
    values = [covariate.values(rows) for covariate in covariates]
    return np.column_stack(values) if values else np.zeros((len(rows), 0))


def choose(
    rows: pd.DataFrame, has_left: BoolArray, features: Sequence[Feature], settings: Survival
) -> tuple[Covariate, ...]:
    """The covariates for rows of which it is known whether the account left, best first.

    Categories, constant columns and columns known of fewer than ``min_known_share`` of the rows are left out.
    """
    found: list[tuple[float, str, Covariate]] = []
    for feature in features:
        covariate = None if feature.is_category else _described(rows, feature.column, settings)
        if covariate:
            found.append((_order(covariate.values(rows), has_left), feature.concept, covariate))
    found.sort(key=lambda each: -each[0])
    chosen: list[Covariate] = []
    told: set[str] = set()
    for _, concept, covariate in found:
        if concept not in told and not _is_close(covariate, chosen, rows, settings.max_correlation):
            chosen.append(covariate)
            told.add(concept)
        if len(chosen) == settings.max_covariates:
            break
    return tuple(chosen)


def weighted(covariates: Sequence[Covariate], coefficients: FloatArray) -> tuple[Covariate, ...]:
    """The covariates with these coefficients."""
    return tuple(
        replace(covariate, coefficient=float(found))
        for covariate, found in zip(covariates, coefficients, strict=True)
    )


def _described(rows: pd.DataFrame, column: str, settings: Survival) -> Covariate | None:
    """The column's covariate; None where too little is known of it or it never differs."""
    numbers = _numbers(rows, column)
    known = numbers[~np.isnan(numbers)]
    if not len(known) or len(known) < settings.min_known_share * len(numbers):
        return None
    tail = settings.tail_share
    low, median, high = (_short(edge) for edge in np.quantile(known, [tail, 0.5, 1 - tail]))
    covariate = Covariate(column, median, low, high).fitted(rows)
    return covariate if covariate.scale > 0 else None


def _numbers(rows: pd.DataFrame, column: str) -> FloatArray:
    """The column as floats; what is unknown or endless is NaN."""
    numbers = np.asarray(rows[column].to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _order(values: FloatArray, has_left: BoolArray) -> float:
    """How far from one half the ROC-AUC of the column lies, on either side."""
    left, stayed = values[has_left], np.sort(values[~has_left])
    pairs = len(left) * len(stayed)
    if not pairs:
        return 0.0
    above = np.searchsorted(stayed, left).sum() + np.searchsorted(stayed, left, side="right").sum()
    return _short(abs(float(above) / 2 / pairs - 0.5))


def _is_close(covariate: Covariate, chosen: Sequence[Covariate], rows: pd.DataFrame, most: float) -> bool:
    own = covariate.values(rows)
    return any(abs(float(np.mean(own * other.values(rows)))) > most for other in chosen)


def _short(value: float) -> float:
    """The number without the digits that differ between machines."""
    return float(f"{float(value):.9g}")
