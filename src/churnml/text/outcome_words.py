"""How an outcome is spoken of: who has it and who has not, many of them, and their ARR."""

from dataclasses import dataclass
from datetime import date

from churnml.results.level_change import LevelChange
from churnml.text.number_format import counted, signed_money


@dataclass(frozen=True)
class OutcomeWords:
    """``pair`` is one account with the outcome beside one without, ``does`` and ``did`` what those with it do."""

    pair: str
    many: str
    arr: str
    does: str
    did: str


WORDS = {
    "churn": OutcomeWords("a leaver and a stayer", "customers who left", "the ARR that left", "leave", "left"),
    "expansion": OutcomeWords("one that grew and one that did not", "customers who grew", "the ARR of those who grew", "grow", "grew"),
    "contraction": OutcomeWords("one that shrank and one that did not", "customers who shrank", "the ARR of those who shrank", "shrink", "shrank"),
}  # fmt: skip


def outcome_words(outcome: str) -> OutcomeWords:
    """The words for an outcome, also for one that has none of its own.

    >>> outcome_words("upgrade").many
    'customers with upgrade'
    """
    other = OutcomeWords(
        f"one with {outcome} and one without",
        f"customers with {outcome}",
        f"the ARR with {outcome}",
        f"have {outcome}",
        f"had {outcome}",
    )
    return WORDS.get(outcome, other)


def change_sentence(outcome: str, change: LevelChange | None) -> str:
    """A change of an outcome's level in a sentence, its dollars in another; nothing without one.

    >>> from churnml.results.interval import Interval
    >>> change = LevelChange("2024-04-01", 210, Interval(0.09, 0.07, 0.11), Interval(0.16, 0.12, 0.2), Interval(1.2e6, 6e5, 1.7e6), 0.97)
    >>> change_sentence("churn", change)
    'The level has changed: since about April 2024, of 100 renewals 16 ended in churn (interval 12 to 20), before 9 (7 to 11). In 210 renewals since, that was +$1,200,000 of ARR against the former level (+$600,000 to +$1,700,000).'
    """
    if change is None:
        return ""
    (now, low, high), (then, least, most) = (
        tuple(round(100 * (end or 0.0)) for end in (rate.value, rate.low, rate.high))
        for rate in (change.after, change.before)
    )
    text = (
        f"The level has changed: since about {date.fromisoformat(change.since):%B %Y}, of 100 renewals {now} ended in {outcome} "
        f"(interval {low} to {high}), before {then} ({least} to {most})."
    )
    usd = change.usd
    if usd is None or usd.value is None or usd.low is None or usd.high is None:
        return text
    against = f"{signed_money(usd.value)} of ARR against the former level ({signed_money(usd.low)} to {signed_money(usd.high)})"
    return f"{text} In {counted(change.renewals, 'renewal')} since, that was {against}."
