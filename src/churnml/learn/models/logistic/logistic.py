"""Regularised logistic regression, as a list of terms a person can read.

Each numeric feature is imputed by its median, drawn in at both tails, counted from the median in logarithms of either sign, and scaled; where it can be
missing a term of its own says so; a category has a term a level. Coefficients keep to the declared directions, their ridge is found on
accounts held out, and a renewal weighs one (decision 43). Terms are centred: ``base`` is the average log-odds.
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
from churnml.learn.log_odds import Bound
from churnml.learn.models.base import Additive, Training, direction
from churnml.learn.models.encoder import Encoder
from churnml.learn.models.logistic.ridge import fit_ridge
from churnml.params.health import Health
from churnml.params.train import Train

QUARTILES_APART = 1.349
"""In standard deviations, of a normal distribution."""


@dataclass(frozen=True)
class Term:
    """One column of the design: a feature's value, its being missing, or one of its levels."""

    column: str
    kind: Literal["value", "missing", "level"]
    level: int = 0
    median: float = 0.0
    low: float = 0.0
    high: float = 0.0
    unit: float = 1.0
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
        drawn_in = np.clip(np.where(is_missing, self.median, numbers), self.low, self.high)
        return np.asarray(np.arcsinh((drawn_in - self.median) / self.unit))

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
        found = fit_ridge(
            design, training, cls.bounds(terms, training.features, outcome), np.ones(len(terms))
        )
        return cls(training.encoder, weighed(terms, found.coefficients), found.intercept, found.held_out)

    @classmethod
    def terms_of(cls, training: Training, settings: Train) -> tuple[list[Term], FloatArray]:
        """The terms of all features, set by their training values, and their design, whatever the outcome."""
        tail = settings.logistic.tail_share
        weight = np.broadcast_to(training.weight, len(training.rows))

        def make() -> tuple[list[Term], FloatArray]:
            terms = [
                term
                for position, feature in enumerate(training.features)
                for term in _terms(feature, training.matrix[:, position], training.encoder, tail, weight)
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


def weighed(terms: Sequence[Term], coefficients: FloatArray) -> tuple[Term, ...]:
    """The terms with these coefficients."""
    return tuple(
        replace(term, coefficient=float(found)) for term, found in zip(terms, coefficients, strict=True)
    )


def _terms(
    feature: Feature, numbers: FloatArray, encoder: Encoder, tail: float, weight: FloatArray
) -> Iterator[Term]:
    """The terms of one feature, set by its training values; none for a column that says nothing."""
    if feature.is_category:
        for level in range(len(encoder.categories[feature.column])):
            yield _centred(Term(feature.column, "level", level=level), numbers, weight)
        return
    is_known = ~np.isnan(numbers)
    if not is_known.any():
        return
    median, low, high = np.quantile(numbers[is_known], [0.5, tail, 1 - tail]).tolist()
    unit = _unit(numbers[is_known], median)
    value = _centred(
        Term(feature.column, "value", median=median, low=low, high=high, unit=unit), numbers, weight
    )
    spread = float(np.sqrt(np.average(value.values(numbers) ** 2, weights=weight)))
    if spread > 0:
        yield replace(value, scale=spread)
    if not is_known.all():
        yield _centred(Term(feature.column, "missing"), numbers, weight)


def _unit(known: FloatArray, median: float) -> float:
    """The standard deviation that the middle half of the values has in a normal distribution; where most are one value, how far off the others lie.

    Within it a value counts nearly as it is, beyond it by its logarithm, so that a long tail does not rule the term.
    """
    low, high = np.quantile(known, [0.25, 0.75])
    others = np.abs(known[known != median] - median)
    return float((high - low) / QUARTILES_APART if high > low else np.median(others) if len(others) else 1.0)


def _centred(term: Term, numbers: FloatArray, weight: FloatArray) -> Term:
    return replace(term, center=float(np.average(term.raw(numbers), weights=weight)))


def _bound(direction: int) -> Bound:
    return (0.0 if direction > 0 else None, 0.0 if direction < 0 else None)
