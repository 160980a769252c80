"""The catalogue as a page for people: docs/features.md is exactly this, and a test holds it so."""

from collections.abc import Sequence

from churnml.features.catalog import CATALOG
from churnml.features.spec import Feature

HEAD = """# Features

Every column a model may see, from the catalogue in `src/churnml/features`. Written by `churnml features > docs/features.md`.

*Leans* is the direction a higher value is declared to push: ↑ makes the outcome likelier, ↓ less likely, · claims nothing.
*No rows* is what the absence of rows in the source table means.
"""


def page(catalogue: Sequence[Feature] = CATALOG) -> str:
    """The catalogue as Markdown: one table for each source table, in the catalogue's order."""
    tables = dict.fromkeys(feature.table for feature in catalogue)
    parts = [_table(name, [f for f in catalogue if f.table == name and f.is_input]) for name in tables]
    return "\n".join([HEAD, *parts])


def _table(name: str, features: Sequence[Feature]) -> str:
    rows = [
        f"| `{f.column}` | {f.concept} | {f.pattern} | {f.unit} "
        f"| {_arrow(f.churn)} | {_arrow(f.expansion)} | {_absence(f)} |"
        for f in features
    ]
    head = [
        "| Column | Concept | Said as | Unit | Churn leans | Expansion leans | No rows |",
        "|---|---|---|---|:-:|:-:|---|",
    ]
    return "\n".join([f"## From `{name}`", "", *head, *rows, ""])


def _arrow(lean: int) -> str:
    return {1: "↑", -1: "↓"}.get(lean, "·")


def _absence(feature: Feature) -> str:
    if feature.formula:
        return "as its parts"
    return "unknown" if feature.no_rows is None else f"{feature.no_rows:g}"
