"""What is delivered again counts once: in whatever order, cut and number of files it comes."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.book import BookSettings
from churnml.errors import BookError
from churnml.ingest.ingest import Check, ingest_book
from churnml.ingest.raw.sources import open_raw
from tests.books import STRICT, table_bytes, term, write_raw

COLUMNS = ("account_id", "occurred_at", "user_id", "quantity")
CLICK = ("a", "2024-05-02 10:00:00", "u", "1")
OTHER = ("b", "2024-05-03", "", "2.5")
MONTH = [CLICK, CLICK, OTHER, ("a", "2024-05-04", "v", "1")]
Line = tuple[str, ...]


def write_part(file: Path, rows: list[Line]) -> None:
    """One delivered CSV file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *rows])


def deliver(folder: Path, parts: dict[str, list[Line]]) -> Check:
    """The check of a book whose usage came in those files."""
    accounts = [{"account_id": a} for a in "ab"]
    contracts = [term(a, "2023-01-01", "2026-01-01") for a in "ab"]
    raw, mapping = write_raw(folder, {"accounts": accounts, "contracts": contracts})
    (mapping / "usage.sql").write_text("SELECT * FROM raw.events", encoding="utf-8")
    for name, rows in parts.items():
        write_part(raw / "events" / name, rows)
    settings = BookSettings(last_day="2025-01-01")
    return ingest_book(raw, mapping, settings, STRICT, folder / "tables", folder / "quarantine")


def united(raw: Path) -> tuple[Counter[Line], list[str]]:
    """The rows of ``raw.events`` with their counts, and what opening said."""
    con = duckdb.connect()
    notices = open_raw(con, raw, raw.parent / "copies").notices
    return Counter(con.execute("FROM raw.events").fetchall()), notices


@pytest.mark.parametrize("again", [
    {"b.csv": MONTH[::-1]},
    {"b.csv": MONTH[2:], "c.csv": MONTH[:2]},
    {"b.csv": [CLICK], "c.csv": [OTHER, CLICK], "d.csv": MONTH[::-1]},
], ids=["in another order", "in two pieces", "in pieces that overlap"])  # fmt: skip
def test_a_month_delivered_again_moves_no_byte(tmp_path: Path, again: dict[str, list[Line]]) -> None:
    once = deliver(tmp_path / "1", {"a.csv": MONTH})
    twice = deliver(tmp_path / "2", {"a.csv": MONTH, **again})
    assert once.rows["usage"] == twice.rows["usage"] == {"read": 4, "kept": 4, "quarantined": 0}
    assert table_bytes(tmp_path / "1" / "tables") == table_bytes(tmp_path / "2" / "tables")


def test_it_is_said_what_was_counted_once(tmp_path: Path) -> None:
    check = deliver(tmp_path, {"a.csv": MONTH, "later/b.csv": [OTHER, CLICK, ("a", "2024-06-01", "u", "1")]})
    said = "events: 2 rows of 'later/b.csv' repeat rows of 'a.csv'; counted once"
    assert f"{said}; if they are other events, give event_id or a quantity" in check.notices


def test_two_equal_clicks_in_one_file_are_two_and_files_apart_say_nothing(tmp_path: Path) -> None:
    check = deliver(tmp_path, {"a.csv": [CLICK, CLICK], "b.csv": [OTHER]})
    assert check.rows["usage"]["kept"] == 3
    assert not [notice for notice in check.notices if "counted once" in notice]


def test_a_mapping_that_counts_rows_counts_them_once(tmp_path: Path) -> None:
    deliver(tmp_path / "1", {"a.csv": MONTH})
    folder = tmp_path / "1"
    write_part(folder / "raw" / "events" / "b.csv", MONTH[::-1])
    con = duckdb.connect()
    open_raw(con, folder / "raw", folder / "copies")
    query = "SELECT account_id, count(*) FROM raw.events GROUP BY 1 ORDER BY 1"
    assert con.execute(query).fetchall() == [("a", 3), ("b", 1)]


ROWS = st.lists(st.sampled_from([CLICK, OTHER, ("a", "2024-05-04", "", ""), ("a", "", "", "")]), max_size=6)


@settings(max_examples=40)
@given(st.lists(ROWS, min_size=2, max_size=4))
def test_a_row_counts_as_often_as_in_the_file_that_holds_it_most(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[Line]]
) -> None:
    raw = tmp_path_factory.mktemp("raw")
    for number, rows in enumerate(files):
        write_part(raw / "events" / f"{number}.csv", rows)
    expected: Counter[Line] = Counter()
    for rows in files:
        expected |= Counter(tuple(value or None for value in row) for row in rows)  # type: ignore[misc]
    found, notices = united(raw)
    assert found == expected
    counted_once = sum(map(len, files)) - expected.total()
    told = sum(int(n.split(": ")[1].split(" rows")[0]) for n in notices if "counted once" in n)
    assert told == counted_once or any("byte for byte" in n for n in notices)


def test_every_kind_of_file_is_united(tmp_path: Path) -> None:
    for kind in ("csv", "parquet", "jsonl"):
        folder = tmp_path / kind / "events"
        folder.mkdir(parents=True)
        for name, rows in {"a": MONTH, "b": MONTH[::-1]}.items():
            records = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
            if kind == "parquet":
                pq.write_table(pa.Table.from_pylist(records), folder / f"{name}.parquet")
            elif kind == "jsonl":
                text = "".join(json.dumps(record) + "\n" for record in records)
                (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
            else:
                write_part(folder / f"{name}.csv", rows)
        assert united(tmp_path / kind)[0].total() == 4, kind


def test_a_packed_copy_of_a_file_repeats_it(tmp_path: Path) -> None:
    write_part(tmp_path / "events" / "a.csv", MONTH)
    packed = gzip.compress((tmp_path / "events" / "a.csv").read_bytes())
    (tmp_path / "events" / "b.csv.gz").write_bytes(packed)
    assert united(tmp_path)[0].total() == 4


def test_files_with_other_columns_are_compared_in_all_of_them(tmp_path: Path) -> None:
    """A column that a later file adds makes its rows others; nothing is guessed."""
    write_part(tmp_path / "events" / "a.csv", [CLICK])
    text = ",".join((*COLUMNS, "load")) + "\n" + ",".join((*CLICK, "7")) + "\n"
    (tmp_path / "events" / "b.csv").write_text(text, encoding="utf-8")
    assert united(tmp_path)[0].total() == 2


def test_a_raw_column_of_any_name_passes(tmp_path: Path) -> None:
    for name in "ab":
        text: Any = 'filename,"a ""b""",times,n\n1,2,3,4\n' + "x,y,z,w\n" * (name == "b")
        (tmp_path / "events").mkdir(exist_ok=True)
        (tmp_path / "events" / f"{name}.csv").write_text(text, encoding="utf-8")
    assert united(tmp_path)[0] == Counter([("1", "2", "3", "4"), ("x", "y", "z", "w")])


def test_a_part_that_breaks_off_in_its_middle_is_named(tmp_path: Path) -> None:
    write_part(tmp_path / "events" / "a.csv", MONTH)
    write_part(tmp_path / "events" / "b.csv", [OTHER] * 30_000 + [(*OTHER, "one too many")])
    with pytest.raises(BookError, match=r"'events/b.csv' line 30002 has 5 fields, the header 4; "):
        united(tmp_path)
