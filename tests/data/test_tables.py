"""The canonical tables on disk: damage is said in words before anything is read from them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from churnml.data.tables import Tables
from churnml.errors import TableError
from tests.books import make_tables, term


@pytest.mark.parametrize(("harm", "words"), [
    (lambda folder: (folder / "contracts.parquet").unlink(), "contracts.parquet is missing"),
    (lambda folder: (folder / "contracts.parquet").write_bytes(b"garbage"), "contracts.parquet cannot be read"),
    (lambda folder: (folder / "accounts.parquet").write_bytes((folder / "contracts.parquet").read_bytes()), "accounts.parquet lacks column"),
    (lambda folder: (folder / "book.json").write_text("{}"), "book.json lacks 'last_day'"),
    (lambda folder: (folder / "book.json").write_text("{"), "is no JSON; run dvc repro ingest"),
    (lambda folder: (folder / "book.json").unlink(), "run the ingest stage first"),
])  # fmt: skip
def test_a_damaged_folder_is_said(tmp_path: Path, harm: Callable[[Path], object], words: str) -> None:
    folder = make_tables(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": [term("a", "2023-01-01", "2024-01-01")]}
    ).folder
    harm(folder)
    with pytest.raises(TableError) as error:
        Tables(folder)
    assert words in str(error.value)


def test_the_header_remembers_the_check(tmp_path: Path) -> None:
    tables = make_tables(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": [term("a", "2023-01-01", "2024-01-01")]}
    )
    assert (
        json.loads((tables.folder / "book.json").read_text(encoding="utf-8"))["check"]["rows"]["contracts"][
            "kept"
        ]
        == 1
    )
