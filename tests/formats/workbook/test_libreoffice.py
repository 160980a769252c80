"""LibreOffice opens the workbook, hostile texts and all, and gives back every cell as it was."""

import os
import shutil
from pathlib import Path

import pytest

from benchmarks.workbook import inspect_pages
from churnml.formats.workbook.workbook import to_xlsx
from tests.formats.hostile import hostile_edition
from tests.listing.fakes import list_snapshot

pytestmark = pytest.mark.skipif(
    shutil.which("soffice") is None or not os.environ.get("CHURNML_SOFFICE"),
    reason="starts LibreOffice, which takes seconds: CHURNML_SOFFICE=1 and a soffice on the path",
)


@pytest.mark.parametrize("told", [list_snapshot(), hostile_edition()], ids=["awkward", "hostile"])
def test_libreoffice_recalculates_without_a_word(told, tmp_path: Path) -> None:
    workbook = tmp_path / "list.xlsx"
    workbook.write_bytes(to_xlsx(told))
    found = inspect_pages(workbook, tmp_path / "out")
    assert (found.warnings, found.formulas, found.errors, found.changed) == ([], 0, 0, [])
    assert found.sheets > 5 and found.cells > 100 and found.lines_of_csv > 20
