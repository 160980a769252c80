"""Regularised logistic regression, as a list of terms a person can read.

Each numeric feature is imputed by its median, drawn in at both tails, and scaled; where it can be missing a
term of its own says so; a category has a term a level. Coefficients keep to the declared directions. Terms are
centred: ``base`` is the average log-odds.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, Self

import numpy as np
import pandas as pd

from churnml.features.spec import Feature
from churnml.learn.arrays import FloatArray
from churnml.learn.log_odds import Bound, fit_bounded
from churnml.learn.models.base import Additive, Training, direction
from churnml.learn.models.encoder import Encoder
from churnml.params.health import Health
from churnml.params.train import Train


@dataclass(frozen=True)
class Term:
    """One column of the design: a feature's value, its being missing, or one of its levels."""

    column: str
    kind: Literal["value", "missing", "level"]
    level: int = 0
    median: float = 0.0
    low: float = 0.0
    high: float = 0.0
    center: float = 0.0
    scale: float = 1.0
    coefficient: float = 0.0

    def raw(self, numbers: FloatArray) -> FloatArray:
        """The term before centring and scaling."""
        if self.kind == "level":
            return np.asarray(numbers == self.level, dtype=float)
        is_missing = np.isnan(numbers)
        if self.kind == "missing":
            return is_missing.astype(float)
        return np.asarray(np.clip(np.where(is_missing, self.median, numbers), self.low, self.high))

    def values(self, numbers: FloatArray) -> FloatArray:
        """The term as the regression sees it."""
        return np.asarray((self.raw(numbers) - self.center) / self.scale)


@dataclass(frozen=True)
class Logistic(Additive):
    """An intercept, terms with coefficients, and the encoder."""

    encoder: Encoder
    terms: tuple[Term, ...]
    base: float
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """The regression of the outcome on the features' terms; the seed has no part in it."""
        terms, design = cls.terms_of(training, settings)
        bounds = cls.bounds(terms, training.features, outcome)
        ridge = 1.0 / settings.logistic.C
        intercept, found = fit_bounded(design, training.y_true, ridge, bounds)
        fitted = tuple(
            replace(term, coefficient=float(weight)) for term, weight in zip(terms, found, strict=True)
        )
        return cls(training.encoder, fitted, intercept)

    @classmethod
    def terms_of(cls, training: Training, settings: Train) -> tuple[list[Term], FloatArray]:
        """The terms of all features, set by their training values, and their design, whatever the outcome."""
        tail = settings.logistic.tail_share

        def make() -> tuple[list[Term], FloatArray]:
            terms = [
                term
                for position, feature in enumerate(training.features)
                for term in _terms(feature, training.matrix[:, position], training.encoder, tail)
            ]
            return terms, cls.design(terms, training.encoder, training.matrix)

        return training.memo(("terms", tail), make)

    @staticmethod
    def bounds(terms: Sequence[Term], features: Sequence[Feature], outcome: str) -> list[Bound]:
        """The interval of each term's coefficient."""
        directions = {feature.column: direction(feature, outcome) for feature in features}
        return [_bound(directions[term.column] if term.kind == "value" else 0) for term in terms]

    @staticmethod
    def design(terms: Sequence[Term], encoder: Encoder, matrix: FloatArray) -> FloatArray:
        """One column a term, as the regression sees it."""
        positions = {column: position for position, column in enumerate(encoder.columns)}
        found = np.empty((len(matrix), len(terms)), order="F")
        for number, term in enumerate(terms):
            found[:, number] = term.values(matrix[:, positions[term.column]])
        return found

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Coefficient times centred term, summed over each feature's terms."""
        matrix = self.encoder.matrix(rows)
        positions = {column: position for position, column in enumerate(self.encoder.columns)}
        found = np.zeros(matrix.shape)
        for term in self.terms:
            position = positions[term.column]
            found[:, position] += term.coefficient * term.values(matrix[:, position])
        return pd.DataFrame(found, columns=list(self.encoder.columns), index=rows.index)

    def save(self, folder: Path) -> None:
        """One JSON file."""
        folder.mkdir(parents=True, exist_ok=True)
        stored = {
            "base": self.base,
            "encoder": asdict(self.encoder),
            "terms": [asdict(term) for term in self.terms],
        }
        (folder / "logistic.json").write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The regression that ``save`` wrote."""
        stored = json.loads((folder / "logistic.json").read_text(encoding="utf-8"))
        categories = {column: tuple(known) for column, known in stored["encoder"]["categories"].items()}
        encoder = Encoder(tuple(stored["encoder"]["columns"]), categories)
        return cls(encoder, tuple(Term(**term) for term in stored["terms"]), stored["base"])


def _terms(feature: Feature, numbers: FloatArray, encoder: Encoder, tail: float) -> Iterator[Term]:
    """The terms of one feature, set by its training values; none for a column that says nothing."""
    if feature.is_category:
        for level in range(len(encoder.categories[feature.column])):
            yield _centred(Term(feature.column, "level", level=level), numbers)
        return
    is_known = ~np.isnan(numbers)
    if not is_known.any():
        return
    median, low, high = np.quantile(numbers[is_known], [0.5, tail, 1 - tail]).tolist()
    value = _centred(Term(feature.column, "value", median=median, low=low, high=high), numbers)
    spread = float(value.raw(numbers).std())
    if spread > 0:
        yield replace(value, scale=spread)
    if not is_known.all():
        yield _centred(Term(feature.column, "missing"), numbers)


def _centred(term: Term, numbers: FloatArray) -> Term:
    return replace(term, center=float(term.raw(numbers).mean()))


def _bound(direction: int) -> Bound:
    return (0.0 if direction > 0 else None, 0.0 if direction < 0 else None)
