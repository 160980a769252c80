"""Numbers of another hand, words for nothing, and ids that a spreadsheet has eaten (kind 4)."""

from collections.abc import Callable

import pytest

from tests.situations.situation import Situation

pytestmark = pytest.mark.slow


def arr(situation: Situation) -> float:
    """The book's ARR in all its terms, as loaded."""
    return float(situation.tables().connect().execute("SELECT sum(arr) FROM contracts").fetchall()[0][0])


def in_the_hand_of(write: Callable[[float], str], situation: Situation) -> float:
    """The right sum of ARR, after every contract's ARR is written otherwise."""
    right = sum(float(row["arr"]) for row in situation.rows("contracts"))
    situation.change("contracts", lambda row: row | {"arr": write(float(row["arr"]))})
    return right


HANDS: dict[str, tuple[Callable[[float], str], str]] = {
    "points": (lambda v: f"{v:,.0f}".replace(",", "."), "319 values like 6.000 (contracts.csv line 2) may be thousands; say 'thousands: \".\"' or 'decimal: \".\"'"),
    "German": (lambda v: f"{v:,.2f}".translate(str.maketrans(",.", ".,")), "like 6.000,00 (contracts.csv line 2) have a decimal comma or points between thousands; say 'decimal: \",\"' and 'thousands: \".\"'"),
    "commas": (lambda v: f"{v:,.2f}", "have commas between thousands; say 'thousands: \",\"'"),
    "dollars": (lambda v: f"${v:,.0f}", "like $6,000 (contracts.csv line 2) carry a currency"),
    "euros": (lambda v: f"{v:,.0f}\u00a0€".replace(",", "\u202f"), "carry a currency"),
    "spaces": (lambda v: f"{v:,.0f}".replace(",", " "), "have spaces between thousands"),
    "narrow spaces": (lambda v: f"{v:,.2f}".replace(",", "\u202f").replace(".", ","), "have spaces between thousands"),
    "Swiss": (lambda v: f"{v:,.2f}".replace(",", "'"), "have apostrophes between thousands"),
    "brackets": (lambda v: f"({v:.0f})", "like (6000) (contracts.csv line 2) are negative amounts in brackets"),
    "scientific": (lambda v: f"{v:.0e}", "are in scientific notation, which rounds"),
    "per cent": (lambda v: f"{v:.0f}%", "are percentages"),
    "minus behind": (lambda v: f"{v:.0f}-", "have the minus sign behind"),
    "a dash for minus": (lambda v: f"\u2212{v:.0f}", "have a minus sign that is none"),
    "letters": (lambda v: f"{v / 1000:g}k", "are in thousands or millions by a letter"),
}  # fmt: skip


def test_long_ids_whose_last_digits_are_zeros_are_refused(situation: Situation) -> None:
    for table in ("accounts", "contracts", "usage", "tickets", "invoices"):
        situation.change(
            table, lambda row: row | {"account_id": f"{3041577 + int(row['account_id'][1:])}00000000123"}
        )
    assert "81 live accounts" in situation.check().text
    for table in ("accounts", "contracts", "usage", "tickets", "invoices"):
        situation.change(table, lambda row: row | {"account_id": row["account_id"][:15] + "000"})
    text = situation.check().text
    assert (
        "contracts.account_id: 319 ids like 304157800000000000 (contracts.csv line 2) are rounded numbers"
        in text
    )


def test_ids_of_some_rows_that_are_written_otherwise_are_told(situation: Situation) -> None:
    situation.change(
        "tickets",
        lambda row: (
            row | {"account_id": row["account_id"].lower() if row["ticket_id"] == "T5" else row["account_id"]}
        ),
    )
    assert (
        "tickets: 1 of 1 unknown ids are ids of accounts but for the case of letters"
        in situation.check().text
    )


