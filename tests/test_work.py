"""The work of every stage on a small book stands in a table: who makes a stage dearer changes the table, and says why in the commit.

Seconds depend on the machine, these counts do not. Written anew with ``CHURNML_GOLDEN=write``.
"""

import os

import pytest
import yaml

from tests.work import BYTES

pytestmark = pytest.mark.slow

NEAR = 0.1
"""Bytes may differ by so much: the last digit of a number may depend on the machine, and so the length of its text."""


@pytest.fixture(scope="module")
def done(mini_book):
    return mini_book[1]


@pytest.fixture(scope="module")
def table(done, root):
    golden = root / "tests" / "golden" / "work.yaml"
    if os.environ.get("CHURNML_GOLDEN") == "write":
        golden.write_text(yaml.safe_dump(done, sort_keys=False), encoding="utf-8")
    return yaml.safe_load(golden.read_text(encoding="utf-8"))


def test_no_stage_does_more_or_less_than_the_table_says(done, table):
    told, found = (
        {(stage, kind): n for stage, kinds in each.items() for kind, n in kinds.items() if kind != BYTES}
        for each in (table, done)
    )
    moved = {f"{stage}: {kind}": (told.get((stage, kind), 0), found.get((stage, kind), 0))
             for stage, kind in dict.fromkeys((*told, *found)) if told.get((stage, kind), 0) != found.get((stage, kind), 0)}  # fmt: skip
    assert moved == {}, "(table, now): where more is done, say why; CHURNML_GOLDEN=write writes the table"


def test_no_stage_writes_more_or_less_than_the_table_says(done, table):
    told, found = ({stage: kinds.get(BYTES, 0) for stage, kinds in each.items()} for each in (table, done))
    assert found == pytest.approx(told, rel=NEAR)
