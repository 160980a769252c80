"""The spreadsheet: a sheet for each question, in the order in which a CSM asks; what is lost stands apart."""

import io
import re
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.formats.workbook.sheet import lines_of
from churnml.formats.workbook.sheets import sheets
from churnml.formats.workbook.workbook import sheet_names, to_xlsx
from churnml.formats.workbook.worksheet import ColumnWorksheet
from churnml.list_snapshot import ListSnapshot
from tests.listing.fakes import LONG_ID, NAMES, list_snapshot


def opened(told: ListSnapshot) -> openpyxl.Workbook:
    """The workbook as Excel reads it."""
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(told)))


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    """The workbook of the awkward accounts."""
    return opened(list_snapshot())


def rows(sheet) -> list[dict[str, object]]:
    """The rows of a sheet by the titles of its columns."""
    titles = [cell.value for cell in sheet[2]]
    return [dict(zip(titles, (c.value for c in row), strict=True)) for row in sheet.iter_rows(min_row=3)]


def test_a_sheet_for_each_question(book) -> None:
    assert book.sheetnames == [
        "At risk", "Ready to grow", "Already lost", "Roadblocks", "-2+3", "Dana Wu", "All accounts", "How to read this",
    ]  # fmt: skip
    assert [row["Account"] for row in rows(book["At risk"])] == ["00123", LONG_ID]
    assert [row["Account"] for row in rows(book["Already lost"])] == ["NA"]
    assert [row["Account"] for row in rows(book["Dana Wu"])] == ["00123"]
    assert {row["Account"] for row in rows(book["All accounts"])} == set(NAMES)
    assert [row["Rank"] for row in rows(book["All accounts"])] == [1, 2, 3, 4, 5]