@pytest.mark.parametrize(("factor", "column", "words"), [
    (1 / 12, "arr", "are billed 12 times their ARR"), (100, "arr", "are billed 0.01 times their ARR"), (1, "arr", ""),
])  # fmt: skip
def test_prices_of_another_unit_than_the_invoices_are_told(
    situation: Situation, factor: float, column: str, words: str
) -> None:
    situation.change("contracts", lambda row: row | {column: round(float(row[column]) * factor, 2)})
    text = situation.check().text
    assert words in text if words else "times their ARR" not in text


@pytest.mark.parametrize("hand", HANDS)
def test_money_in_another_hand_is_refused_with_its_cause(situation: Situation, hand: str) -> None:
    write, words = HANDS[hand]
    in_the_hand_of(write, situation)
    printed = situation.check()
    assert printed.code == 2
    assert words in printed.text


@pytest.mark.parametrize(("hand", "files"), [
    ("points", {"thousands": "."}), ("German", {"decimal": ",", "thousands": "."}), ("commas", {"thousands": ","}),
    ("spaces", {"thousands": " "}), ("narrow spaces", {"decimal": ",", "thousands": " "}), ("Swiss", {"thousands": "'"}),
    ("points", {"of": {"contracts": {"thousands": "."}}}),
])  # fmt: skip
def test_money_is_read_in_the_hand_that_the_book_declares(
    situation: Situation, hand: str, files: dict[str, object]
) -> None:
    right = in_the_hand_of(HANDS[hand][0], situation)
    situation.settings(files=files)
    assert situation.run("ingest").text == ""
    assert arr(situation) == right


def test_a_decimal_point_that_is_declared_is_believed(situation: Situation) -> None:
    right = in_the_hand_of(HANDS["points"][0], situation)
    situation.settings(files={"decimal": "."})
    assert situation.run("ingest").text == ""
    assert arr(situation) == right / 1000


def test_seats_with_points_between_thousands_are_refused(situation: Situation) -> None:
    situation.change("contracts", lambda row: row | {"seats": "1.200" if row["product"] == "core" else "20"})
    assert (
        "contracts.seats: 319 values like 1.200 (contracts.csv line 2) may be thousands"
        in situation.check().text
    )


def test_three_decimals_that_prove_themselves_are_read(situation: Situation) -> None:
    right = in_the_hand_of(lambda v: f"{v:.3f}", situation)
    assert situation.run("ingest").text == ""
    assert arr(situation) == right


def test_words_for_nothing_are_blank_and_named(situation: Situation) -> None:
    change = {
        "A0001": ("\\N", "NULL", "NULL"),
        "A0003": ("#N/A", "-", "n/a"),
        "A0004": ("NA", "Null Nilsson", "(null)"),
    }
    situation.change("accounts", lambda row: row | dict(zip(("segment", "csm", "crm_id"), change.get(row["account_id"], (row["segment"], row["csm"], row["crm_id"])), strict=True)))  # fmt: skip
    printed = situation.check()
    assert "accounts.crm_id: 3 values (null), NULL, n/a read as blank" in printed.text
    assert "accounts.csm: 2 values -, NULL read as blank" in printed.text
    assert situation.run("ingest").text == ""
    rows = situation.tables().connect().execute("SELECT account_id, segment, csm, crm_id FROM accounts WHERE account_id IN ('A0001', 'A0003', 'A0004')")  # fmt: skip
    assert sorted(rows.fetchall()) == [("A0001", None, None, None), ("A0003", None, None, None), ("A0004", "NA", "Null Nilsson", None)]  # fmt: skip


@pytest.mark.parametrize("word", ["NULL", "\\N", "NaN", "0000-00-00", "NA", "None"])
def test_words_for_nothing_in_dates_are_blank(situation: Situation, word: str) -> None:
    situation.change(
        "contracts", lambda row: row | {c: row[c] or word for c in ("notice_at", "cancelled_at")}
    )
    printed = situation.check()
    assert printed.code == 0
    assert f"contracts.cancelled_at: 319 values {word} read as blank" in printed.text
    assert "contracts          319       319            0" in printed.text


