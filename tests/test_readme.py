"""Console blocks of the README and the docs are output: each command is run again on the scored sample book and compared."""

import re
import shlex

import pytest
from click.testing import CliRunner

from churnml.cli import main

pytestmark = pytest.mark.slow

BLOCK = re.compile(r"```console\n\$ churnml (?P<words>[^\n]*)\n(?P<told>.*?)```", re.DOTALL)


PAGES = ["README.md", "docs/books.md"]


def rewritten(text):
    """A page with every console block as its command answers today."""

    def answer(block):
        told = CliRunner().invoke(main, shlex.split(block["words"]))
        return f"```console\n$ churnml {block['words']}\n{told.output.strip()}\n```"

    return BLOCK.sub(answer, text)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_what_is_printed(scored, monkeypatch, page):
    monkeypatch.chdir(scored)
    text = (scored / page).read_text(encoding="utf-8")
    assert BLOCK.search(text)
    assert text == rewritten(text), "run: python -m tests.test_readme"


if __name__ == "__main__":
    from pathlib import Path

    for page in map(Path, PAGES):
        page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
