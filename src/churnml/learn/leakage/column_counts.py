"""One column as counts: how many rows and outcomes stand at each of its values, for every check and every outcome."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Column:
    """A column's distinct known values in their order, and the place of each row's value; the missing come after the last."""

    name: str
    values: NDArray[Any]
    codes: Codes
    is_category: bool

    @classmethod
    def of(cls, rows: "pd.Series[Any]", name: str) -> Self:
        """The column of a frame; what is neither number, truth nor date is a category."""
        if pd.api.types.is_datetime64_any_dtype(rows):
            rows = (rows - pd.Timestamp(0, tz=rows.dt.tz)) / pd.Timedelta(days=1)
        is_category = not (pd.api.types.is_numeric_dtype(rows) or pd.api.types.is_bool_dtype(rows))
        if is_category:
            written = rows.astype("object").where(rows.notna(), None)
            given = written.map(lambda v: None if v is None else str(v)).to_numpy(dtype=object)
        else:
            given = rows.to_numpy(dtype=np.float64, na_value=np.nan)
        codes, values = pd.factorize(given, sort=True)
        places = np.where(codes < 0, len(values), codes).astype(np.int64)
        return cls(name, np.asarray(values), places, is_category)

    @property
    def is_missing(self) -> BoolArray:
        """Whether each row's value is missing."""
        return np.asarray(self.codes == len(self.values))

    def counts(self, chosen: BoolArray) -> FloatArray:
        """How many of the chosen rows stand at each value; the last number is the missing."""
        return np.bincount(self.codes[chosen], minlength=len(self.values) + 1).astype(float)


def ordered(y_true: FloatArray, rest: FloatArray) -> float:
    """ROC-AUC of values in their order, from outcomes and other rows at each; one half where a kind is absent.

    >>> ordered(np.array([0.0, 5.0]), np.array([10.0, 0.0]))
    1.0
    """
    pairs = y_true.sum() * rest.sum()
    below = rest.cumsum() - rest
    return float((y_true * (below + rest / 2)).sum() / pairs) if pairs else 0.5


def alone(column: Column, y_true: BoolArray) -> float:
    """How well the values alone order the outcome: an ROC-AUC, below one half where low values go with it.

    The missing count as lowest or as highest, whichever orders better.
    """
    hit, rest = column.counts(y_true), column.counts(~y_true)
    found = [ordered(np.roll(hit, shift), np.roll(rest, shift)) for shift in (0, 1)]
    return max(found, key=lambda auc: abs(auc - 0.5))


def by_level(column: Column, y_true: BoolArray, folds: Codes, prior_rows: float) -> float:
    """ROC-AUC of each row's level by its rate of outcomes in the other folds; a level is drawn to the base rate by a few rows.

    So a code of many levels, each seen once, gives one half and not one.
    """
    parts, levels = int(folds.max()) + 1, len(column.values) + 1
    cells = column.codes * parts + folds
    rows = np.bincount(cells, minlength=levels * parts).reshape(levels, parts).astype(float)
    hits = np.bincount(cells, weights=y_true, minlength=levels * parts).reshape(levels, parts)
    others, hit_elsewhere = (part.sum(axis=1, keepdims=True) - part for part in (rows, hits))
    rate = (hit_elsewhere + prior_rows * y_true.mean()) / (others + prior_rows)
    _, places = np.unique(rate.ravel().round(12), return_inverse=True)
    size = int(places.max()) + 1
    hit, rest = (np.bincount(places, part.ravel(), size).astype(float) for part in (hits, rows - hits))
    return ordered(hit, rest)
