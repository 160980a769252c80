"""Ways of writing a value that are not the declared one: how each is recognised, its likely cause and what to do about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """One way of writing. ``pattern`` matches a whole value, in DuckDB and in Python alike.

    ``cause`` says what such values are; ``remedy`` what to do, with ``{column}`` for the column and ``{value}`` for an example.
    """

    pattern: str
    cause: str
    remedy: str
    is_slip: bool = True  # one such value may be a slip of the pen


@dataclass(frozen=True)
class Found:
    """Values of a column that are written in one form: how many, the first of them and its row in the mapped table (from 1 on)."""

    form: Form
    count: int
    value: str
    row: int


def form_number(value: str, forms: Sequence[Form]) -> str:
    """SQL for the place of the first form that a value has; NULL where it has none."""
    cases = " ".join(
        f"WHEN regexp_full_match({value}, {literal(form.pattern)}) THEN {number}"
        for number, form in enumerate(forms)
    )
    return f"CASE {cases} END"


def form_of(value: str, forms: Sequence[Form]) -> Form | None:
    """The first form that a value has.

    >>> form_of("abc", [Form(r"[a-z]+", "letters", "")]).cause
    'letters'
    """
    return next((form for form in forms if re.fullmatch(form.pattern, value)), None)


def is_stray(count: int, filled: int, max_stray_share: float) -> bool:
    """Whether so few of a column's filled values may be slips, for the quarantine, rather than the way the column is written."""
    return count <= max_stray_share * filled or (count < 3 and count * 10 <= filled)


def literal(text: str) -> str:
    """A text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def name(column: str) -> str:
    """A column's name, quoted for SQL."""
    return '"' + column.replace('"', '""') + '"'
