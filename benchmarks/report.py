"""Figures into ``docs/performance.md``, each block between markers of its own."""

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, the first column words and the others figures."""
    ruler = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, ruler, *rows))


def put(block: str, text: str, page: Path = PAGE) -> None:
    """Prints a block and writes it into the page in place of the last one of that name, else at the end."""
    print(text)
    start, end = f"<!-- bench:{block} -->", f"<!-- /bench:{block} -->"
    marked = f"{start}\n{text}\n{end}"
    old = page.read_text(encoding="utf-8")
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    new = pattern.sub(lambda _: marked, old) if pattern.search(old) else f"{old.rstrip()}\n\n{marked}\n"
    page.write_text(new, encoding="utf-8")
