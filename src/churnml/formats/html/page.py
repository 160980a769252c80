"""The page as one file that asks nobody for anything."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from churnml.formats.html.account_json import account_data
from churnml.formats.html.embed import code, packed, policy, safe_json
from churnml.formats.html.glossary_json import guide
from churnml.formats.html.growth_json import growth_data
from churnml.formats.html.overview import glance
from churnml.formats.html.table_json import table_data
from churnml.list_snapshot import ListSnapshot

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = "page.html.j2"
LIBRARIES = ("vendor/table-core/index.production.js", "vendor/uplot/uPlot.iife.min.js")
STYLES = (
    "vendor/uplot/uPlot.min.css",
    *(f"style/{name}.css" for name in ("page", "table", "account", "print")),
)
OURS = tuple(
    f"script/{name}.js" for name in ("said", "list", "table", "chart", "past", "account", "growth", "route")
)


def to_page(list_snapshot: ListSnapshot) -> bytes:
    """The list as HTML: the book at a glance in plain HTML, every account behind a table; no request leaves it."""
    style, scripts, growth = (
        code(_joined(STYLES)),
        [*map(_library, LIBRARIES), _ours()],
        growth_data(list_snapshot),
    )
    page = {
        "glance": glance(list_snapshot),
        "guide": guide(list_snapshot),
        "has_growth": growth is not None,
        "policy": policy(scripts, [style]),
        "style": style,
        "scripts": scripts,
        "list": safe_json(table_data(list_snapshot) | {"growth": growth}),
        "details": packed(account_data(list_snapshot)),
    }
    return _environment().get_template(PAGE).render(page).encode("utf-8")


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


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(__package__ or "", "template"), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, keep_trailing_newline=True,
    )  # fmt: skip
