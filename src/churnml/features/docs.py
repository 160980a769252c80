"""The catalogue as a page for people: docs/features.md is exactly this, and a test holds it so."""

from collections.abc import Sequence

from churnml.features.catalog import CATALOG
from churnml.features.spec import Feature

HEAD = """# Features

Every column a model may see, from the catalogue in `src/churnml/features`. Written by `churnml features > docs/features.md`.

*Direction* is where a higher value is declared to move an outcome: ↑ makes it likelier, ↓ less likely, · claims nothing.
*No rows* is what the absence of rows in the source table means, where it could have shown one (decision 31). A column from the contract's *seats* is unknown where a book has none.
"""


def page(catalogue: Sequence[Feature] = CATALOG) -> str:
    """The catalogue as Markdown: its concepts, then one table for each source table, in the catalogue's order."""
    inputs = [feature for feature in catalogue if feature.is_input]
    tables = dict.fromkeys(feature.table for feature in catalogue)
    parts = [_table(name, [f for f in inputs if f.table == name]) for name in tables]
    return "\n".join([HEAD, _concepts(inputs), *parts])


def _concepts(features: Sequence[Feature]) -> str:
    columns: dict[str, list[Feature]] = {}
    for feature in features:
        columns.setdefault(feature.concept, []).append(feature)
    rows = [
        f"| {concept} | {', '.join(dict.fromkeys(f'`{f.table}`' for f in members))} | {len(members)} |"
        for concept, members in columns.items()
    ]
    title = f"{len(features)} columns in {len(columns)} concepts. A concept is what a person sees as one thing: it gives one reason at most."
    return "\n".join(
        ["## Concepts", "", title, "", "| Concept | From | Columns |", "|---|---|--:|", *rows, ""]
    )


def _table(name: str, features: Sequence[Feature]) -> str:
    rows = [
        f"| `{f.column}` | {f.concept} | {f.pattern} | {f.unit} "
        f"| {_arrow(f.churn)} | {_arrow(f.expansion)} | {_absence(f)} |"
        for f in features
    ]
    head = [
        "| Column | Concept | Phrase | Unit | Churn direction | Expansion direction | No rows |",
        "|---|---|---|---|:-:|:-:|---|",
    ]
    return "\n".join([f"## From `{name}`", "", *head, *rows, ""])


def _arrow(direction: int) -> str:
    return {1: "↑", -1: "↓"}.get(direction, "·")


def _absence(feature: Feature) -> str:
    if feature.formula:
        return "as its parts"
    return "unknown" if feature.no_rows is None else f"{feature.no_rows:g}"
