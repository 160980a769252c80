"""Files beside and among the parts: each is read, or it is named; none is passed over in silence."""

import bz2
import gzip
import json
import lzma
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.situations.situation import Situation
from tests.situations.test_csv_dialect import as_text, kept, refused


def parts(situation: Situation) -> Path:
    """Usage as a folder of two parts, a year each."""
    rows = situation.rows("usage")
    situation.file("usage").unlink()
    for year in ("2023", "2024"):
        situation.write(
            "usage", as_text([row for row in rows if row["occurred_at"][:4] == year]), f"usage/{year}.csv"
        )
    situation.write(
        "usage", as_text([row for row in rows if row["occurred_at"][:4] < "2023"]), "usage/before/2022.csv"
    )
    return situation.raw / "usage"


@pytest.mark.parametrize("name", [
    "2024.csv.zip", "2024.xlsx", "before/2022.xls", "2024.csv.bak", "2024.csv.part", "2024.txt", "2024", "deep/er/2024.7z", "2024.avro", "2024.parquet.gz",
])  # fmt: skip
def test_a_file_among_the_parts_that_cannot_be_read_is_named(situation: Situation, name: str) -> None:
    """Case 05: a year of usage lies in a ZIP beside the other."""
    folder = parts(situation)
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / "2024.csv").replace(folder / name)
    assert f"'usage/{name}' is NOT READ: " in refused(situation)
    situation.settings(files={"ignore": [name.rpartition("/")[2]]})
    printed = situation.check()
    assert f"'usage/{name}' is not read, as 'ignore' under 'files:' in book.yaml says" in printed.text


@pytest.mark.parametrize("name", ["usage_2025.zip", "contracts_q4.xlsx", "dump.sqlite", "extra/usage.rar"])
def test_a_file_beside_the_tables_that_cannot_be_read_is_named(situation: Situation, name: str) -> None:
    (situation.raw / name).parent.mkdir(exist_ok=True)
    (situation.raw / name).write_bytes(b"PK\x03\x04")
    assert f"'{name}' is NOT READ: " in refused(situation)


