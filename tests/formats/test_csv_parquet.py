"""The list as files: the same bytes each time, nothing that a spreadsheet would run, ids as they are."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from churnml.errors import PublishError
from churnml.formats.csv_parquet import cell, comment, inert, to_csv, to_parquet
from churnml.formats.summary import summary
from churnml.formats.workbook.workbook import to_xlsx
from churnml.listing.capacity import CallList
from churnml.listing.columns import FILE, read_list
from churnml.listing.metadata import ListMetadata
from tests.listing.fakes import LONG_ID, NAMES, list_metadata, list_snapshot, the_list


def read_csv(content: bytes) -> list[dict[str, str]]:
    """The accounts of a CSV list as text."""
    lines = content.decode("utf-8").split("\n", 1)
    return list(csv.DictReader(io.StringIO(lines[1], newline="")))


def test_csv_keeps_ids_and_makes_formulas_inert() -> None:
    rows = read_csv(to_csv(*the_list(), list_metadata()))
    assert {row["account_id"] for row in rows} == {"00123", LONG_ID, "7e5", "NA", "'@id"}
    by_id = {row["account_id"]: row for row in rows}
    assert by_id["00123"]["name"] == "'" + NAMES["00123"]
    assert by_id[LONG_ID]["csm"] == "'-2+3"
    assert by_id["NA"]["name"] == NAMES["NA"]
    assert by_id["00123"]["arr_usd"] == "182400.00" and by_id["00123"]["churn_probability"] == "0.6100"
    texts = [value for row in rows for name, value in row.items() if not name.startswith("change")]
    assert not any(value.startswith(("=", "+", "-", "@")) for value in texts)


def test_csv_has_lf_ends_and_says_its_verdict_in_one_field() -> None:
    content = to_csv(*the_list(), list_metadata()).decode("utf-8")
    first = content.split("\n", 1)[0]
    assert first.startswith("# acme as of 2025-01-01. Churn: Grade B: of 100 pairs")
    assert next(csv.reader([first])) == [first]
    assert "\r" not in content and content.endswith("\n")
    read = pd.read_csv(io.StringIO(content), skiprows=1, dtype={"account_id": str}, keep_default_na=False)
    assert len(read) == len(NAMES) and read["rank"].tolist() == [1, 2, 3, 4, 5]


def test_an_unproven_list_says_so_first_and_shows_no_probability() -> None:
    content = to_csv(*the_list(is_proven=False), list_metadata(is_proven=False))
    assert "no proven signal" in content.decode("utf-8").split("\n")[0]
    rows = read_csv(content)
    assert all(row["churn_probability"] == row["expected_loss_usd"] == "" for row in rows)
    assert {row["band"] for row in rows} == {"", "notice given"}  # a fact, which needs no model
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(list_snapshot(is_proven=False))))
    assert all("no proven signal" in book[sheet]["A1"].value for sheet in ("At risk", "Ready to grow"))


@pytest.mark.parametrize("start", list("=+-@\t\r\n\0＝＋－＠"))
def test_formula_starts_are_led_by_an_apostrophe(start: str) -> None:
    assert inert(f"{start}1+1") == f"'{start}1+1"


def test_a_change_is_a_share_in_every_file_for_programs_and_points_for_people() -> None:
    names = ["change", "change_data", "change_calendar", "change_model"]
    first = {row["account_id"]: row for row in read_csv(to_csv(*the_list(), list_metadata()))}["00123"]
    assert [first[name] for name in names] == ["0.1610", "0.1460", "0.0260", "-0.0110"]
    exact = pd.read_parquet(io.BytesIO(to_parquet(*the_list(), list_metadata()))).set_index("account_id")
    assert exact.loc["00123", "change"] == 0.161
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(list_snapshot())))["All accounts"]
    heading, *rows = list(sheet.iter_rows(min_row=2, values_only=True))
    points = next([row[heading.index(f"Change{of}")] for of in ("", ": data", ": calendar", ": model")]
                  for row in rows if row[heading.index("Account")] == "00123")  # fmt: skip
    assert points == [16.1, 14.6, 2.6, -1.1]


def test_the_gains_in_the_summary_are_cents() -> None:
    calls = CallList(2, 10.004999, 1, 20.129)
    said = summary(replace(list_snapshot(), metadata=replace(list_metadata(), call_list=calls)))["calls"]
    assert said == {"accounts": 2, "gain_usd": 10.0, "best_accounts": 1, "best_gain_usd": 20.13}


def test_numbers_are_never_quoted() -> None:
    assert cell(-1.0, "usd") == "-1.00" and cell(float("nan"), "usd") == ""


def test_a_lone_carriage_return_starts_no_row_of_its_own() -> None:
    listed, columns = the_list()
    name = "Acme\r=1+1\r\nLtd"
    rows = read_csv(to_csv(listed.assign(name=name), columns, list_metadata()))
    assert len(rows) == len(NAMES) and {row["name"] for row in rows} == {name}


def test_the_comment_line_survives_commas_and_quotes() -> None:
    odd = ListMetadata('a,"b"', list_metadata().as_of, list_metadata().churn, list_metadata().expansion)
    assert "," not in comment(odd) and '"' not in comment(odd)


def test_amounts_in_the_comment_line_stay_whole() -> None:
    large = ListMetadata(
        "$154,325, or so", list_metadata().as_of, list_metadata().churn, list_metadata().expansion
    )
    assert "$154325; or so" in comment(large)


def test_hindsight_is_said_first_in_every_file() -> None:
    since = list_metadata(trained_through=date(2025, 6, 1))
    said = "Scored in hindsight: the model has since learned from outcomes up to 2025-06-01"
    assert to_csv(*the_list(), since).decode("utf-8").startswith(f"# acme as of 2025-01-01. {said}; so this")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(replace(list_snapshot(), metadata=since))))
    for sheet in ("At risk", "Ready to grow"):
        assert book[sheet]["A1"].value.startswith(said)
    stored = pq.read_metadata(io.BytesIO(to_parquet(*the_list(), since))).metadata
    assert said in json.loads(stored[b"churnml.header"])["hindsight"]
    assert ListMetadata.from_json(since.to_json()) == since


@pytest.mark.parametrize("learned", [date(2025, 1, 1), date(2024, 6, 1)])
def test_a_day_the_model_did_not_see_is_not_called_hindsight(learned: date) -> None:
    files = [write(*the_list(), list_metadata(trained_through=learned)) for write in (to_csv, to_parquet)]
    assert not any(b"in hindsight" in content for content in files)


def test_accounts_beyond_the_horizon_are_told_in_the_guide_and_the_summary() -> None:
    listed, columns = the_list()
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(list_snapshot())))
    guide = {row[0].value: row[1].value for row in book["How to read this"].iter_rows()}
    assert guide["Far ahead, how many"].startswith("2 accounts with $4,000 ARR: each renews farther ahead")
    assert "judged" in guide["Far ahead"]
    said = summary(list_snapshot())
    assert (said["accounts_beyond_horizon"], said["arr_beyond_horizon_usd"]) == (2, 4000.0)
    assert {row["is_beyond_horizon"] for row in read_csv(to_csv(listed, columns, list_metadata()))} == {
        "true",
        "false",
    }


def test_a_list_of_an_older_version_is_refused_in_words(tmp_path: Path) -> None:
    listed, columns = the_list()
    fewer = [column for column in columns if column.name != "is_beyond_horizon"]
    (tmp_path / f"{FILE}.parquet").write_bytes(to_parquet(listed, fewer, list_metadata()))
    with pytest.raises(PublishError, match="older version"):
        read_list(tmp_path)


def test_parquet_round_trips_with_its_header(tmp_path: Path) -> None:
    listed, columns = the_list()
    (tmp_path / f"{FILE}.parquet").write_bytes(to_parquet(listed, columns, list_metadata()))
    read, said = read_list(tmp_path)
    pd.testing.assert_frame_equal(read, listed)
    assert said == list_metadata()
    assert pq.read_schema(tmp_path / f"{FILE}.parquet").field("arr_usd").metadata[b"note"]


def test_reading_a_day_without_a_list_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="churnml score"):
        read_list(tmp_path)
