"""Times in other hands (kind 3): read right as the book declares them, or the book is refused by name; never cast to something else."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from tests.situations.situation import Row, Situation

pytestmark = pytest.mark.slow

Write = Callable[[date], Any]


def day(text: str) -> date:
    return date.fromisoformat(text)


def rewrite(columns: tuple[str, ...], write: Write) -> Callable[[Row], Mapping[str, Any]]:
    """A change of rows: the days in some columns written otherwise."""
    return lambda row: row | {c: write(day(row[c])) for c in columns if row[c]}


DAYS = ("start_date", "end_date", "signed_at", "notice_at")
EPOCH = date(1970, 1, 1)

LAST_SECONDS: dict[str, tuple[Callable[[date], str], str | None]] = {
    "a time": (lambda d: f"{d} 23:59:59", None), "to the millisecond": (lambda d: f"{d}T23:59:59.999", None),
    "to the minute": (lambda d: f"{d} 11:59 PM", None), "UTC": (lambda d: f"{d}T23:59:59Z", None),
    "an offset": (lambda d: f"{d}T23:59:59+02:00", "Europe/Berlin"),
    "local, in UTC": (lambda d: datetime(d.year, d.month, d.day, 23, 59, 59, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC).isoformat(), "Europe/Berlin"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAST_SECONDS)
def test_an_end_at_the_last_second_of_a_day_is_the_next_day(situation: Situation, name: str) -> None:
    write, zone = LAST_SECONDS[name]
    situation.change("contracts", rewrite(("end_date",), lambda d: write(d - timedelta(days=1))))
    situation.settings(timezone=zone)
    assert situation.run("ingest").text == ""
    assert situation.ledger("A0001")[-1] == ("2024-09-01", "2025-09-01", 6000)


def test_days_of_what_happened_that_lie_in_the_future_are_refused(situation: Situation) -> None:
    situation.change("tickets", lambda row: row | {"resolved_at": row["resolved_at"] and "2030-06-30"})
    text = situation.check().text
    assert (
        "tickets: 294 resolved_at lies in the future, like resolved_at '2030-06-30'" in text
        and "is refused" in text
    )


@pytest.mark.parametrize("unit", ["ns", "us", "ms"])
@pytest.mark.parametrize("shift", [0, 1], ids=["midnights", "last seconds"])
def test_parquet_instants_are_cut_in_the_books_zone_whatever_their_unit(
    situation: Situation, unit: str, shift: int
) -> None:
    """pandas writes nanoseconds, Spark microseconds, JavaScript milliseconds."""
    rows = pd.DataFrame(situation.rows("contracts")).replace("", None)
    for column in DAYS:
        rows[column] = (
            pd.to_datetime(rows[column])
            .dt.tz_localize("Europe/Berlin")
            .astype(f"datetime64[{unit}, Europe/Berlin]")
        )
    rows["end_date"] -= pd.Timedelta(seconds=shift)
    situation.file("contracts").unlink()
    rows.to_parquet(situation.raw / "contracts.parquet", index=False)
    if not shift:
        assert "the midnights of another zone than UTC" in situation.check().text
    situation.settings(timezone="Europe/Berlin")
    assert situation.run("ingest").text == ""
    assert situation.ledger("A0001")[-1] == ("2024-09-01", "2025-09-01", 6000)
    known = (
        situation.tables()
        .connect()
        .execute("SELECT signed_at FROM contracts WHERE contract_id = 'C0001-3'")
        .fetchall()[0][0]
    )
    assert str(known) == "2024-07-19 22:00:00"


def test_ends_that_are_last_days_are_named(situation: Situation) -> None:
    situation.change("contracts", rewrite(("end_date",), lambda d: d - timedelta(days=1)))
    assert "is it the last day of the term? Write end_date + 1" in situation.check().text
    situation.mapping("contracts", "SELECT * REPLACE (as_day(end_date) + 1 AS end_date) FROM raw.contracts")
    text = situation.check().text
    assert "last day of the term" not in text and "81 live accounts and $1,471,620" in text


WRONG: dict[str, tuple[Write, tuple[str, ...]]] = {
    "two digits, year first": (lambda d: d.strftime("%y-%m-%d"), ("26 values like 23-05-09 (contracts.csv line 6) have a year of two digits", "strptime(notice_at, '%y-%m-%d')")),
    "two digits, day first": (lambda d: d.strftime("%d/%m/%y"), ("26 values like 09/05/23 (contracts.csv line 6) have a year of two digits", "write strptime(notice_at, '%d/%m/%y') AS notice_at")),
    "two digits, separators mixed": (
        lambda d: d.strftime("%y/%m-%d"),
        ("26 values like 23/05-09 (contracts.csv line 6) have a year of two digits and mixed separators, which are of no style; find out which part is the year",
         "only then write strptime(notice_at, '%d/%m-%y') or strptime(notice_at, '%y/%m-%d') AS notice_at, whichever is meant"),
    ),
    "epoch seconds": (lambda d: (d - EPOCH).days * 86400, ("look like epoch seconds", "to_timestamp(CAST(notice_at AS DOUBLE))")),
    "epoch milliseconds": (lambda d: (d - EPOCH).days * 86_400_000, ("look like epoch milliseconds", "epoch_ms(CAST(notice_at AS BIGINT))")),
    "epoch microseconds": (lambda d: (d - EPOCH).days * 86_400_000_000, ("look like epoch microseconds", "make_timestamp(CAST(notice_at AS BIGINT))")),
    "spreadsheet days": (lambda d: (d - date(1899, 12, 30)).days, ("look like a spreadsheet's serial days", "DATE '1899-12-30' + CAST(")),
    "no separators": (lambda d: d.strftime("%Y%m%d"), ("are days without separators", "strptime(left(notice_at, 8), '%Y%m%d')")),
    "month in letters": (lambda d: d.strftime("%d-%b-%Y"), ("name the month in letters", "strptime(notice_at, '%d-%b-%Y')")),
    "American letters": (lambda d: d.strftime("%b %d, %Y"), ("name the month in letters", "strptime(notice_at, '%b %d, %Y')")),
    "zone by name": (lambda d: f"{d} 10:00 EST", ("carry a zone by name", "replace(notice_at, ' EST', '+00:00')")),
    "a quarter": (lambda d: f"Q{(d.month + 2) // 3} {d.year}", ("name a quarter, no day",)),
    "a day of the week by number": (lambda d: d.strftime("%G-W%V-%u"), ("are days of a week or of a year by number",)),
    "a spreadsheet's text": (lambda d: f"'{d}", ("have a spreadsheet's mark in front",)),
    "rounded": (lambda d: f"{(d - EPOCH).days * 86_400_000:.3E}", ("are rounded numbers: a spreadsheet has made one time of several",)),
    "24 o'clock": (lambda d: f"{d} 24:00", ("stand at 24 o'clock",)),
    "text behind": (lambda d: f"{d} 10:00 garbage", ("have text after the date or time",)),
    "a month": (lambda d: f"{d:%Y-%m}", ("name a month or a year, no day", "notice_at || '-01'")),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_form_that_is_not_declared_is_refused_with_its_cause_and_its_remedy(
    situation: Situation, kind: str
) -> None:
    write, words = WRONG[kind]
    situation.change("contracts", rewrite(("notice_at",), write))
    printed = situation.check()
    assert printed.code == 2
    assert "contracts.notice_at: 26 values like" in printed.text
    assert all(word in printed.text for word in words)


REMEDIES = {
    "epoch seconds": "to_timestamp(CAST({c} AS DOUBLE))",
    "epoch milliseconds": "epoch_ms(CAST({c} AS BIGINT)) AT TIME ZONE 'UTC'",
    "epoch microseconds": "make_timestamp(CAST({c} AS BIGINT)) AT TIME ZONE 'UTC'",
    "spreadsheet days": "DATE '1899-12-30' + CAST(CAST({c} AS DOUBLE) AS INTEGER)",
    "no separators": "strptime(left({c}, 8), '%Y%m%d')",
    "two digits, day first": "strptime({c}, '%d/%m/%y')",
    "month in letters": "strptime({c}, '%d-%b-%Y')",
    "American letters": "strptime({c}, '%b %d, %Y')",
}


@pytest.mark.parametrize("kind", REMEDIES)
def test_the_remedy_of_a_refusal_works_in_the_mapping(situation: Situation, kind: str) -> None:
    before = situation.rows("contracts")
    situation.change("contracts", rewrite(DAYS, WRONG[kind][0]))
    columns = ", ".join(f"{REMEDIES[kind].format(c=c)} AS {c}" for c in DAYS)
    situation.mapping("contracts", f"SELECT * REPLACE ({columns}) FROM raw.contracts")
    assert situation.run("ingest").text == ""
    read = (
        situation.tables()
        .connect()
        .execute("SELECT contract_id, start_date, end_date, CAST(notice_at AS DATE) FROM contracts")
    )
    right = {(r["contract_id"], *(day(r[c]) if r[c] else None for c in ("start_date", "end_date", "notice_at"))) for r in before}  # fmt: skip
    assert set(read.fetchall()) == right


def test_all_contract_days_of_two_digits_name_the_style(situation: Situation) -> None:
    situation.change("contracts", rewrite(DAYS, lambda d: d.strftime("%d/%m/%y")))
    printed = situation.check()
    assert printed.code == 2
    assert (
        "contracts.start_date: 319 values like 02/09/21 (contracts.csv line 2) have a year of two digits"
        in printed.text
    )
    assert "4 failure(s)" in printed.text


def test_a_clock_of_twelve_hours_is_read_with_its_half(situation: Situation) -> None:
    moments = ("opened_at", "first_response_at", "resolved_at")
    before = situation.rows("tickets")
    situation.change("tickets", lambda row: row | {c: f"{datetime.fromisoformat(row[c]):%Y-%m-%d %I:%M:%S %p}" for c in moments if row[c]})  # fmt: skip
    assert situation.run("ingest").text == ""
    read = (
        situation.tables()
        .connect()
        .execute("SELECT ticket_id, CAST(resolved_at AS VARCHAR) FROM tickets")
        .fetchall()
    )
    assert dict(read)["T5"] == "2023-04-14 20:30:00"
    assert dict(read) == {r["ticket_id"]: r["resolved_at"] or None for r in before}  # fmt: skip


def midnights(zone: str) -> Write:
    return lambda d: datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")  # fmt: skip


ZONED: dict[str, tuple[str, Write]] = {
    "midnights of Berlin in UTC": ("Europe/Berlin", midnights("Europe/Berlin")),
    "midnights of Berlin with their offset": ("Europe/Berlin", lambda d: datetime(d.year, d.month, d.day, tzinfo=ZoneInfo("Europe/Berlin")).isoformat()),
    "midnights of Sydney in UTC": ("Australia/Sydney", midnights("Australia/Sydney")),
    "evenings of New York": ("America/New_York", lambda d: datetime(d.year, d.month, d.day, 21, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC).isoformat()),
    "midnights in UTC of days": ("America/New_York", lambda d: f"{d}T00:00:00Z"),
    "bare times": ("America/New_York", lambda d: f"{d} 20:00:00"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ZONED)
def test_a_day_is_cut_in_the_books_zone(situation: Situation, kind: str) -> None:
    zone, write = ZONED[kind]
    before = situation.rows("contracts")
    situation.change("contracts", rewrite(("start_date", "end_date"), write))
    situation.settings(timezone=zone)
    assert situation.run("ingest").text == ""
    read = (
        situation.tables()
        .connect()
        .execute("SELECT contract_id, start_date, end_date FROM contracts")
        .fetchall()
    )
    assert set(read) == {(r["contract_id"], day(r["start_date"]), day(r["end_date"])) for r in before}


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata"])
def test_midnights_of_a_zone_that_is_not_declared_are_refused(situation: Situation, zone: str) -> None:
    situation.change("contracts", rewrite(("start_date", "end_date"), midnights(zone)))
    printed = situation.check()
    assert printed.code == 2
    assert "contracts.end_date: 319 days are written as instants like" in printed.text
    assert "say 'timezone:' in book.yaml" in printed.text


def test_a_slip_goes_to_the_quarantine_as_it_was_written(situation: Situation) -> None:
    situation.append("contracts", {"contract_id": "slip", "account_id": "A0001", "start_date": "01.02.24", "end_date": "2025-02-01", "arr": 1})  # fmt: skip
    assert situation.run("ingest").text == ""
    refused = situation.quarantine("contracts")
    assert refused[["reason", "start_date"]].values.tolist() == [["start_date is not a date", "01.02.24"]]


def test_numbers_of_a_typed_file_are_no_days(situation: Situation) -> None:
    import duckdb

    file = situation.raw / "terms.parquet"
    duckdb.sql(f"""COPY (SELECT * REPLACE (CAST(end_date AS DATE) - DATE '1899-12-30' AS end_date)
        FROM read_csv('{situation.file("contracts")}', all_varchar = true)) TO '{file}' (FORMAT parquet)""")
    situation.mapping("contracts", "SELECT * FROM raw.terms")
    printed = situation.check()
    assert printed.code == 2
    assert (
        "contracts.end_date: 319 values like 44806 (row 1 of contracts.sql) look like a spreadsheet's serial days"
        in printed.text
    )


def test_every_hour_of_the_clock_is_read_or_refused(situation: Situation) -> None:
    """A clock's edges: midnight and noon of a 12-hour clock, a comma before the fraction, offsets with and without a colon."""
    clocks = {
        "2024-03-05 12:30 AM": "00:30:00", "2024-03-05 12:00:01 pm": "12:00:01", "2024-03-05T10:00:00,250+0200": "08:00:00.25",
        "2024-03-05 10:00:00.5 -05": "15:00:00.5", "2024-03-05T10:00Z": "10:00:00", "2024-03-05 10:00 GMT": "10:00:00", "2024/3/5 9:05": "09:05:00",
    }  # fmt: skip
    rows = [{"ticket_id": f"Z{n}", "account_id": "A0001", "opened_at": text} for n, text in enumerate(clocks)]
    situation.append("tickets", *rows)
    situation.settings(timezone="UTC")
    assert situation.run("ingest").text == ""
    read = (
        situation.tables()
        .connect()
        .execute("SELECT ticket_id, CAST(opened_at AS VARCHAR) FROM tickets WHERE ticket_id LIKE 'Z%'")
    )
    assert dict(read.fetchall()) == {
        f"Z{n}": f"2024-03-05 {clock}" for n, clock in enumerate(clocks.values())
    }
