"""The record of what came of the accounts: terms, decisions, adoption by month."""

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from churnml.data.sample.world.rng import Flags, Floats, Ints

Rows = TypeVar("Rows", "Terms", "Decisions")
NEVER = 10**6  # a day long after the book


@dataclass(frozen=True)
class Terms:
    """One entry a signed term in every array; days are counted since 1970-01-01."""

    account: Ints
    start: Ints
    end: Ints
    seats: Ints
    price: Floats
    extras: Ints
    signed: Ints
    is_add_on: Flags


@dataclass(frozen=True)
class Decisions:
    """One entry a renewal decision in every array, with what truly drove it."""

    account: Ints
    renewal: Ints
    term_start: Ints
    probability: Floats  # a column each outcome
    outcome: Ints
    drives: Floats  # a column each driver, in the order of laws.CHURN
    decline: Floats
    is_dissatisfied: Flags
    has_complained: Flags
    is_price_rise: Flags
    leaves: Ints  # the day service stops, NEVER for those who stay
    notice: Ints


@dataclass(frozen=True)
class AccountHistory:
    """What came of the accounts: adoption and seats by month, every term and every decision."""

    utilisation: Floats
    seats: Ints
    leaves: Ints  # the day service stops for each account
    terms: Terms
    decisions: Decisions


def joined(parts: list[Rows]) -> Rows:
    """The parts of a record as one."""
    kind = type(parts[0])
    return kind(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(kind)})
