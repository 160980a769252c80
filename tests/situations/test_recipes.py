"""Each recipe of docs/recipes.md, run through ingest: the raw files and the SQL on the page give the ledger on the page."""

import re
from collections.abc import Iterator

import pytest

from tests.situations.situation import ROOT, Situation

PAGE = ROOT / "docs" / "recipes.md"
WANTED = (
    "Terms with both ends", "Rows whose end appears once it is over", "Purchases without an end", "An invoice ledger without contracts",
    "Monthly MRR snapshots", "Monthly usage", "An end date only", "Trial and free plans", "Parent and child accounts", "Price ramps",
    "Failed charges",
)  # fmt: skip

# A handful of rows tells little of the last months before its last day, and nothing is refused for that here.
BOOK_YAML = "last_day: 2025-01-01\nparams: {ingest: {max_gap_days: 2000}}\n"

Blocks = list[tuple[str, str, str]]


def recipes() -> Iterator[tuple[str, Blocks]]:
    """Each recipe's title and its blocks: kind, name and text."""
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = re.findall(r"```(\w+) ([^\n]+)\n(.*?)```", section, flags=re.DOTALL)
        yield section.partition("\n")[0], blocks


RECIPES = dict(recipes())


def test_the_page_has_each_recipe_that_was_promised() -> None:
    assert tuple(RECIPES) == WANTED
    assert all(
        {"accounts.sql", "contracts.sql", "ledger"} <= {name for _, name, _ in blocks}
        for blocks in RECIPES.values()
    )


@pytest.mark.parametrize("title", WANTED)
def test_a_recipe_gives_what_the_page_says(situation: Situation, title: str) -> None:
    for folder in (situation.raw, situation.book):
        for file in folder.iterdir():
            file.unlink()
    (situation.book / "book.yaml").write_text(BOOK_YAML, encoding="utf-8")
    for kind, name, text in RECIPES[title]:
        if kind in ("csv", "sql"):
            ((situation.raw if kind == "csv" else situation.book) / name).write_text(text, encoding="utf-8")
    names = {name for _, name, _ in RECIPES[title]}
    assert situation.run("ingest", *(["snapshot"] if "decisions" in names else [])).text == ""
    for kind, name, text in RECIPES[title]:
        if kind == "text":
            assert shown(situation, name) == text.splitlines(), name


def shown(situation: Situation, name: str) -> list[str]:
    """The ledger, the open decisions, or what a SELECT finds, a row a line in order."""
    con = situation.tables().connect()
    if name == "ledger":
        accounts = [
            row[0] for row in con.execute("SELECT DISTINCT account_id FROM accounts ORDER BY 1").fetchall()
        ]
        return [
            f"{account} {start} {end} {arr:.2f}".removesuffix(".00")
            for account in accounts
            for start, end, arr in situation.ledger(account)
        ]
    if name == "decisions":
        looks = situation.frame("snapshots")
        return sorted({f"{row.account_id} {row.renewal:%Y-%m-%d}" for row in looks.itertuples()})
    return sorted(" ".join(map(str, row)) for row in con.execute(name).fetchall())