def test_the_books_own_words_are_the_only_ones(situation: Situation) -> None:
    situation.change("accounts", lambda row: row | {"csm": "nobody" if row["csm"] == "Tim Okeke" else "None"})
    situation.settings(files={"null_words": ["nobody"]})
    assert situation.run("ingest").text == ""
    assert situation.tables().connect().execute("SELECT DISTINCT csm FROM accounts WHERE csm IS NOT NULL").fetchall() == [("None",)]  # fmt: skip


def test_nan_and_infinity_of_a_typed_file_are_no_numbers(situation: Situation) -> None:
    import duckdb

    file = situation.raw / "terms.parquet"
    duckdb.sql(f"""COPY (SELECT * REPLACE (CASE contract_id WHEN 'C0001-0' THEN 'nan' WHEN 'C0002-0' THEN 'inf' ELSE seats END::DOUBLE AS seats)
        FROM read_csv('{situation.file("contracts")}', all_varchar = true)) TO '{file}' (FORMAT parquet)""")
    situation.mapping("contracts", "SELECT * FROM raw.terms")
    assert "contracts.seats: 1 values NaN read as blank" in situation.check().text
    assert situation.run("ingest").text == ""
    assert situation.quarantine("contracts")["contract_id"].tolist() == ["C0002-0"]


@pytest.mark.parametrize("eaten", ["1.23457E+14", "1.23456789012346e+17", "1.23457E14"])
@pytest.mark.parametrize("table", ["accounts", "tickets"])
def test_ids_in_scientific_notation_refuse_the_book(situation: Situation, table: str, eaten: str) -> None:
    situation.change(table, lambda row: row | {"account_id": eaten if row["account_id"] == "A0001" else row["account_id"]})  # fmt: skip
    printed = situation.check()
    assert printed.code == 2
    assert f"{table}.account_id: " in printed.text
    assert f"ids like {eaten} ({table}.csv line 2) are rounded numbers" in printed.text


@pytest.mark.parametrize(("sign", "spelt"), [("\u200b", "<U+200B>"), ("\ufeff", "<U+FEFF>"), ("\u00ad", "<U+00AD>"), ("\t", "<U+0009>")])  # fmt: skip
def test_an_id_with_a_sign_that_cannot_be_seen_is_the_id_without(
    situation: Situation, sign: str, spelt: str
) -> None:
    situation.change("contracts", lambda row: row | {"account_id": row["account_id"] + sign if row["account_id"] == "A0001" else row["account_id"]})  # fmt: skip
    printed = situation.check()
    assert printed.code == 0
    assert (
        f"contracts.account_id: 4 values like 'A0001{spelt}' hold signs that cannot be seen; read without them"
        in printed.text
    )
    assert "contracts          319       319            0" in printed.text


def test_an_id_of_decomposed_letters_is_the_composed_one(situation: Situation) -> None:
    def rename(spelling: str) -> Callable[[dict[str, str]], dict[str, str]]:
        return lambda row: row | {"account_id": row["account_id"].replace("A0001", spelling)}

    for table in ("accounts", "usage", "tickets", "invoices"):
        situation.change(table, rename("Caf\u00e9"))
    situation.change("contracts", rename("Cafe\u0301"))
    assert "contracts          319       319            0" in situation.check().text


def test_ids_that_a_data_frame_made_floats_are_whole(situation: Situation) -> None:
    number = lambda row: row | {"account_id": row["account_id"].replace("A", "9")}  # noqa: E731
    for table in ("accounts", "usage", "tickets", "invoices", "contracts"):
        situation.change(table, number)
    situation.change("contracts", lambda row: row | {"account_id": row["account_id"] + ".0"})
    printed = situation.check()
    assert (
        "contracts.account_id: all 319 ids are whole numbers with '.0' behind; read without it"
        in printed.text
    )
    assert "contracts          319       319            0" in printed.text
