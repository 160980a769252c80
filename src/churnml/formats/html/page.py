"""The page as one file that asks nobody for anything."""

from collections.abc import Sequence
from importlib.resources import files

from churnml.formats.html.account_json import account_data
from churnml.formats.html.embed import code, packed, policy, safe_json
from churnml.formats.html.glossary_json import guide
from churnml.formats.html.growth_json import growth_data
from churnml.formats.html.overview import overview
from churnml.formats.html.table_json import table_data
from churnml.list_snapshot import ListSnapshot
from churnml.text.templates import environment

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
