"""On random dirty files: records by Python's csv = rows read, or the file is refused by its line."""

import csv
import io
import re
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.errors import BookError
from churnml.ingest.raw.sources import open_raw

pytestmark = pytest.mark.slow

PIECES = [
    "a",
    "7",
    "é",
    "客",
    "#",
    "#N/A",
    ",",
    ";",
    '"',
    '""',
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "'",
    "\\",
    "NULL",
    "x" * 50,
    "|",
]
FIELD = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
ROWS = st.lists(st.lists(FIELD, min_size=3, max_size=3), min_size=1, max_size=12)


def as_csv(rows: list[list[str]], end: str, quoting: int = csv.QUOTE_MINIMAL) -> str:
    """The rows as Python writes them."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end, quoting=quoting).writerows(
        [["account_id", "name", "segment"], *rows]
    )  # type: ignore[arg-type]
    return stream.getvalue()


def by_python(text: str) -> list[list[str]]:
    """The records below the header that are no blank line."""
    return [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]


def opened(folder: Path, text: str) -> tuple[int, int] | str:
    """Records and rows of ``raw.t`` over that text, or the words of its refusal."""
    (folder / "raw").mkdir()
    (folder / "raw" / "t.csv").write_bytes(text.encode())
    con = duckdb.connect()
    try:
        raw = open_raw(con, folder / "raw", folder / "copies")
    except BookError as error:
        return str(error)
    rows = con.execute("SELECT count(*) FROM raw.t").fetchall()[0][0]
    return int(str(raw.records()["t.csv"]["records"])), rows


@settings(max_examples=15, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_python_writes_is_read_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, quoting: int
) -> None:
    text = as_csv(rows, end, quoting)
    found = opened(tmp_path_factory.mktemp("book"), text)
    if isinstance(found, str):
        # Python writes a carriage return without quotes where lines end otherwise, and then does not read back what it wrote.
        assert "looks like a row" in found or by_python(text) != rows, found
    else:
        assert found == (len(by_python(text)), len(by_python(text)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "b,c\n", "d,e,f\n", "g,h,i\r\n"]), max_size=40).map("".join))
def test_any_text_is_read_whole_or_refused_by_its_line(
    tmp_path_factory: pytest.TempPathFactory, body: str
) -> None:
    text = "account_id,name,segment\n" + body
    found = opened(tmp_path_factory.mktemp("book"), text)
    if isinstance(found, str):
        assert re.search(r"'t.csv' line \d+", found), found
    else:
        assert found[0] == found[1] == len(by_python(text))
