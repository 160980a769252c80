"""Falling use that nobody explains: silence is evidence, not health.

Most who leave never complain. Where use falls and no voice is heard, what was not heard is told with the fall: no ticket, no contact
begun by the customer, surveys left unanswered, the heaviest user gone. Where the customer did speak up (a ticket escalated, a complaint),
the fall is not silent and nothing is added.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from churnml.explain.vs_history import MOVE
from churnml.learn.arrays import BoolArray

TICKETS, COMPLAINTS, ESCALATED = "tickets_opened_91d", "complaint_tickets_365d", "escalated_ticket_share_182d"
TOUCHES, UNANSWERED, CHAMPION = "customer_touches_91d", "surveys_unanswered_365d", "is_champion_gone"
SILENCE = frozenset({TICKETS, COMPLAINTS, ESCALATED, TOUCHES, UNANSWERED, CHAMPION})
"""The features that tell silence; they are read whether or not a health rule names them."""


def silences(rows: pd.DataFrame) -> list[str]:
    """What was not heard from each account, to be added to a fall of its use; empty where it has spoken up.

    >>> quiet = {TICKETS: [0.0, 2.0, 0.0], COMPLAINTS: [0.0, 0.0, 1.0], TOUCHES: [0.0, 3.0, 0.0], UNANSWERED: [2.0, 0.0, 0.0]}
    >>> silences(pd.DataFrame(quiet))
    ['no ticket and no contact begun by the customer in 91 days, 2 surveys unanswered in a year', '', '']
    """
    spoke = _is(rows, COMPLAINTS, above=0) | _is(rows, ESCALATED, above=0)
    signs = (
        _is(rows, TICKETS, above=-1) & ~_is(rows, TICKETS, above=0),
        _is(rows, TOUCHES, above=-1) & ~_is(rows, TOUCHES, above=0),
        _is(rows, CHAMPION, above=0),
    )
    unanswered = rows[UNANSWERED].fillna(0).astype(int) if UNANSWERED in rows else np.zeros(len(rows), int)
    return [
        "" if has_spoken else _not_heard(no_ticket, no_contact, has_lost_champion, int(surveys))
        for has_spoken, no_ticket, no_contact, has_lost_champion, surveys in zip(
            spoke, *signs, unanswered, strict=True
        )
    ]


def is_named(book: pd.DataFrame, silence: Sequence[str]) -> BoolArray:
    """Where a reason of ``book`` (columns ``reason_k_concept``) tells a fall in use that nobody explained."""
    concepts = book[[name for name in book if re.fullmatch(r"reason_\d+_concept", str(name))]]
    is_reason: BoolArray = (concepts.to_numpy() == MOVE).any(axis=1)
    return np.asarray(is_reason & np.array([bool(words) for words in silence], dtype=bool))


def _not_heard(no_ticket: bool, no_contact: bool, has_lost_champion: bool, surveys: int) -> str:
    words = [
        word
        for word, holds in (("no ticket", no_ticket), ("no contact begun by the customer", no_contact))
        if holds
    ]
    facts = [" and ".join(words) + " in 91 days"] if words else []
    if surveys:
        facts.append(f"{surveys} survey{'s' * (surveys > 1)} unanswered in a year")
    if has_lost_champion:
        facts.append("the heaviest user gone")
    return ", ".join(facts)


def _is(rows: pd.DataFrame, column: str, above: float) -> BoolArray:
    """Where a column the book gives is known to lie above a value."""
    if column not in rows:
        return np.zeros(len(rows), dtype=bool)
    return np.asarray(rows[column].to_numpy(dtype=float) > above)
