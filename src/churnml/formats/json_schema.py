"""One row of the list as JSON Schema: what every file of a day is built from, generated from the columns."""

from collections.abc import Sequence
from typing import Any

from churnml.formats.json import records
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import FILE, LAYOUT, Column, Kind

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NUMBER: dict[str, Any] = {"type": "number"}
SHAPES: dict[Kind, dict[str, Any]] = {
    "text": {"type": "string"}, "count": {"type": "integer"}, "usd": NUMBER | {"unit": "USD"},
    "date": {"type": "string", "format": "date"}, "probability": NUMBER | {"minimum": 0, "maximum": 1, "unit": "share"},
    "multiple": NUMBER | {"minimum": 0, "unit": "times"}, "score": NUMBER | {"minimum": 0}, "flag": {"type": "boolean"},
    "weight": NUMBER | {"unit": "share"}, "change": NUMBER | {"minimum": -1, "maximum": 1, "unit": "share"},
    "place": NUMBER | {"minimum": 1},
}  # fmt: skip
"""Type, format, range and unit of each kind of column."""
ALWAYS: frozenset[Kind] = frozenset({"text", "count", "flag"})
"""Kinds that are never null: an unknown text is empty."""


def row_schema(columns: Sequence[Column]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one row: type, format, unit, words, title and meaning of each column.

    ``version`` is the layout: it moves when a column is renamed, removed or changes its meaning.
    """
    return {
        "$schema": DIALECT, "$id": f"urn:churnml:{FILE}:{LAYOUT}", "title": "One account of the risk list",
        "description": "A row of risk_list.json, .csv, .parquet and .xlsx. Unknown is null; an unknown text is empty.",
        "version": LAYOUT, "type": "object", "properties": {column.name: _shape(column) for column in columns},
        "required": [column.name for column in columns], "additionalProperties": False,
    }  # fmt: skip


def _shape(column: Column) -> dict[str, Any]:
    shape = dict(SHAPES[column.kind])
    if is_nullable(column):
        shape["type"] = [shape["type"], "null"]
    if column.words:
        shape["enum"] = list(column.words)
    wording = {"title": column.title, "description": column.note}
    return wording | shape | {"side": column.side, "is_shown": column.is_shown}


def is_nullable(column: Column) -> bool:
    """Whether a row may lack the column's value."""
    return column.is_nullable or column.kind not in ALWAYS


def list_document(list_snapshot: ListSnapshot) -> dict[str, Any]:
    """The list as one document: what it is, what may be believed of it, and its rows in order of rank."""
    metadata = list_snapshot.metadata
    return {
        "layout": LAYOUT, "schema": f"{FILE}.schema.json", "book": metadata.book, "as_of": metadata.as_of.isoformat(),
        "hindsight": metadata.hindsight, "verdicts": list(metadata.lines),
        "rows": records(list_snapshot.listed, list_snapshot.columns),
    }  # fmt: skip
