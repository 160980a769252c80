"""Reasons from a model: what its contributions say, where the account's value and the declared direction agree."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.explain.context import AccountContext
from churnml.explain.evidence import Evidence, by_concept
from churnml.explain.facts import beside_others, since
from churnml.explain.sentences import has_value
from churnml.explain.vs_history import MOVE, Arisen, arisen
from churnml.features.spec import Feature
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.models.base import Bag


def model_evidence(context: AccountContext) -> Evidence:
    """What may be said of each account by each feature, and once more by each level that has moved.

    The pulls of an account sum to its distance from the model's base, whatever is handed from a level to its move.
    """
    features, levels = context.told, [context.told[place] for place in context.levels]
    pull, moved = _pulls(
        context, context.scores.contributions, {d: s.contributions for d, s in context.past.items()}
    )
    sides = np.sign(pull).T
    argues = [_against_others(context, *source) for source in zip(features, sides, strict=False)]
    argues += [
        _against_past(context, *source, moved.days)
        for source in zip(levels, sides[len(features) :], strict=True)
    ]
    concepts = [*(feature.concept for feature in features), *([MOVE] * len(levels))]

    def say(row: int, source: int) -> str:
        side = int(np.sign(pull[row, source]))
        if source < len(features):
            return beside_others(context, features[source], row, side)
        return since(context, levels[source - len(features)], row, side, int(moved.days[row]))

    return Evidence(
        concepts,
        pull,
        np.column_stack(argues),
        say,
        _confirmed(context, concepts, by_concept(pull, concepts)),
    )


def _pulls(
    context: AccountContext, now: pd.DataFrame, past: Mapping[int, pd.DataFrame]
) -> tuple[FloatArray, Arisen]:
    """The pull of each source: of the features less what the levels hand over, then what each level hands over."""
    columns = [feature.column for feature in context.told]
    levels = [columns[place] for place in context.levels]
    pull = now[columns].to_numpy(dtype=float, copy=True)
    found = arisen(
        pull[:, context.levels],
        {ago: rows[levels].to_numpy(dtype=float) for ago, rows in past.items()},
        levels,
    )
    pull[:, context.levels] -= found.pull
    return np.column_stack([pull, found.pull]), found


def _confirmed(context: AccountContext, concepts: list[str], whole: FloatArray) -> FloatArray | None:
    """How many members of the bag pull each account's concepts the way the whole does; None without a bag."""
    if not isinstance(context.model, Bag):
        return None
    columns, days = [feature.column for feature in context.told], [0, *context.past]
    looks = [context.scores, *context.past.values()]
    was_there = [scores.contributions.notna().to_numpy() for scores in looks]
    found = np.zeros(whole.shape)
    for pulls in zip(*(context.model.each(scores.values) for scores in looks), strict=True):
        frames = [
            pd.DataFrame(np.where(known, pull, np.nan), columns=columns)
            for pull, known in zip(pulls, was_there, strict=True)
        ]
        now, past = frames[0], dict(zip(days[1:], frames[1:], strict=True))
        found += np.sign(by_concept(_pulls(context, now, past)[0], concepts)) == np.sign(whole)
    return found


def _against_others(context: AccountContext, feature: Feature, side: FloatArray) -> BoolArray:
    """Where each account's value beside similar accounts' argues for its side; a phrase without a value does where it holds."""
    direction, values = context.direction(feature), None if feature.is_category else context.numbers(feature)
    if direction == 0 or values is None:
        return np.zeros(len(side), dtype=bool)
    if not has_value(feature):
        return np.asarray((values == 1) & (side == direction))
    return context.argues(feature, feature, context.similar.values[feature.column], side)


def _against_past(context: AccountContext, feature: Feature, side: FloatArray, days: FloatArray) -> BoolArray:
    """Where something that tells the feature has moved for its side since so many days ago, and not as similar accounts did."""
    found = np.zeros(len(days), dtype=bool)
    for told in context.movers(feature):
        for ago in context.past:
            others = context.numbers(told, ago), context.had_it_moved_alike(told, ago)
            alike = [
                context.argues(feature, told, other, np.where(days == ago, side, 0.0)) for other in others
            ]
            found |= alike[0] & alike[1]
    return found
