"""Kinds of term by length, and how far before a renewal each was ever looked at with its outcome known.

A model that learned from monthly accounts ninety days ahead has seen no annual one: how far ahead it was judged is a matter of each kind.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from churnml.learn.arrays import BoolArray
from churnml.learn.lifetime.landmarks import TERM

BOUNDS = {45: "under 45 days", 200: "45 to 199 days", 400: "200 to 399 days"}
LONGER, UNKNOWN = "400 days and more", "unknown length"


def kinds_of_term(rows: pd.DataFrame) -> list[str]:
    """The kind of each row's live term, by its length.

    >>> kinds_of_term(pd.DataFrame({"term_days": [31.0, 365.0, 1096.0, None]}))
    ['under 45 days', '200 to 399 days', '400 days and more', 'unknown length']
    """
    days = rows[TERM].to_numpy(dtype=float) if TERM in rows else np.full(len(rows), np.nan)
    names = [*BOUNDS.values(), LONGER]
    return [
        UNKNOWN if np.isnan(length) else names[position]
        for length, position in zip(days, np.digitize(days, list(BOUNDS)), strict=True)
    ]


def longest_leads(keys: pd.DataFrame, rows: pd.DataFrame) -> dict[str, int]:
    """The longest lead among these snapshots of each kind of term that is among them."""
    longest = keys["lead_days"].groupby(np.array(kinds_of_term(rows), dtype=object)).max()
    return {str(kind): int(days) for kind, days in longest.items()}


def known_to_all(leads: Iterable[Mapping[str, int]]) -> dict[str, int] | None:
    """The longest lead of each kind that every one of these knows; None of none."""
    every = [*leads]
    if not every:
        return None
    return {kind: min(one[kind] for one in every) for kind in every[0] if all(kind in one for one in every)}


def is_beyond(keys: pd.DataFrame, rows: pd.DataFrame, leads: Mapping[str, int]) -> BoolArray:
    """Whether each snapshot looks farther ahead than any of its kind of term; any lead is too far where there is none of its kind.

    >>> keys = pd.DataFrame({"lead_days": [90, 90, 400]})
    >>> is_beyond(keys, pd.DataFrame({"term_days": [31.0, 365.0, 31.0]}), {"under 45 days": 90}).tolist()
    [False, True, True]
    """
    longest = np.array([leads.get(kind, -1) for kind in kinds_of_term(rows)])
    return np.asarray(keys["lead_days"].to_numpy() > longest)
