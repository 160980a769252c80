"""How an outcome is spoken of: who has it and who has not, many of them, and their ARR."""

from dataclasses import dataclass


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
