"""One reason in words: the account's value, where it came from, what similar accounts show, and what was not heard."""

from churnml.explain.context import Case
from churnml.explain.sentences import compared, has_value, moved, sentence
from churnml.explain.vs_history import LEVEL, MOVE
from churnml.features.spec import Feature


def beside_others(case: Case, feature: Feature, row: int, side: int) -> str:
    """The fact beside similar accounts, as the account's own nearest rise or fall where one points to the same side.

    A level is told as it stands, since its move has a reason of its own.
    """
    if feature.concept != LEVEL:
        for days in sorted(case.past):
            told = mover(case, feature, row, days, side)
            if told:
                return _move(case, feature, told, row, side, days)
    told = _plainest(case, feature, row, side)
    text = sentence(told, float(case.numbers(told)[row]))
    return _with_silence(case, feature.concept, row, side, text) + _others(case, feature, told, row, side)


def _plainest(case: Case, feature: Feature, row: int, side: int) -> Feature:
    """What a comparison with similar accounts is told by: the figure itself beside theirs, where it says the same."""
    told = case.known.get(feature.level)
    if not feature.is_beside_peers or told is None or told.column not in case.similar.values:
        return feature
    other = float(case.similar.values[told.column][row])
    return told if case.points(feature, told, row, other, side) else feature


def since(case: Case, feature: Feature, row: int, side: int, days: int) -> str:
    """A level's move in so many days, told by its plainest column."""
    told = mover(case, feature, row, days, side)
    if told is None:
        raise ValueError(f"'{feature.column}' has not moved in {days} days, and was asked to tell it.")
    return _move(case, feature, told, row, side, days)


def mover(case: Case, feature: Feature, row: int, days: int, side: int) -> Feature | None:
    """What tells a move: the plainest column that has clearly moved to that side, and farther than similar accounts' did."""
    for told in case.movers(feature):
        others = case.numbers(told, days), case.had_it_moved_alike(told, days)
        if all(case.points(feature, told, row, float(other[row]), side) for other in others):
            return told
    return None


def _move(case: Case, feature: Feature, told: Feature, row: int, side: int, days: int) -> str:
    now, then = (float(case.numbers(told, ago)[row]) for ago in (0, days))
    text = (
        _with_silence(case, MOVE, row, side, moved(told, then, now, days))
        if _is_of_use(feature)
        else moved(told, then, now, days)
    )
    return text + _others(case, feature, told, row, side)


def _is_of_use(feature: Feature) -> bool:
    return feature.concept in (LEVEL, MOVE)


def _with_silence(case: Case, concept: str, row: int, side: int, text: str) -> str:
    """The text of a fall in use that speaks for leaving, with what was not heard in the meantime."""
    silence = (
        case.silence[row] if case.silence and concept == MOVE and side > 0 and case.outcome == "churn" else ""
    )
    return f"{text}, {silence}" if silence else text


def _others(case: Case, feature: Feature, told: Feature, row: int, side: int) -> str:
    """What similar accounts show, where it is known and the account's value beside it points to the same side."""
    if (
        told.is_category
        or told.is_beside_peers
        or not has_value(told)
        or told.column not in case.similar.values
    ):
        return ""
    other = float(case.similar.values[told.column][row])
    if not case.points(feature, told, row, other, side):
        return ""
    return compared(told, float(case.numbers(told)[row]), other, case.similar.whose[told.column][row])
