"""Blocks as Markdown, and the templates that show them as HTML."""

import base64
from functools import cache
from typing import TYPE_CHECKING

from churnml.evidence.card.blocks import Block, Grid, Items, Pair, Picture, Text
from churnml.text.markdown import safe, table
from churnml.text.templates import environment

if TYPE_CHECKING:
    from jinja2 import Environment


def block_markdown(block: Block, folder: str) -> str:
    """A block as Markdown, whose pictures lie in ``folder`` beside it."""
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
            return f"{block_markdown(picture, folder)}\n\n{block_markdown(grid, folder)}"
        case Picture():
            return f"![{safe(block.alt)}]({block.below(folder)})\n\n*{safe(block.caption)}*"


def _data(picture: Picture) -> str:
    """The drawing as a data address: an image runs no script, and its names meet no other's."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.svg.encode("utf-8")).decode("ascii")


@cache
def templates() -> "Environment":
    """The templates of the card; whatever comes from a book is escaped."""
    found = environment(__package__ or "")
    found.filters["address"] = _data
    found.tests["kind"] = lambda block, name: type(block).__name__ == name
    return found
