"""JSON as every file of a list writes it: the same bytes each time, and harmless inside a page."""

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from churnml.listing.columns import Column, Kind

ESCAPED = {char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
r"""What could end a <script>, open a tag or break a line of one; JSON reads \u003c as < again."""


def as_json(content: object, *, indent: int | None = 2) -> bytes:
    r"""Content as JSON that a person can read, too, and that may stand inside a ``<script>``.

    >>> as_json(["</script>"], indent=None).decode()
    '["\\u003c/script\\u003e"]\n'
    """
    text = json.dumps(content, indent=indent, ensure_ascii=False, allow_nan=False)
    return (escape(text) + "\n").encode("utf-8")


def escape(text: str) -> str:
    """JSON that may stand inside a ``<script>``."""
    for char, escaped in ESCAPED.items():  # far faster than str.translate, which looks at every character
        text = text.replace(char, escaped)
    return text


def records(listed: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The rows of a list as plain values by column: dates ISO, unknown None; each fits the row's JSON Schema."""
    values = [
        [plain_value(value, column.kind) for value in listed[column.name].tolist()] for column in columns
    ]
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def plain_value(value: Any, kind: Kind) -> str | int | float | bool | None:
    """One value of the list as JSON has it.

    >>> plain_value(pd.Timestamp("2025-02-14"), "date"), plain_value(float("nan"), "usd"), plain_value(3, "count")
    ('2025-02-14', None, 3)
    """
    if kind == "text":
        return str(value)
    if value is None or pd.isna(value):
        return None
    if kind == "date":
        return f"{value:%Y-%m-%d}"
    if kind == "flag":
        return bool(value)
    return int(value) if kind == "count" else float(value)
