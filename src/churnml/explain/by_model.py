"""Reasons from a model: what its contributions say, where the account's value and the declared direction agree."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.explain.context import AccountContext
from churnml.explain.evidence import Evidence, by_concept
from churnml.explain.facts import history_fact, peer_fact
from churnml.explain.sentences import has_value
from churnml.explain.vs_history import MOVE, RisenContribution, risen_since
from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.models.base import Bag


def model_evidence(context: AccountContext) -> Evidence:
    """What may be said of each account by each feature, and once more by each level that has moved.

    The contributions of an account sum to its distance from the model's base, whatever is handed from a level to its move.
    """
    features, levels = (
        context.with_contribution,
        [context.with_contribution[position] for position in context.levels],
    )
    contribution, risen = _contributions(
        context, context.scores.contributions, {d: s.contributions for d, s in context.past.items()}
    )
    sides = np.sign(contribution).T
    argues = [_against_others(context, *source) for source in zip(features, sides, strict=False)]
    argues += [
        _against_past(context, *source, risen.days)
        for source in zip(levels, sides[len(features) :], strict=True)
    ]
    concepts = [*(feature.concept for feature in features), *([MOVE] * len(levels))]

    def sentence_of(row: int, source: int) -> str:
        side = int(np.sign(contribution[row, source]))
        if source < len(features):
            return peer_fact(context, features[source], row, side)
        return history_fact(context, levels[source - len(features)], row, side, int(risen.days[row]))

    return Evidence(
        concepts,
        contribution,
        np.column_stack(argues),
        sentence_of,
        _confirmed(context, concepts, by_concept(contribution, concepts)),
    )


def _contributions(
    context: AccountContext, now: pd.DataFrame, past: Mapping[int, pd.DataFrame]
) -> tuple[FloatArray, RisenContribution]:
    columns = [feature.column for feature in context.with_contribution]
    levels = [columns[position] for position in context.levels]
    contribution = now[columns].to_numpy(dtype=float, copy=True)
    risen = risen_since(
        contribution[:, context.levels],
        {ago: rows[levels].to_numpy(dtype=float) for ago, rows in past.items()},
        levels,
    )
    contribution[:, context.levels] -= risen.contribution
    return np.column_stack([contribution, risen.contribution]), risen


def _confirmed(context: AccountContext, concepts: list[str], summed: FloatArray) -> FloatArray | None:
    """How many members of the bag argue each account's concepts the way the bag does; None without a bag."""
    if not isinstance(context.model, Bag):
        return None
    columns, days = [feature.column for feature in context.with_contribution], [0, *context.past]
    snapshots = [context.scores, *context.past.values()]
    was_there = [scores.contributions.notna().to_numpy() for scores in snapshots]
    agreeing = np.zeros(summed.shape)
    for members in zip(*(context.model.each(scores.values) for scores in snapshots), strict=True):
        frames = [
            pd.DataFrame(np.where(known, member, np.nan), columns=columns)
            for member, known in zip(members, was_there, strict=True)
        ]
        now, past = frames[0], dict(zip(days[1:], frames[1:], strict=True))
        agreeing += np.sign(by_concept(_contributions(context, now, past)[0], concepts)) == np.sign(summed)
    return agreeing


def _against_others(context: AccountContext, feature: Feature, side: FloatArray) -> BoolArray:
    """Where each account's value beside similar accounts' argues for its side; a phrase without a value does where it holds."""
    direction, values = context.direction(feature), None if feature.is_category else context.numbers(feature)
    if direction == 0 or values is None:
        return np.zeros(len(side), dtype=bool)
    if not has_value(feature):
        return np.asarray((values == 1) & (side == direction))
    return context.argues(feature, feature, context.similar.values[feature.column], side)


def _against_past(context: AccountContext, feature: Feature, side: FloatArray, days: FloatArray) -> BoolArray:
    is_argued = np.zeros(len(days), dtype=bool)
    for shown in context.movers(feature):
        for ago in context.past:
            others = context.numbers(shown, ago), context.moved_like_peers(shown, ago)
            alike = [
                context.argues(feature, shown, other, np.where(days == ago, side, 0.0)) for other in others
            ]
            is_argued |= alike[0] & alike[1]
    return is_argued