def test_texts_are_texts_and_numbers_are_numbers(book) -> None:
    first = {title.value: cell for title, cell in zip(book["At risk"][2], book["At risk"][3], strict=True)}
    assert (
        first["Name"].value == NAMES["00123"]
        and first["Name"].data_type == "s"
        and first["Name"].hyperlink is None
    )
    assert (first["ARR"].value, first["ARR"].data_type, first["Risk"].value) == (182_400, "n", "high")
    assert first["Renewal"].is_date and first["By"].is_date
    assert not [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


def test_cells_written_by_the_column_are_those_that_xlsxwriter_writes_one_by_one(monkeypatch) -> None:
    ours = to_xlsx(list_snapshot())
    monkeypatch.delattr(ColumnWorksheet, "_write_cell")
    assert to_xlsx(list_snapshot()) == ours


def test_reasons_and_advice_stand_in_one_wrapped_cell_each(book) -> None:
    row = rows(book["At risk"])[0]
    assert row["Why"].split("\n") == [
        "• 12 active users in the last 28 days; similar accounts: 38",
        "• oldest open ticket is 41 days old; similar accounts: 4 days",
        "◦ but 97% of paid seats active; similar accounts: 70%",
    ]
    assert row["Next step"] == "Advice: ask who still uses it."
    assert book["At risk"].row_dimensions[3].height > 3 * 13


def test_every_sheet_of_accounts_keeps_headings_and_names_in_view_filters_and_prints(book) -> None:
    for name in book.sheetnames[:-1]:
        sheet = book[name]
        assert sheet.auto_filter.ref.startswith("A2:") and sheet.freeze_panes.endswith("3")
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (
            "landscape",
            0,
            "$2:$2",
        )
    assert book["At risk"].freeze_panes == "D3"


def test_what_a_person_needs_on_paper_comes_first_and_is_printed_in_readable_letters() -> None:
    for is_proven, of_chance in (
        (True, ["Leaves in 365 days", "Expected loss"]),
        (False, ["Health (rules)"]),
    ):
        printed = opened(list_snapshot(is_proven=is_proven))
        for name in ("At risk", "Dana Wu"):
            sheet = printed[name]
            paper = sheet[sheet.print_area.split("!")[1].replace("$", "")]
            titles = [cell.value for cell in paper[1]]
            assert {"Account", "Name", "ARR", "Renewal", "Risk", *of_chance, "Why", "Next step"} <= set(
                titles
            )
            width = sum(sheet.column_dimensions[cell.column_letter].width for cell in paper[1])
            assert sheet.page_setup.paperSize == 9 and width < 235 and len(paper) == sheet.max_row
        assert printed["All accounts"].page_setup.paperSize == 8


def test_bands_are_said_in_words_and_repeated_in_colour(book) -> None:
    cells = [
        cell
        for row in book["All accounts"].iter_rows(min_row=3)
        for cell in row
        if cell.value in ("high", "notice given")
    ]
    assert len({cell.fill.start_color.rgb for cell in cells}) == 2


def test_the_guide_explains_every_title(book) -> None:
    guide = {row[0].value: row[1].value for row in book["How to read this"].iter_rows()}
    assert {
        "Expected loss",
        "Growth: Chance to grow",
        "No proven signal",
        "Next step",
        "Already lost",
        "Advice",
    } <= set(guide)
    assert "plays.yaml" in guide["Advice"]


def test_roadblocks_stand_as_the_edition_tells_them(book) -> None:
    told = rows(book["Roadblocks"])
    assert [row["Concept"] for row in told] == ["active users", "usage rhythm"]
    assert sum(row["ARR"] for row in told) == sum(row["ARR"] for row in rows(book["At risk"]))


def test_growth_lists_have_a_sheet_where_there_are_any() -> None:
    growth = pd.DataFrame({
        "kind": ["expansion", "advocacy"], "place": [1, 1], "account_id": ["7e5", "@id"], "name": ["A", "B"], "csm": "", "segment": "",
        "arr_usd": [96_000.0, 0.0], "what": ["more seats", "a review"], "why": "=1+1", "when": "now", "is_at_risk": [False, True],
    })  # fmt: skip
    sheet = opened(replace(list_snapshot(), growth=growth))["Growth lists"]
    assert sheet["A1"].value == "Who is ready for what: 1 expansion, 1 advocacy. Filter by kind."
    assert [row["At risk too"] for row in rows(sheet)] == ["", "yes"]


def test_without_a_signal_every_first_line_says_so() -> None:
    told = sheets(list_snapshot(is_proven=False))
    assert all("no proven signal" in s.first for s in told if s.about in ("risk", "growth", "csm"))
    assert "health_rules" in [column.name for column in told[0].columns]  # it gives the order


def test_accounts_without_a_csm_get_a_sheet_and_too_many_csms_do_not(monkeypatch) -> None:
    monkeypatch.setattr("churnml.formats.workbook.sheets.MOST_CSMS", 2)
    told = list_snapshot()
    four = told.listed.iloc[[0] * 4].assign(
        csm=["", "Ann", "Bo", "Cy"], expected_loss_usd=[3.0, 1.0, 9.0, 2.0]
    )
    many = replace(told, listed=four.reset_index(drop=True))
    assert [sheet.name for sheet in sheets(many) if sheet.about == "csm"] == ["Bo", "No CSM"]
    guide = {row[0].value: row[1].value for row in opened(many)["How to read this"].iter_rows()}
    assert guide["CSMs without a sheet"].startswith("2. A sheet goes to the 2 with most at stake")


@pytest.mark.parametrize("size", [0, 1])
def test_the_smallest_books_have_a_workbook(size: int) -> None:
    told = list_snapshot()
    few = replace(told, listed=told.listed.head(size), top_drivers=pd.DataFrame())
    assert len(rows(opened(few)["All accounts"])) == max(size, 0)


NAMES_OF_CSMS = st.sampled_from(
    [
        "History",
        "a/b",
        "A:B",
        "'",
        "'Ann'",
        "x" * 40,
        "X" * 31,
        "🙂" * 40,
        "",
        "\0",
        "ß",
        "SS",
        "_x0041_",
        " ",
        "At risk",
    ]
)


@settings(max_examples=40)
@given(st.lists(NAMES_OF_CSMS | st.text(max_size=4), max_size=6))
def test_any_names_become_sheets_that_excel_takes(wanted: list[str]) -> None:
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    for name in names:
        assert 0 < len(name.encode("utf-16-le", "surrogatepass")) // 2 <= 31
        assert not set("[]:*?/\\") & set(name) and name.strip("'") == name and name.casefold() != "history"
        assert name.isprintable() and not re.search("_x[0-9A-Fa-f]{4}_", name)


def test_a_long_reason_takes_as_many_lines_as_it_needs() -> None:
    assert lines_of("short", 60) == 1 and lines_of("a\nb\nc", 60) == 3 and lines_of("x" * 200, 60) == 3
