"""The sample book's spreadsheet in LibreOffice: ``python -m benchmarks.workbook``.

Opened headless, recalculated, written again as XLSX and each sheet as CSV: no word on stderr, no formula, no error, and every cell as
it was. Needs ``soffice`` and a scored book in use (``churnml score``).
"""

import csv
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

from benchmarks.report import table
from churnml.listing.columns import FILE
from churnml.paths import Paths, newest

QUIET = ("javaldx", "java may not function")
"""What LibreOffice says of a machine without Java, which no spreadsheet needs."""
EACH_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
"""The CSV filter: comma, double quotes, UTF-8, as shown, a file for each sheet."""
UNPRINTABLE = re.compile(r"(?:[\x00-\x1f]|_x(?:00[01][0-9A-F]|FFF[EF])_)+", re.IGNORECASE)
"""Control characters and Excel's way of writing them; LibreOffice ends a line by LF where it was CR."""
CELL = tuple[str, int, int]


@dataclass(frozen=True)
class Found:
    """What LibreOffice made of a workbook."""

    sheets: int
    cells: int
    formulas: int
    errors: int
    changed: list[CELL]
    lines_of_csv: int
    warnings: list[str]
    seconds: float


def inspect_pages(workbook: Path, folder: Path) -> Found:
    """The workbook as it was beside what LibreOffice wrote again; ``folder`` takes its profile and files."""
    started = time.perf_counter()
    results = [
        *_convert(workbook, "xlsx:Calc MS Excel 2007 XML", folder),
        *_convert(workbook, EACH_SHEET, folder),
    ]
    took = time.perf_counter() - started
    before, after = _cells(workbook), _cells(folder / workbook.name)
    lines = sum(_rows(path) for path in folder.glob(f"{workbook.stem}-*.csv"))
    return Found(
        sheets=len({sheet for sheet, _, _ in before}),
        cells=len(before),
        formulas=sum(kind == "f" for _, kind in after.values()),
        errors=sum(kind == "e" for _, kind in after.values()),
        changed=[place for place in before | after if before.get(place) != after.get(place)],
        lines_of_csv=lines,
        warnings=results,
        seconds=took,
    )


def _convert(workbook: Path, form: str, folder: Path) -> list[str]:
    """Opens and writes the workbook again; what LibreOffice says on stderr, but for Java."""
    program = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"
    command = [program, "--headless", profile, "--convert-to", form, "--outdir", str(folder), str(workbook)]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  the program found above
    return [
        line for line in completed.stderr.splitlines() if line and not any(word in line for word in QUIET)
    ]


def _cells(workbook: Path) -> dict[CELL, tuple[object, str]]:
    """Value and type of every filled cell."""
    book = openpyxl.load_workbook(workbook)
    return {
        (sheet.title, cell.row, cell.column): (_plain(cell.value), cell.data_type)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def _plain(value: object) -> object:
    """A value so that equal ones are equal: numbers to nine places, days as days, what no line holds as one mark."""
    if isinstance(value, str):
        return UNPRINTABLE.sub(" ", value)
    if isinstance(value, datetime):
        return value.date()
    return round(value, 9) if isinstance(value, float) else value


def _rows(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines))


def report(figures: Found) -> Iterator[tuple[str, str]]:
    """The figures as rows of a table."""
    yield "Sheets", f"{figures.sheets}"
    yield "Filled cells", f"{figures.cells:,}"
    yield "Cells that LibreOffice changed", f"{len(figures.changed):,}"
    yield "Formulas, error values", f"{figures.formulas}, {figures.errors}"
    yield "Lines of the sheets as CSV", f"{figures.lines_of_csv:,}"
    yield "Warnings on stderr", f"{len(figures.warnings)}"
    yield "Time to open and write it twice", f"{figures.seconds:.0f} s"


def main() -> None:
    """Prints the figures; exit code 1 where a cell or a word is amiss."""
    workbook = newest(Paths.here().path("score", "lists")) / f"{FILE}.xlsx"
    with TemporaryDirectory() as folder:
        figures = inspect_pages(workbook, Path(folder))
    print(table(("What", "Figure"), list(report(figures))))
    for what in (*figures.changed[:5], *figures.warnings):
        print(what, file=sys.stderr)
    if figures.changed or figures.warnings or figures.formulas or figures.errors:
        sys.exit(1)


if __name__ == "__main__":
    main()
