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
    text = _compact(content) if indent is None else _indented(content, " " * indent, "\n")
    return (escape(text) + "\n").encode("utf-8")


def _indented(content: object, step: str, end: str) -> str:
    """As ``json.dumps`` with an indent, whose encoder is in plain Python: what holds no container is left to the one in C."""
    if not content or not isinstance(content, dict | list | tuple):
        return _compact(content)
    inner = end + step
    values = content.values() if isinstance(content, dict) else content
    if any(isinstance(value, dict | list | tuple) for value in values):
        texts = [_indented(value, step, inner) for value in values]
        if isinstance(content, dict):
            texts = [f"{_compact(key)}: {text}" for key, text in zip(content, texts, strict=True)]
        body = f",{inner}".join(texts)
    else:
        body = _compact(content, f",{inner}")[1:-1]
    opening, closing = "{}" if isinstance(content, dict) else "[]"
    return f"{opening}{inner}{body}{end}{closing}"


def _compact(content: object, comma: str = ", ") -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(comma, ": "))


def escape(text: str) -> str:
    """JSON that may stand inside a ``<script>``."""
    for char, escaped in ESCAPED.items():  # far faster than str.translate, which looks at every character
        text = text.replace(char, escaped)
    return text


def records(listed: pd.DataFrame, columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The rows of a list as plain values by column: dates ISO, unknown None; each fits the row's JSON Schema."""
    values = [plain_values(listed[column.name], column.kind) for column in columns]
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]


def plain_values(values: pd.Series, kind: Kind) -> list[str | int | float | bool | None]:
    """A column of the list as JSON has it.

    >>> plain_values(pd.Series([0.5, float("nan")]), "usd"), plain_values(pd.Series([pd.Timestamp("2025-02-14")]), "date")
    ([0.5, None], ['2025-02-14'])
    """
    if kind == "date":
        values = values.dt.strftime("%Y-%m-%d")
    shape: type[str | int | float | bool] = (
        str if kind in ("text", "date") else {"flag": bool, "count": int}.get(kind, float)
    )
    if kind == "text":
        return [str(value) for value in values.tolist()]
    unknown = values.isna().tolist()
    return [None if gone else shape(value) for gone, value in zip(unknown, values.tolist(), strict=True)]
