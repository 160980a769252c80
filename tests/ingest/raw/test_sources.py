"""Raw files that cannot be read: each is named itself, all of them at once, with what to do."""

import gzip
from pathlib import Path

import duckdb
import pytest

from churnml.errors import BookError
from churnml.ingest.mapping_sql.mapping import run_mapping
from churnml.ingest.raw.sources import open_raw


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A raw folder with accounts as CSV and usage as two Parquet parts."""
    folder = tmp_path / "raw"
    (folder / "usage").mkdir(parents=True)
    (folder / "accounts.csv").write_text("id,name,segment\n1,Bär,x\n", encoding="utf-8")
    for part in (1, 2):
        duckdb.connect().execute(f"COPY (SELECT {part} AS id) TO '{folder}/usage/p{part}.parquet'")
    return folder


def refused(raw: Path) -> str:
    with pytest.raises(BookError) as error:
        open_raw(duckdb.connect(), raw, raw.parent / "copies")
    return str(error.value)


def test_whole_files_are_read(raw: Path) -> None:
    con = duckdb.connect()
    assert open_raw(con, raw, raw.parent / "copies").notices == []
    assert con.execute("SELECT count(*) FROM raw.usage").fetchall() == [(2,)]


def test_a_damaged_part_is_named_itself(raw: Path) -> None:
    (raw / "usage" / "p2.parquet").write_bytes(b"PAR1 and then nothing of use PAR1")
    said = refused(raw)
    assert "'usage/p2.parquet' cannot be read: " in said
    assert "p1" not in said


def test_an_empty_part_is_named_itself(raw: Path) -> None:
    (raw / "usage" / "p2.parquet").write_bytes(b"")
    assert refused(raw).endswith("1 fault(s):\n  - 'usage/p2.parquet' is empty")


@pytest.mark.parametrize("rows", [1, 400_000])
def test_a_letter_that_is_not_utf8_is_found_wherever_it_stands(raw: Path, rows: int) -> None:
    (raw / "accounts.csv").write_bytes(b"id,name\n" + b"1,x\n" * rows + b"2,caf\xe9\n3,y\n")
    assert f"'accounts.csv' is not UTF-8 text (line {rows + 2}); save it as UTF-8" in refused(raw)


def test_text_cut_within_a_letter_is_not_utf8(raw: Path) -> None:
    (raw / "accounts.csv").write_bytes("id,name\n1,é".encode()[:-1])
    assert "'accounts.csv' is not UTF-8 text (line 2)" in refused(raw)


def test_all_unreadable_files_are_told_at_once(raw: Path) -> None:
    (raw / "orders.csv.gz").write_bytes(gzip.compress(b"id\n1\n")[:-9])
    (raw / "plans.csv.gz").write_bytes(b"not packed")
    (raw / "tickets.jsonl").write_text('{"id": 1}\n{bad\n', encoding="utf-8")
    (raw / "usage" / "p1.parquet").write_bytes(b"")
    said = refused(raw)
    assert "4 fault(s)" in said
    assert "'orders.csv.gz' is damaged" in said
    assert "'plans.csv.gz' is damaged" in said
    assert "'tickets.jsonl' cannot be read: " in said
    assert "'usage/p1.parquet' is empty" in said


@pytest.mark.parametrize(("sql", "said"), [
    ("SELECT segmnt FROM raw.accounts", ": did you mean 'segment'? (raw.accounts has id, name, segment) (raw views: accounts, usage)"),
    ("SELECT a.nam FROM raw.accounts a JOIN raw.usage USING (id)",
     ": did you mean 'name'? (raw.accounts has id, name, segment; raw.usage has id) (raw views: accounts, usage)"),
    ("SELECT qqq FROM raw.accounts", "(raw.accounts has id, name, segment) (raw views: accounts, usage)"),
    ("SELECT id FROM raw.acounts", ": did you mean 'accounts'? (raw views: accounts, usage)"),
    ("SELECT id FROM raw.zzz", "(raw views: accounts, usage)"),
])  # fmt: skip
def test_a_name_that_is_not_there_is_told_with_those_that_are(
    raw: Path, tmp_path: Path, sql: str, said: str
) -> None:
    con = duckdb.connect()
    open_raw(con, raw, raw.parent / "copies")
    (tmp_path / "accounts.sql").write_text(sql, encoding="utf-8")
    with pytest.raises(BookError) as error:
        run_mapping(con, tmp_path / "accounts.sql")
    assert str(error.value).endswith(said)
    assert "\n" not in str(error.value)
