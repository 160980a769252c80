"""The growth lists as a person meets them: inert in a spreadsheet, whole on a terminal, read back as written."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from churnml.cli import main
from churnml.errors import PublishError
from churnml.formats.growth_files import FILE, LINES, growth_csv, growth_parquet, read_growth
from churnml.formats.terminal.growth import render
from churnml.listing.columns import CELLS, read_list
from churnml.listing.columns import FILE as LIST
from churnml.listing.growth.growth_lists import KINDS, GrowthSide, from_facts
from churnml.text.width import PAGE, width
from tests.formats.terminal.test_printed import check_golden
from tests.listing.fakes import list_metadata
from tests.listing.growth.fakes import SETTINGS, facts, live

EVIL = '=HYPERLINK("http://evil.example")'
FORMULA = "=cmd|' /C calc'!A0"
NAMES = {
    "00123": EVIL,
    "@7e5": "Ace\x1b[31m\nCorp",
    "-1": "株式会社サンプル" * 4,
    "p": "Plain & Sons",
    "q": "<script>alert(1)</script>",
}


def the_side() -> GrowthSide:
    """The growth side of accounts, products, plans, features and milestones with names that mean harm."""
    accounts = live({
        account: {"name": name, "csm": "+1", "plan": "=Team\n", "seat_utilisation": 0.97 if account == "q" else 1.12}
        | ({"is_at_risk": True} if account in ("-1", "@7e5") else {}) for account, name in NAMES.items()
    })  # fmt: skip
    owned = {name: {"Core": 900.0} | ({FORMULA: 90.0} if name in "pq" else {}) for name in NAMES}
    used = {
        name: {"-report": (True, True)} | ({"@alerts\x1b": (True, False)} if name != "p" else {})
        for name in NAMES
    }
    known = facts(
        products=owned, used=used, nps={"p": 10}, milestones={"@7e5": {"+go\rlive": 4}}, seat_arr={"p": 9.0}
    )
    return from_facts(accounts, known, SETTINGS)


@pytest.fixture(scope="module")
def growth() -> pd.DataFrame:
    """The lists of accounts whose every word means harm."""
    return the_side().lists


def test_every_kind_is_told_and_nothing_in_a_spreadsheet_is_a_formula(growth: pd.DataFrame) -> None:
    remark, text = growth_csv(growth, list_metadata()).decode("utf-8").split("\n", 1)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert remark.startswith("# acme as of 2025-01-01.")
    assert list(rows[0]) == [column.name for column in LINES]
    assert set(growth["kind"]) == set(KINDS)
    starts = {cell[0] for row in rows for cell in row.values() if cell}
    assert not starts & set("=+-@\t\r\n")
    assert {row["what"] for row in rows if row["kind"] == "cross-sell"} == {f"'{FORMULA}"}


def test_the_lists_are_read_back_as_they_were_written(growth: pd.DataFrame, tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.parquet").write_bytes(growth_parquet(growth, list_metadata()))
    read, said = read_growth(tmp_path)
    assert said == list_metadata()
    assert read["what"].tolist() == growth["what"].tolist()
    assert growth_parquet(read, said) == growth_parquet(growth, list_metadata())
    assert growth_csv(read, said) == growth_csv(growth, list_metadata())


def test_where_no_list_was_written_the_message_says_so(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"no growth list in .*churnml score"):
        read_growth(tmp_path)


@pytest.mark.parametrize(("file", "read"), [(FILE, read_growth), (LIST, read_list)])
def test_a_damaged_file_is_told_in_words(
    file: str, read: Callable[[Path], object], growth: pd.DataFrame, tmp_path: Path
) -> None:
    path, nameless = tmp_path / f"{file}.parquet", io.BytesIO()
    growth.to_parquet(nameless)
    for content in (b"PA", nameless.getvalue(), growth_parquet(growth, list_metadata())[:-40]):
        path.write_bytes(content)
        with pytest.raises(
            PublishError, match=rf"is damaged \({file}.parquet cannot be read\).*churnml score"
        ):
            read(tmp_path)


def test_the_printed_lists(growth: pd.DataFrame) -> None:
    text = render(growth, list_metadata(), 9)
    check_golden("growth.txt", text)
    assert max(map(width, text.splitlines())) <= PAGE
    assert "\x1b" not in text


def test_the_command_knows_every_list() -> None:
    kind = next(option for option in main.commands["growth"].params if option.name == "kind")
    assert tuple(kind.type.choices) == KINDS  # type: ignore[attr-defined]


def test_a_list_without_accounts_says_so(growth: pd.DataFrame) -> None:
    text = render(growth[growth["kind"] != "advocacy"], list_metadata(), 2, ["advocacy"])
    assert "0 for advocacy" in text
    assert "No account to show" in text


def test_a_list_cut_short_says_of_how_many(growth: pd.DataFrame) -> None:
    told = render(growth, list_metadata(), 3)
    assert "The first 3 of 5." in told
    assert told.count("The first") == 1


def test_the_list_says_the_same_of_an_account() -> None:
    cells = the_side().cells
    assert list(cells) == [told.name for told in CELLS]
    assert cells.loc["@7e5", "growth_timing"] == "at risk too: call about that first"
    assert cells.loc["@7e5", "enablement"] == "onboarding: +go\rlive 4 days overdue"
    assert cells.loc["p", "advocacy"].startswith("reference, review: latest NPS 10 of 10")
    assert cells.loc["p", "enablement"] == "does not use @alerts\x1b (100% of accounts on plan =Team\n do)"
