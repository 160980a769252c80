"""One reason in words: the account's value, where it came from, what similar accounts show, and what was not heard."""

from churnml.explain.context import AccountContext
from churnml.explain.sentences import compared, has_value, moved, sentence
from churnml.explain.vs_history import LEVEL, MOVE
from churnml.features.spec import Feature


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
        if _is_of_use(feature)
        else moved(shown, then, now, days)
    )
    return text + _others(context, feature, shown, row, side)


def _is_of_use(feature: Feature) -> bool:
    return feature.concept in (LEVEL, MOVE)


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
