"""Markdown that shows a book's words as they are, and its figures in tables."""

import html
import re
from collections.abc import Sequence


def safe(text: str) -> str:
    r"""The text so that Markdown shows it as it is: no tags, links, emphasis or table cells.

    >>> safe("<b>A|B</b>")
    '&lt;b&gt;A\\|B&lt;/b&gt;'
    """
    return re.sub(r"([\\`*_{}\[\]|~])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    """A table; ``sides`` says for each column whether it stands left (l) or right (r)."""
    marks = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heading, marks, *rows))
