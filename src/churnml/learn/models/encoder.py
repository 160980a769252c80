"""Feature rows as a matrix of floats: the one place where categories become numbers.

A category is its place in the list stored at training; one never seen, and None, are missing (NaN), as is any
infinite value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from churnml.errors import BundleError
from churnml.features.spec import Feature
from churnml.learn.arrays import FloatArray


@dataclass(frozen=True)
class Encoder:
    """The columns a model eats, in its order, and the known values of those that are categories."""

    columns: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]

    @classmethod
    def fit(cls, rows: pd.DataFrame, features: Sequence[Feature]) -> Self:
        """The encoder of these features, with the categories that occur in the rows."""
        known = {
            f.column: tuple(sorted(set(rows[f.column].dropna().astype(str))))
            for f in features
            if f.is_category
        }
        return cls(tuple(f.column for f in features), known)

    def matrix(self, rows: pd.DataFrame) -> FloatArray:
        """One float column a feature, whatever the frame's order; BundleError where a column is absent."""
        require(self.columns, rows)
        matrix = np.empty((len(rows), len(self.columns)))
        for position, column in enumerate(self.columns):
            matrix[:, position] = self._numbers(rows[column])
        return np.where(np.isfinite(matrix), matrix, np.nan)

    def _numbers(self, values: "pd.Series[float] | pd.Series[str]") -> FloatArray:
        known = self.categories.get(str(values.name))
        if known is None:
            return np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
        codes = pd.Categorical(values.astype("object"), categories=list(known)).codes.astype(np.float64)
        return np.where(codes < 0, np.nan, codes)


def require(columns: Sequence[str], rows: pd.DataFrame) -> None:
    """Nothing, or BundleError naming the columns that a model was fitted on and the rows lack."""
    absent = [column for column in columns if column not in rows]
    if absent:
        raise BundleError(
            f"{len(absent)} feature column(s) the model was fitted on are absent: {', '.join(absent)}."
        )
