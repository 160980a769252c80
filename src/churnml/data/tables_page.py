"""Every canonical table and column as a page for people: docs/tables.md is exactly this, and a test holds it so."""

import tomllib
from pathlib import Path
from typing import Any

from churnml.data.schema import RECORDING, TABLES, Column, Table

MEANINGS = Path(__file__).with_name("tables.toml")
RECORDED = "recording"

HEAD = """# Tables

What a book's mapping SQL has to produce: one SELECT a table, whose columns bear these names. Written by `churnml tables > docs/tables.md`
from `src/churnml/data/schema.py` and `src/churnml/data/tables.toml`. `accounts` and `contracts` are needed; the features of any other table
drop out with a notice. How the rows of common exports become these tables stands among the [recipes](recipes.md).

Every interval is half-open: an end is the first day that no longer belongs. Text is typed after the SELECT, and a value that is not one is
refused by name. *Known from* says since when a value counts: what came later is hidden on every day before it, however it is delivered today.
Where it says *undated*, the export holds today's value, which may have been set after the outcome: features see it only in a row with
`valid_from`, or where `static` in book.yaml lists the column.
"""
KINDS = {
    "VARCHAR": "text", "DATE": "day", "TIMESTAMP": "moment", "BOOLEAN": "yes or no", "BIGINT": "whole number",
    "DECIMAL(18,2)": "amount, 2 decimals", "DECIMAL(18,4)": "number, 4 decimals",
}  # fmt: skip


def meanings() -> dict[str, dict[str, Any]]:
    """By table (and ``recording``) its ``meaning`` and, by column, ``meaning``, ``example`` and perhaps ``unit``."""
    return tomllib.loads(MEANINGS.read_text(encoding="utf-8"))


def page() -> str:
    """The tables as Markdown: one section a table, and one for the columns that any may have."""
    texts = meanings()
    sections = [_section(table, texts[name]) for name, table in TABLES.items()]
    recorded = ["## Any table\n", f"{texts[RECORDED]['meaning']}\n", *_rows(RECORDING, texts[RECORDED], None)]
    return "\n".join([HEAD, *sections, *recorded, ""])


def _section(table: Table, texts: dict[str, Any]) -> str:
    key = " and ".join(f"`{name}`" for name in table.key)
    facts = [
        f"{'Required' if table.required else 'Optional'}. One row is known by {key}.",
        f"A row happens at `{table.clock}`{_of_row(table)}.",
        *(f"`{later}` is never before `{earlier}`." for earlier, later in table.order),
    ]
    return "\n".join([f"## {table.name}\n", f"{texts['meaning']} {' '.join(facts)}\n", *_rows(tuple(c for c in table.columns if not c.is_derived), texts, table), ""])  # fmt: skip


def _of_row(table: Table) -> str:
    since = "then" if table.known == table.clock else f"`{table.known}`"
    return f" and is known from {since} on, or from its `known_at`"


def _rows(columns: tuple[Column, ...], texts: dict[str, Any], table: Table | None) -> list[str]:
    lines = [
        "| Column | Is | Unit | Needed | Known from | Meaning | Example |",
        "|---|---|---|---|---|---|---|",
    ]
    for column in columns:
        text = texts["columns"][column.name]
        lines.append(
            f"| `{column.name}` | {_kind(column)} | {text.get('unit', '')} | {_required(column)} | {_known(column, table)} "
            f"| {text['meaning']} | `{text['example']}` |"
        )
    return lines


def _required(column: Column) -> str:
    """Whether the column must be there; where all may be without it, its values are required once it is."""
    if not column.required:
        return ""
    return "its values" if column.default else "yes"


def _kind(column: Column) -> str:
    """What a column holds, with its bounds.

    >>> _kind(Column("tone", "DECIMAL(18,4)", at_least=-1, at_most=1))
    'number, 4 decimals, -1 to 1'
    """
    low, high = column.at_least, column.at_most
    bounds = {
        (False, False): "",
        (True, False): f", ≥ {low or 0:g}",
        (False, True): f", ≤ {high or 0:g}",
        (True, True): f", {low or 0:g} to {high or 0:g}",
    }
    return KINDS[column.type] + bounds[low is not None, high is not None]


def _known(column: Column, table: Table | None) -> str:
    """Since when a column's value counts, in words."""
    if column.is_undated:
        return "undated"
    if column.revealed_by:
        return "its own moment" if column.revealed_by == column.name else f"`{column.revealed_by}`"
    return "the row" if table else ""
