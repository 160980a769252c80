"""The words of churnml, each with one meaning: docs/glossary.md is made of this table, and so are the legends of workbook and page."""

import tomllib
from pathlib import Path

TABLE = Path(__file__).with_suffix(".toml")
LIST = "The list"
"""The group that whoever reads a list finds beside it, on paper, in a workbook or in a browser."""

WORDS = {
    group: tuple(words.items()) for group, words in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()
}
"""Groups of words with what each means, as Markdown of one line."""

TERMS = WORDS[LIST]

HEAD = """# Glossary

One meaning each, in code, docs and columns. Written by `churnml glossary > docs/glossary.md`. What each column of the list means stands in
[list.md](list.md), what each feature says in [features.md](features.md).
"""


def page() -> str:
    """The page as Markdown: a table a group."""
    tables = (
        "\n".join([f"## {group}", "", "| Word | Meaning |", "|---|---|", *(f"| {word} | {text} |" for word, text in words), ""])
        for group, words in WORDS.items()
    )  # fmt: skip
    return "\n".join([HEAD, *tables])
