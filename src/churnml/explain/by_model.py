"""Reasons from a model: what its contributions say, where the account's value and the declared direction agree."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.explain.context import AccountContext
from churnml.explain.evidence import Evidence, by_concept
from churnml.explain.sentences import compared, has_value, moved, sentence
from churnml.explain.vs_history import LEVEL, MOVE, RisenContribution, risen_since
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


def peer_fact(context: AccountContext, feature: Feature, row: int, side: int) -> str:
    """The fact beside similar accounts, as the account's own nearest rise or fall where one points to the same side.

    A level is told as it stands, since its move has a reason of its own.
    """
    if feature.concept != LEVEL:
        for days in sorted(context.past):
            shown = mover(context, feature, row, days, side)
            if shown:
                return _move(context, feature, shown, row, side, days)
    shown = _plainest(context, feature, row, side)
    text = sentence(shown, float(context.numbers(shown)[row]))
    return _with_silence(context, feature.concept, row, side, text) + _others(
        context, feature, shown, row, side
    )


def _plainest(context: AccountContext, feature: Feature, row: int, side: int) -> Feature:
    shown = context.known.get(feature.level)
    if not feature.is_peer_comparison or shown is None or shown.column not in context.similar.values:
        return feature
    other = float(context.similar.values[shown.column][row])
    return shown if context.argues_in_row(feature, shown, row, other, side) else feature


def history_fact(context: AccountContext, feature: Feature, row: int, side: int, days: int) -> str:
    """A level's move in so many days, by its plainest column. Raises ValueError where it has not moved."""
    shown = mover(context, feature, row, days, side)
    if shown is None:
        raise ValueError(f"'{feature.column}' has not moved in {days} days, and was asked to tell it.")
    return _move(context, feature, shown, row, side, days)


def mover(context: AccountContext, feature: Feature, row: int, days: int, side: int) -> Feature | None:
    """What tells a move: the plainest column that has clearly moved to that side, and farther than similar accounts' did."""
    for shown in context.movers(feature):
        others = context.numbers(shown, days), context.moved_like_peers(shown, days)
        if all(context.argues_in_row(feature, shown, row, float(other[row]), side) for other in others):
            return shown
    return None


def _move(context: AccountContext, feature: Feature, shown: Feature, row: int, side: int, days: int) -> str:
    now, then = (float(context.numbers(shown, ago)[row]) for ago in (0, days))
    text = (
        _with_silence(context, MOVE, row, side, moved(shown, then, now, days))
        if feature.concept in (LEVEL, MOVE)
        else moved(shown, then, now, days)
    )
    return text + _others(context, feature, shown, row, side)


def _with_silence(context: AccountContext, concept: str, row: int, side: int, text: str) -> str:
    """The text of a fall in use that speaks for leaving, with what was not heard in the meantime."""
    silence = (
        context.silence[row]
        if context.silence and concept == MOVE and side > 0 and context.outcome == "churn"
        else ""
    )
    return f"{text}, {silence}" if silence else text


def _others(context: AccountContext, feature: Feature, shown: Feature, row: int, side: int) -> str:
    """What similar accounts show, where it is known and the account's value beside it points to the same side."""
    if (
        shown.is_category
        or shown.is_peer_comparison
        or not has_value(shown)
        or shown.column not in context.similar.values
    ):
        return ""
    other = float(context.similar.values[shown.column][row])
    if not context.argues_in_row(feature, shown, row, other, side):
        return ""
    return compared(
        shown, float(context.numbers(shown)[row]), other, context.similar.whose[shown.column][row]
    )
