"""What the score rests on: the concepts that move it most, and the columns that do so account by account."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.evidence.card.blocks import Block, Cell, Grid, Picture, Section, Text
from churnml.evidence.card.pictures.bars import bars_picture
from churnml.evidence.card.pictures.beeswarm import beeswarm_picture
from churnml.evidence.card.source import Source
from churnml.features.spec import Feature
from churnml.learn.arrays import FloatArray
from churnml.learn.artifact.bundle import Scores

SURE = 0.3
"""Rank correlation of value and contribution from which a column is said to speak one way."""


@dataclass(frozen=True)
class Weight:
    """A concept's mean absolute contribution, its share of all concepts', and its strongest column with its direction."""

    concept: str
    contribution: float
    share: float
    column: str
    phrase: str
    direction: str


def weights(scores: Scores, features: "tuple[Feature, ...]", outcome: str) -> list[Weight]:
    """Every concept, the one that moves the score most first."""
    known = {feature.column: feature for feature in features}
    concept_of = {str(column): known[str(column)].concept for column in scores.contributions}
    summed = scores.contributions.T.groupby(pd.Series(concept_of), sort=True).sum().T
    contribution = summed.abs().mean().round(9).sort_values(ascending=False, kind="stable")
    alone = scores.contributions.abs().mean()
    ordered = []
    for concept, value in contribution.items():
        members = [column for column, name in concept_of.items() if name == concept]
        column = max(members, key=lambda name: (round(float(alone[name]), 9), name))
        share = float(value) / (float(contribution.sum()) or 1.0)
        ordered.append(
            Weight(
                str(concept),
                float(value),
                share,
                column,
                phrase(known[column]),
                direction(scores, column, outcome),
            )
        )
    return ordered


def phrase(feature: Feature) -> str:
    """A column in words, its value left open.

    >>> phrase(Feature(name="f", source="usage", concept="c", unit="users", phrase="{value} active users", no_rows=0.0))
    '… active users'
    """
    return feature.pattern if feature.pattern.strip(" …") else feature.column.replace("_", " ")


def direction(scores: Scores, column: str, outcome: str) -> str:
    """Which way a column speaks, by the rank correlation of its value and its contribution."""
    values = pd.to_numeric(scores.values[column], errors="coerce")
    contribution = scores.contributions[column]
    is_known = values.notna().to_numpy()
    if is_known.sum() < 3 or values[is_known].nunique() < 2 or contribution[is_known].nunique() < 2:
        return "no single direction"
    correlation = np.corrcoef(values[is_known].rank(), contribution[is_known].rank())[0, 1]
    if abs(correlation) < SURE:
        return "no single direction"
    return f"{'higher' if correlation > 0 else 'lower'} goes with {outcome}"


def concepts(source: Source) -> Section | None:
    """Bars, swarm and table; None without a bundle."""
    if source.scores is None or source.bundle is None:
        return None
    scores, most = source.scores, source.settings.card.n_columns
    ordered = weights(scores, source.bundle.features, source.outcome)
    top = [weight for weight in ordered[:most] if weight.contribution > 0]
    if not top:
        return None
    rows = [
        [Cell(w.concept), Cell(w.phrase, w.direction), Cell(f"{w.share:.1%}"), Cell(f"{w.contribution:.3f}")]
        for w in top
    ]
    text = (
        "A contribution is what a column adds to or takes from an account's log-odds (SHAP values; they sum to the score exactly). "
        f"Here they are of {len(scores.log_odds):,} of the predicted renewals, each at its last look, by the model fitted on all that is "
        "ripe. They show what the score rests on, never what causes the outcome."
    )  # fmt: skip
    bars = Picture(
        "concepts", bars_picture([w.concept for w in top], [w.share for w in top]),
        "Bars, longest first: " + ", ".join(f"{w.concept} {w.share:.0%}" for w in top) + ".",
        "How much each concept moves the score: mean absolute contribution, columns of a concept summed, as a share of all.",
    )  # fmt: skip
    heading = ("Concept", "Strongest column, and which way it speaks", "Share", "Mean |log-odds|")
    blocks: list[Block] = [
        Text(text),
        bars,
        _swarm(source, scores),
        Grid("Concepts by weight", heading, rows, words=2),
    ]
    return Section("What the score rests on", blocks)


def _swarm(source: Source, scores: Scores) -> Picture:
    assert source.bundle is not None
    known = {feature.column: feature for feature in source.bundle.features}
    order = scores.contributions.abs().mean().round(9).sort_values(ascending=False, kind="stable").index
    chosen = [str(column) for column in order[: source.settings.card.n_columns]]
    names = [phrase(known[column]) for column in chosen]
    directions = "; ".join(
        f"{name}: {direction(scores, column, source.outcome)}"
        for name, column in zip(names, chosen, strict=True)
    )
    return Picture(
        "beeswarm", beeswarm_picture(clipped(scores.contributions[chosen]), scores.values[chosen], names),
        f"A swarm of dots for each of {len(chosen)} columns. {directions}.",
        "One dot a renewal: to the right the column speaks for the outcome, to the left against it; colour is the column's value, "
        "grey where it is unknown or a category.",
    )  # fmt: skip


def clipped(contributions: pd.DataFrame, tail: float = 0.001) -> pd.DataFrame:
    """The contributions with the few farthest drawn at the edge, so that one account does not flatten all others."""
    numbers: FloatArray = contributions.to_numpy(dtype=float)
    low, high = np.quantile(numbers, [tail, 1 - tail])
    return contributions.clip(low, high)
