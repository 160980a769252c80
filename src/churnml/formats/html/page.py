"""The page as one file that asks nobody for anything."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import pandas as pd

from churnml.formats.html.account_json import account_data
from churnml.formats.html.embed import bare, code, packed, policy, safe_json
from churnml.formats.html.overview import overview
from churnml.formats.html.table_json import table_data
from churnml.list_snapshot import ListSnapshot
from churnml.listing.metadata import ListMetadata
from churnml.text.glossary import TERMS
from churnml.text.templates import environment
from churnml.text.width import plain

THIS_PAGE = (
    ("Find", "Search looks at name, id, CSM and the first reason. A filter stays in the page's address, which can be kept as a bookmark."),
    ("Print", "Printing the table prints the accounts that are shown; printing an account prints its page."),
    ("This file", "Everything is inside it: it needs no network, and nothing leaves it."),
)  # fmt: skip

TEXTS = ("kind", "account_id", "what", "why", "when")


PAGE = "page.html.j2"
LIBRARIES = ("vendor/table-core/index.production.js", "vendor/uplot/uPlot.iife.min.js")
STYLES = (
    "vendor/uplot/uPlot.min.css",
    *(f"style/{name}.css" for name in ("page", "table", "account", "print")),
)
OURS = tuple(
    f"script/{name}.js"
    for name in ("number_format", "list", "table", "chart", "past", "account", "growth", "route")
)


def to_page(list_snapshot: ListSnapshot) -> bytes:
    """The list as HTML: the book at a glance in plain HTML, every account behind a table; no request leaves it."""
    style, scripts, growth = (
        code(_joined(STYLES)),
        [*map(_library, LIBRARIES), _ours()],
        growth_data(list_snapshot),
    )
    page = {
        "overview": overview(list_snapshot), "guide": guide(list_snapshot), "has_growth": growth is not None,
        "policy": policy(scripts, [style]), "style": style, "scripts": scripts,
        "list": safe_json(table_data(list_snapshot) | {"growth": growth}), "details": packed(account_data(list_snapshot)),
    }  # fmt: skip
    return environment(__package__ or "", "template").get_template(PAGE).render(page).encode("utf-8")


def _library(name: str) -> str:
    """A library's script behind its licence, which asks to go wherever the script goes."""
    return code(f"/*\n{_read(name.rpartition('/')[0] + '/LICENSE')}*/\n{_read(name)}")


def _ours() -> str:
    """Our own scripts as one, so that they share a scope and leave nothing in the page's."""
    return code(f'"use strict";\n(() => {{\n{_joined(OURS)}}})();')


def _joined(names: Sequence[str]) -> str:
    return "".join(_read(name) for name in names)


def _read(name: str) -> str:
    return (files(__package__ or "") / name).read_text(encoding="utf-8")


def guide(list_snapshot: ListSnapshot) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headed lists of terms and what they mean."""
    metadata = list_snapshot.metadata
    shown = [column for column in list_snapshot.columns if column.is_shown]
    churn = {column.title: column.note for column in shown if column.side != "expansion"}
    growth = {column.title: column.note for column in shown if column.side == "expansion"}
    return [
        ("What this is", [*_verdicts(metadata), *TERMS]),
        ("This page", list(THIS_PAGE)),
        ("Columns of the list", list(churn.items())),
        ("Columns of the growth side", list(growth.items())),
    ]


def _verdicts(metadata: ListMetadata) -> list[tuple[str, str]]:
    verdicts = list(zip(("Risk side", "Growth side"), metadata.lines, strict=True))
    return [("Hindsight", metadata.hindsight), *verdicts] if metadata.hindsight else verdicts


def growth_data(list_snapshot: ListSnapshot) -> dict[str, Any] | None:
    """The growth list as columns; None where there is none."""
    growth = list_snapshot.growth
    if growth is None or not len(growth):
        return None
    columns: dict[str, list[Any]] = {name: [_text(value) for value in growth[name]] for name in TEXTS}
    columns |= {"place": bare(growth["place"], 0), "is_at_risk": growth["is_at_risk"].astype(int).tolist()}
    return {"kinds": list(dict.fromkeys(columns["kind"])), "columns": columns}


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    return plain(f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value))
