"""Reasons from a model: what its contributions say, where the account's value and the declared direction agree."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from churnml.explain.context import Case
from churnml.explain.evidence import Evidence, by_concept
from churnml.explain.facts import beside_others, since
from churnml.explain.sentences import has_value
from churnml.explain.vs_history import MOVE, Arisen, arisen
from churnml.features.spec import Feature
from churnml.learn.log_odds import BoolArray, FloatArray
from churnml.learn.models.base import Bag


def model_evidence(case: Case) -> Evidence:
    """What may be said of each account by each feature, and once more by each level that has moved.

    The pulls of an account sum to its distance from the model's base, whatever is handed from a level to its move.
    """
    features, levels = case.told, [case.told[place] for place in case.levels]
    pull, moved = _pulls(case, case.scores.contributions, {d: s.contributions for d, s in case.past.items()})
    sides = np.sign(pull).T
    argues = [_against_others(case, *source) for source in zip(features, sides, strict=False)]
    argues += [
        _against_past(case, *source, moved.days)
        for source in zip(levels, sides[len(features) :], strict=True)
    ]
    concepts = [*(feature.concept for feature in features), *([MOVE] * len(levels))]

    def say(row: int, source: int) -> str:
        side = int(np.sign(pull[row, source]))
        if source < len(features):
            return beside_others(case, features[source], row, side)
        return since(case, levels[source - len(features)], row, side, int(moved.days[row]))

    return Evidence(
        concepts, pull, np.column_stack(argues), say, _confirmed(case, concepts, by_concept(pull, concepts))
    )


def _pulls(case: Case, now: pd.DataFrame, past: Mapping[int, pd.DataFrame]) -> tuple[FloatArray, Arisen]:
    """The pull of each source: of the features less what the levels hand over, then what each level hands over."""
    columns = [feature.column for feature in case.told]
    levels = [columns[place] for place in case.levels]
    pull = now[columns].to_numpy(dtype=float, copy=True)
    found = arisen(
        pull[:, case.levels], {ago: rows[levels].to_numpy(dtype=float) for ago, rows in past.items()}, levels
    )
    pull[:, case.levels] -= found.pull
    return np.column_stack([pull, found.pull]), found


def _confirmed(case: Case, concepts: list[str], whole: FloatArray) -> FloatArray | None:
    """How many members of the bag pull each account's concepts the way the whole does; None without a bag."""
    if not isinstance(case.model, Bag):
        return None
    columns, days = [feature.column for feature in case.told], [0, *case.past]
    looks = [case.scores, *case.past.values()]
    was_there = [scores.contributions.notna().to_numpy() for scores in looks]
    found = np.zeros(whole.shape)
    for pulls in zip(*(case.model.each(scores.values) for scores in looks), strict=True):
        frames = [
            pd.DataFrame(np.where(known, pull, np.nan), columns=columns)
            for pull, known in zip(pulls, was_there, strict=True)
        ]
        now, past = frames[0], dict(zip(days[1:], frames[1:], strict=True))
        found += np.sign(by_concept(_pulls(case, now, past)[0], concepts)) == np.sign(whole)
    return found


def _against_others(case: Case, feature: Feature, side: FloatArray) -> BoolArray:
    """Where each account's value beside similar accounts' argues for its side; a phrase without a value does where it holds."""
    lean, values = case.lean(feature), None if feature.is_category else case.numbers(feature)
    if lean == 0 or values is None:
        return np.zeros(len(side), dtype=bool)
    if not has_value(feature):
        return np.asarray((values == 1) & (side == lean))
    return case.argues(feature, feature, case.similar.values[feature.column], side)


def _against_past(case: Case, feature: Feature, side: FloatArray, days: FloatArray) -> BoolArray:
    """Where something that tells the feature has moved for its side since so many days ago, and not as similar accounts did."""
    found = np.zeros(len(days), dtype=bool)
    for told in case.movers(feature):
        for ago in case.past:
            others = case.numbers(told, ago), case.had_it_moved_alike(told, ago)
            alike = [case.argues(feature, told, other, np.where(days == ago, side, 0.0)) for other in others]
            found |= alike[0] & alike[1]
    return found
