"""One fact in words: a value, what it was before, and what similar accounts show."""

import re

from churnml.features.spec import Feature

YEAR = 365


def sentence(feature: Feature, value: float | str, other: float | None = None, whose: str = "") -> str:
    """One account's value as a plain fact, beside another value where there is one.

    >>> users = Feature(name="f", source="usage", concept="c", unit="users", phrase="{value} active users", churn=-1, expansion=1, no_rows=0.0)
    >>> sentence(users, 1.0, 38.0, "similar accounts:")
    '1 active user; similar accounts: 38'
    """
    is_cap = bool(value) and value == feature.no_rows  # stands for 'not once within the window'
    fact = singular(feature.say(f"{feature.format(value)} or more" if is_cap else value), feature.unit)
    return fact + compared(feature, value, other, whose)


def moved(feature: Feature, then: float, now: float, days: int) -> str:
    """What rose or fell, from where to where, in how many days.

    >>> users = Feature(name="f", source="usage", concept="c", unit="users", phrase="{value} active users", churn=-1, expansion=1, no_rows=0.0, noun="active users")
    >>> moved(users, 41.0, 12.0, 91)
    'active users fell from 41 to 12 over 91 days'
    """
    noun = feature.noun.format(days=feature.window.days if feature.window else "")
    way = "fell" if now < then else "rose"
    first, last = (singular(feature.format(value), feature.unit) for value in (then, now))
    return f"{noun} {way} from {first} to {last} over {duration(days)}"


def duration(days: int) -> str:
    """A stretch of days as a person says it.

    >>> duration(91), duration(365), duration(730)
    ('91 days', 'a year', '2 years')
    """
    if days % YEAR:
        return f"{days} days"
    return "a year" if days == YEAR else f"{days // YEAR} years"


def compared(feature: Feature, value: float | str, other: float | None, whose: str) -> str:
    """What is added for another value that the account is held against; nothing where there is none.

    Beside a phrase for nothing ('every invoice was paid in time') a bare figure would read the wrong way round: it is said whole.
    """
    if other is None:
        return ""
    is_nothing = value == 0 and bool(feature.none) and other != 0
    return f"; {whose} {singular(feature.say(other) if is_nothing else feature.format(other), feature.unit)}"


def has_value(feature: Feature) -> bool:
    """Whether the phrase tells a value; 'notice given' does not, and is said only where it holds."""
    return "{value}" in feature.phrase


def singular(text: str, unit: str) -> str:
    """The text with its unit in the singular after a 1.

    >>> singular("1 tickets open", "tickets")
    '1 ticket open'
    """
    if "1 " not in text:
        return text
    return re.sub(rf"(?<![\d.,-])1 ((?:[a-z]+ )?){re.escape(unit)}\b", rf"1 \1{unit.removesuffix('s')}", text)
