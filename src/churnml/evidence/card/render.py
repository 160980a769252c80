"""A card as Markdown and as one HTML file that asks nobody for anything."""

import base64
from functools import cache
from typing import TYPE_CHECKING

from churnml.evidence.card.blocks import Block, Card, Grid, Items, Pair, Picture, Text
from churnml.text.markdown import safe, table
from churnml.text.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment

PAGE = "card.html.j2"


def to_html(card: Card) -> str:
    """The card as HTML: styles inside, pictures as data, no script; whatever comes from the book is escaped."""
    return _templates().get_template(PAGE).render(card=card)


def to_markdown(card: Card, folder: str) -> str:
    """The card as Markdown, whose pictures lie in ``folder`` beside it."""
    lines = [f"- {safe(text)}" for text in card.says]
    tiles = table(
        ("", "", ""), [(safe(t.label), f"**{safe(t.value)}**", safe(t.note)) for t in card.tiles], "lrl"
    )
    parts = [
        f"# {safe(card.title)}", safe(card.subtitle), f"**{safe(card.verdict)}**", "\n".join(lines), *([tiles] if card.tiles else []),
        "## What this does not say", "\n".join(f"- {safe(text)}" for text in card.says_not),
    ]  # fmt: skip
    for section in card.sections:
        parts += [f"## {safe(section.title)}", *(_markdown(block, folder) for block in section.blocks)]
    return "\n\n".join(parts) + "\n"


def _markdown(block: Block, folder: str) -> str:
    match block:
        case Text(text):
            return safe(text)
        case Items(items):
            return "\n".join(f"- {safe(item)}" for item in items)
        case Grid():
            rows = [[safe(cell.line) for cell in row] for row in block.rows]
            sides = "l" * block.words + "r" * (len(block.heading) - block.words)
            return f"{safe(block.caption)}:\n\n" + table([safe(text) for text in block.heading], rows, sides)
        case Pair(picture, grid):
            return f"{_markdown(picture, folder)}\n\n{_markdown(grid, folder)}"
        case Picture():
            return f"![{safe(block.alt)}]({block.below(folder)})\n\n*{safe(block.caption)}*"


def _data(picture: Picture) -> str:
    """The drawing as a data address: an image runs no script, and its names meet no other's."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.svg.encode("utf-8")).decode("ascii")


@cache
def _templates() -> "Environment":
    templates = environment(__package__ or "")
    templates.filters["address"] = _data
    templates.tests["kind"] = lambda block, name: type(block).__name__ == name
    return templates
