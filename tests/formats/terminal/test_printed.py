"""What is printed, word for word: compared with tests/golden; CHURNML_GOLDEN=write rewrites it."""

import os
from datetime import date
from pathlib import Path

import pytest

from churnml.errors import ChurnmlError
from churnml.formats.csv_parquet import to_parquet
from churnml.formats.terminal.account import explain
from churnml.formats.terminal.risk_list import render
from churnml.listing.columns import FILE
from churnml.text.width import PAGE, plain, shorten, width, wrap
from tests.listing.fakes import list_metadata, the_list

GOLDEN = Path(__file__).parents[2] / "golden"


def check_golden(name: str, text: str) -> None:
    """Compares the text with the golden file of that name."""
    path = GOLDEN / name
    if os.environ.get("CHURNML_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A published day with the awkward accounts."""
    (tmp_path / f"{FILE}.parquet").write_bytes(to_parquet(*the_list(), list_metadata()))
    return tmp_path


@pytest.mark.parametrize("is_proven", [True, False])
def test_the_printed_list(is_proven: bool) -> None:
    text = render(the_list(is_proven=is_proven)[0], list_metadata(is_proven=is_proven), 5)
    check_golden("list_proven.txt" if is_proven else "list_no_signal.txt", text)
    assert max(map(width, text.splitlines())) <= PAGE
    assert "\x1b" not in text


def test_without_a_signal_the_first_line_says_so() -> None:
    first = render(the_list(is_proven=False)[0], list_metadata(is_proven=False), 5).splitlines()[0]
    assert "no proven signal" in first


def test_hindsight_is_the_first_line() -> None:
    text = render(the_list()[0], list_metadata(trained_through=date(2025, 6, 1)), 5)
    check_golden("list_hindsight.txt", text)
    assert text.startswith("Scored in hindsight")


def test_the_footnote_stands_only_where_its_star_is_shown() -> None:
    listed, said = the_list()[0], list_metadata()
    assert "farther ahead than any case" in render(listed, said, 5)
    near = listed[~listed["is_beyond_horizon"]]
    assert "*" not in render(near, said, 5)
    assert "farther ahead than any case" not in render(
        the_list(is_proven=False)[0], list_metadata(is_proven=False), 5
    )


@pytest.mark.parametrize("account", ["00123", "7e5", "NA"])
def test_why(day: Path, account: str) -> None:
    text = explain(day, account)
    check_golden(f"why_{account}.txt", text)
    assert max(map(width, text.splitlines())) <= PAGE


def test_an_unknown_account_is_answered_with_near_ones(day: Path) -> None:
    with pytest.raises(ChurnmlError, match=r"no account '0123' .* did you mean '00123'\?"):
        explain(day, "0123")


def test_a_name_is_answered_with_its_id(day: Path) -> None:
    with pytest.raises(ChurnmlError, match="its id is '7e5'"):
        explain(day, "株式会社サンプル")


def test_layout_counts_columns_not_characters() -> None:
    assert width(shorten("株式会社サンプル", 7)) <= 7
    assert plain("a\u202eb\x07") == "a\ufffdb\ufffd"
    assert all(width(line) <= 20 for line in wrap("株式会社 " * 9 + "x" * 60, "  + ", "    ", columns=20))
