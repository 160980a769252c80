"""Files as spreadsheets and report tools write them: every record is read, or the file is refused with its line and the cause."""

import csv
import gzip
import io
from collections.abc import Callable

import pytest

from tests.situations.situation import Row, Situation


def kept(situation: Situation, table: str) -> int:
    """The rows of a table that ``churnml check`` kept, once it passed."""
    printed = situation.check()
    assert printed.code == 0, printed.text
    line = next(line for line in printed.text.splitlines() if line.startswith(f"{table} "))
    return int(line.split()[2].replace(",", ""))


def refused(situation: Situation) -> str:
    printed = situation.check()
    assert printed.code == 2, printed.text
    assert "Traceback" not in printed.text
    return printed.text


def as_text(rows: list[Row], delimiter: str = ",", **how: object) -> str:
    """Rows as delimited text."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter, lineterminator="\n", **how)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


@pytest.mark.parametrize("word", ["#N/A", "#REF!", "//", "# 17"])
def test_no_sign_makes_a_comment(situation: Situation, word: str) -> None:
    """Case 01: Excel's errors in the first column of twelve rows. They are read, and each is refused by name."""
    rows = [{"account_id": row["account_id"], **row} for row in situation.rows("contracts")]
    for row in rows[::26][:12]:
        row["account_id"] = word
    situation.write("contracts", rows)
    words = refused(situation)
    assert "contracts: 12 of 319 rows (3.8%) quarantined" in words and (
        "account is unknown" in words or "account_id is missing" in words
    )
    assert len(situation.quarantine("contracts")) == 12


