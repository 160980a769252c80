"""Any subset of the optional tables runs from raw files to the list: absent, empty, with a header only, or present."""

import os
from itertools import combinations, product
from pathlib import Path

import pytest

from tests.situations.shapes import COLUMNS, LEVELS, covering_array, shaped
from tests.situations.situation import TO_LIST, Situation

BOOKS = range(16)
TO_THE_LIST = BOOKS if os.environ.get("CHURNML_SHAPES") else BOOKS[1::4]
"""All of them with ``make shapes``; one in four by default, since each goes through every stage."""


def test_every_two_of_five_tables_meet_in_every_pair_of_levels() -> None:
    for one, other in combinations(list(COLUMNS)[:5], 2):
        met = {(shape[one], shape[other]) for shape in covering_array()}
        assert met == set(product(LEVELS, repeat=2))


@pytest.mark.parametrize("number", BOOKS)
def test_a_book_of_any_shape_is_checked_and_says_what_is_missing(number: int, tmp_path: Path) -> None:
    shape = covering_array()[number]
    situation = shaped(Situation(tmp_path / "project"), shape)
    printed = situation.check()
    assert printed.code == 0, printed.text
    for table, level in shape.items():
        words = {"absent": f"{table}: no mapping, its features drop out", "empty": f"{table}: empty, its features drop out",
                 "header": f"{table}: empty, its features drop out", "present": f"{table} "}  # fmt: skip
        assert words[level] in printed.text


@pytest.mark.slow
@pytest.mark.parametrize("number", TO_THE_LIST)
def test_a_book_of_any_shape_comes_to_a_list(number: int, tmp_path: Path) -> None:
    situation = shaped(Situation(tmp_path / "project"), covering_array()[number])
    assert situation.run(*TO_LIST).text == ""
    listed = situation.risk_list()
    assert len(listed) == 81 and listed["arr_usd"].sum() == 1_471_620
    shown = situation.cli("show")
    assert shown.code == 0 and "acme on 2025-01-01: 81 accounts, $1,471,620 ARR" in shown.text


def test_a_required_table_without_a_row_is_refused_by_name(situation: Situation) -> None:
    situation.write("contracts", "")
    printed = situation.check()
    assert printed.code == 2 and "contracts" in printed.text and "empty" in printed.text