def test_what_is_surely_no_data_is_passed_over_and_documents_are_a_notice(situation: Situation) -> None:
    folder = parts(situation)
    for name in (
        "_SUCCESS",
        "2023.csv.crc",
        ".DS_Store",
        "._2023.csv",
        ".ipynb_checkpoints/2023-checkpoint.csv",
        "README.md",
        "LICENSE",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\x00\x01")
    (situation.raw / "fields.pdf").write_bytes(b"%PDF")
    (situation.raw / "orders.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    printed = situation.check()
    assert printed.code == 0, printed.text
    assert (
        "'fields.pdf' is not read" in printed.text
        and "'orders.csv': no mapping reads raw.orders" in printed.text
    )
    assert not any(
        word in printed.text for word in ("SUCCESS", ".crc", "DS_Store", "checkpoint", "README", "LICENSE")
    )


@pytest.mark.parametrize(
    "kind",
    [
        "tsv",
        "json",
        "ndjson",
        "jsonl",
        "csv.gz",
        "csv.bz2",
        "csv.xz",
        "csv.zst",
        "tsv.gz",
        "json.gz",
        "ndjson.zst",
    ],
)
def test_every_kind_is_read_whole(situation: Situation, kind: str) -> None:
    rows = situation.rows("contracts")
    situation.file("contracts").unlink()
    name, _, packing = kind.partition(".")
    text = {
        "csv": as_text(rows), "tsv": as_text(rows, "\t"), "json": json.dumps(rows, indent=1),
        "ndjson": "".join(json.dumps(row) + "\n" for row in rows), "jsonl": "\ufeff" + "\n\n".join(json.dumps(row) for row in rows),
    }[name]  # fmt: skip
    pack = {"": bytes, "gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress,
            "zst": lambda data: pa.Codec("zstd").compress(data, asbytes=True)}[packing]  # fmt: skip
    (situation.raw / f"contracts.{kind}").write_bytes(pack(text.encode()))
    assert kept(situation, "contracts") == 319
    assert situation.run("ingest").text == ""
    files = situation.tables().header["check"]["files"]  # type: ignore[index]
    assert files[f"contracts.{kind}"]["records"] == files[f"contracts.{kind}"]["read"] == 319


@pytest.mark.parametrize(("content", "words"), [
    (b'{"data": [{"contract_id": "C1"}]}', "is not an array of objects and not one object a line"),
    (b'[{"contract_id": "C1"}, 7]', "is not an array of objects and not one object a line"),
    (b'[{"contract_id": "C1"}, {"contract_id": "C2"', "cannot be read: "),
    (b'{"contract_id": "C1"} {"contract_id": "C2"}\n', "cannot be read: "),
    (b"", "holds nothing; export it again"),
])  # fmt: skip
def test_json_that_is_no_table_is_refused(situation: Situation, content: bytes, words: str) -> None:
    situation.file("contracts").unlink()
    (situation.raw / "contracts.json").write_bytes(content)
    assert f"'contracts.json' {words}" in refused(situation)


def test_a_txt_file_is_read_where_it_is_declared(situation: Situation) -> None:
    rows = situation.rows("contracts")
    situation.file("contracts").unlink()
    situation.write("contracts", as_text(rows, "|"), "contracts.txt")
    assert "'contracts.txt' is NOT READ: if it is a table, declare" in refused(situation)
    situation.settings(files={"of": {"contracts": {"delimiter": "|"}}})
    assert kept(situation, "contracts") == 319


def test_broken_links_odd_folders_and_lakes_are_named(situation: Situation) -> None:
    folder = parts(situation)
    (folder / "2025.csv").symlink_to(situation.project / "gone.csv")
    (folder / "_delta_log").mkdir()
    (situation.raw / "later").mkdir()
    (situation.raw / "wrong.csv").write_bytes(b"PK\x03\x04\xff\xfe")
    words = refused(situation)
    assert (
        "'usage/2025.csv' is a link to a file that is not there" in words
        and "says that this is a Delta table" in words
    )
    (folder / "2025.csv").unlink()
    (folder / "_delta_log").rmdir()
    situation.mapping("touches", "SELECT * FROM raw.wrong")
    assert "'wrong.csv' is a ZIP file or an Excel workbook, whatever its name says" in refused(situation)
    (situation.book / "touches.sql").unlink()
    assert "folder 'later' holds no file that is read" in situation.check().text


def test_a_linked_folder_is_read_like_any_other(situation: Situation) -> None:
    folder = parts(situation)
    folder.rename(situation.project / "elsewhere")
    folder.symlink_to(situation.project / "elsewhere")
    assert kept(situation, "usage") == 14_831


def test_a_column_in_the_path_of_parquet_files_is_there_where_it_is_asked_for(situation: Situation) -> None:
    """Partitions as lakes write them: ``SELECT *`` needs not know them, and a dump delivered twice counts once."""
    days = ("2024-12-30", "2024-12-31")
    source = situation.file("usage")
    for day in days:
        (situation.raw / "usage" / f"dt={day}").mkdir(parents=True)
        to = situation.raw / "usage" / f"dt={day}" / "part-0.parquet"
        more = " WHERE account_id < 'A0050'" if day == days[0] else ""
        duckdb.sql(f"COPY (FROM read_csv('{source}', all_varchar = true){more} ORDER BY ALL) TO '{to}'")
    source.unlink()
    assert kept(situation, "usage") == 14_831
    situation.mapping(
        "usage", "SELECT account_id, occurred_at, feature, CAST(dt AS VARCHAR) AS user_id FROM raw.usage"
    )
    assert situation.run("ingest").text == ""
    users = situation.tables().connect().execute("SELECT DISTINCT user_id FROM usage ORDER BY 1").fetchall()
    assert [user for (user,) in users] == list(days)