@pytest.mark.parametrize(
    "text", ["Reports, weekly", 'Reports "weekly"', "Reports\nweekly", '5" screen', 'a\r\nb, "c"']
)
@pytest.mark.parametrize("is_packed", [True, False])
def test_a_quote_first_seen_late_breaks_nothing(situation: Situation, text: str, is_packed: bool) -> None:
    """Case 03: the first quoted field stands after row 20,480."""
    rows = situation.rows("usage")
    rows += [
        {
            **rows[0],
            "occurred_at": f"2024-{1 + i % 12:02d}-{1 + i % 28:02d} {i % 24:02d}:{i % 60:02d}:{i % 59:02d}",
        }
        for i in range(21_400 - len(rows))
    ]
    rows += [{**rows[-1], "feature": text}, *rows[-99:]]
    situation.write("usage", rows)
    if is_packed:
        file = situation.file("usage")
        (situation.raw / "usage.csv.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    assert kept(situation, "usage") == 21_500
    situation.run("ingest")
    features = (
        situation.tables()
        .connect()
        .execute("SELECT feature FROM usage WHERE feature LIKE ?", [f"%{text[-3:]}"])
        .fetchall()
    )
    assert [name for (name,) in features] == [text]


@pytest.mark.parametrize(
    "footer",
    [
        "\n\nGrand Totals (319 records)\nCopyright (c) 2025 Birch Software.\n",
        "Total: 319\n",
        "319 rows,exported\n",
    ],
)
def test_lines_below_the_table_are_named(situation: Situation, footer: str) -> None:
    """Case 04: a report's totals and copyright below the table."""
    situation.write("contracts", situation.text("contracts") + footer)
    lines = footer.split("\n")
    first = next(i for i, line in enumerate(lines) if line)
    fields = "2 fields" if "," in lines[first] else "1 field"
    assert (
        f"'contracts.csv' line {321 + first} has {fields}, the header 10; delete the lines below the table"
        in refused(situation)
    )


def test_a_title_above_the_header_is_named_and_can_be_declared(situation: Situation) -> None:
    situation.write("contracts", "Contracts as of May\n\n" + situation.text("contracts"))
    words = refused(situation)
    assert "'contracts.csv' line 1 has 1 field" not in words
    assert (
        "'contracts.csv' line 3 has 10 fields, the header 1" in words
        and "{contracts: {header_row: 3}}" in words
    )
    situation.settings(files={"of": {"contracts": {"header_row": 3}}})
    assert kept(situation, "contracts") == 319


def test_a_title_whose_line_is_filled_up_is_named(situation: Situation) -> None:
    situation.write("contracts", "Contracts as of May,,,,,,,,,\n" + situation.text("contracts"))
    words = refused(situation)
    assert (
        "line 1 names 1 of 10 columns: 'Contracts as of May'. Is it a title" in words
        and "{header_row: 2}" in words
    )


def test_a_row_taken_for_the_header_is_named(situation: Situation) -> None:
    situation.write("contracts", situation.text("contracts").split("\n", 1)[1])
    words = refused(situation)
    assert "'contracts.csv' line 1 looks like a row and not like a header: '2021-09-02'" in words


@pytest.mark.parametrize(("delimiter", "declared"), [(";", '";"'), ("\t", '"\\t"'), ("|", '"|"')])
def test_another_delimiter_is_refused_and_can_be_declared(
    situation: Situation, delimiter: str, declared: str
) -> None:
    situation.write("contracts", as_text(situation.rows("contracts"), delimiter))
    words = refused(situation)
    assert "'contracts.csv' line 1, its header, is one column" in words
    assert f"files: {{of: {{contracts: {{delimiter: {declared}}}}}}}" in words
    situation.settings(files={"of": {"contracts": {"delimiter": delimiter}}})
    assert kept(situation, "contracts") == 319


def test_excels_hint_above_the_header_is_understood_as_one(situation: Situation) -> None:
    situation.write("contracts", "sep=;\n" + as_text(situation.rows("contracts"), ";"))
    assert '{contracts: {delimiter: ";", header_row: 2}}' in refused(situation)
    situation.settings(files={"of": {"contracts": {"delimiter": ";", "header_row": 2}}})
    assert kept(situation, "contracts") == 319


def test_a_whole_book_of_another_dialect(situation: Situation) -> None:
    for table in ("accounts", "contracts", "invoices", "tickets", "usage"):
        text = as_text(situation.rows(table), ";", quotechar="'", quoting=csv.QUOTE_ALL)
        situation.write(table, text).write_bytes(text.encode("utf-16"))
    situation.settings(files={"delimiter": ";", "quote": "'", "escape": "'", "encoding": "utf-16"})
    assert kept(situation, "contracts") == 319


@pytest.mark.parametrize(("old", "new"), [
    ("\n", "\r\n"), ("\n", "\r"), ("\n", "\n\n"), ("\nC0001-1", "\r\nC0001-1"), ("core", '"co""re"'), ("core", 'co"re'),
    ("core", ' "core"'), ("core", '"co\nre"'), ("core", "x" * 2_500_000), ("\n", ",\n"), ("\n", ",,,\n"),
], ids=["CRLF", "CR", "blank lines", "mixed line ends", "quotes doubled", "a lone quote", "a space before the quote",
        "line breaks", "a very long field", "a delimiter at each end", "blank columns"])  # fmt: skip
def test_valid_files_are_read_whole(situation: Situation, old: str, new: str) -> None:
    text = situation.text("contracts")
    situation.write("contracts", text.replace(old, new, 1 if len(new) > 100 else -1))
    assert kept(situation, "contracts") == 319


@pytest.mark.parametrize(("old", "new", "words"), [
    ("C0001-1,", 'C0001-1,"', "a quote is opened and never closed"),
    (",core,", ',"core" x,', "line 2: its quotes do not add up"),
    ("C0120-2,A0120,", "C0120-2,A,0120,", "line 320 has 11 fields, the header 10"),
    ("C0060-1,A0060,", "C0060-1;A0060,", " has 9 fields, the header 10 (1 such lines"),
    ("C0001-1", "C0001\0-1", "line 3 holds a NUL byte"),
])  # fmt: skip
def test_a_broken_file_is_refused_by_line(situation: Situation, old: str, new: str, words: str) -> None:
    situation.write("contracts", situation.text("contracts").replace(old, new, 1))
    assert words in refused(situation)


@pytest.mark.parametrize("change", [str, str.upper, lambda header: header.replace(",", " , "), lambda header: "\ufeff" + header,
                                    lambda header: '"' + header.replace(",", '","') + '"'])  # fmt: skip
def test_exports_glued_together_are_refused(situation: Situation, change: Callable[[str], str]) -> None:
    header, body = situation.text("accounts").split("\n", 1)
    situation.write("accounts", f"{header}\n{body}{change(header)}\n{body}")
    assert "'accounts.csv' line 122 is the header again" in refused(situation)


def test_utf16_without_a_mark_is_read_where_it_is_declared(situation: Situation) -> None:
    text = situation.text("accounts")
    situation.settings(files={"of": {"accounts": {"encoding": "utf-16"}}})
    for codec in ("utf-16-le", "utf-16-be"):
        situation.file("accounts").write_bytes(text.encode(codec))
        assert kept(situation, "accounts") == 120
    situation.file("accounts").write_text(text, encoding="utf-8")
    assert "'accounts.csv' is not utf-16 text (line 1), as is declared for it" in refused(situation)


def test_an_encoding_is_declared_and_never_guessed(situation: Situation) -> None:
    text = situation.text("accounts").replace("A0001,", "A0001,Müller & Söhne – ", 1)
    situation.file("accounts").write_bytes(text.encode("cp1252"))
    words = refused(situation)
    assert "'accounts.csv' is not UTF-8 text (line 2)" in words and "Müller" in words
    situation.settings(files={"of": {"accounts": {"encoding": "cp1252"}}})
    assert kept(situation, "accounts") == 120
    situation.file("accounts").write_bytes(text.encode())
    assert "'accounts.csv' is UTF-8 text, and 'encoding: cp1252' is declared" in refused(situation)
