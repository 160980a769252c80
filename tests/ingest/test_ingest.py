"""On random dirty files every record is kept or quarantined: records by Python's csv = read = kept + quarantined, or the file is refused."""

import csv
import io
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.book import BookSettings
from churnml.errors import BookError
from churnml.ingest.ingest import ingest_book
from tests.books import LENIENT, term, write_raw

ANY_SHARE = LENIENT.model_copy(update={"max_stray_share": 1.0})
ACCOUNTS = {
    "a": True,
    " a ": True,
    "a\u200b": True,
    "A": False,
    "": False,
    "NULL": False,
    "#N/A": False,
    "a,a": False,
    '"a': False,
}
DAYS = {"2024-03-05": True, "2024/3/5 9:30 PM": True, "2024-03-05T09:30:00+02:00": True, "31/02/2024": False, "2024-02-30": False,
        "2024-03-05 garbage": False, "yesterday": False, "1970-01-01": False, "": False, "2035-01-01": False}  # fmt: skip
AMOUNTS = {"100": True, "-3.5": True, "0.10": True, "1e5": False, "1.200,50": False, "(500)": False, "$7": False, "n/a": False, "": False}  # fmt: skip
"""Values by whether a row with them is fit to be kept, if all else is."""

NOTES = st.lists(
    st.sampled_from(["x", "é", ",", ";", '"', "\n", "\r\n", "#", "\\", " ", "\t", "'"]), max_size=4
).map("".join)
ROWS = st.lists(st.tuples(*(st.sampled_from(list(pool)) for pool in (ACCOUNTS, DAYS, AMOUNTS)), NOTES), max_size=8)  # fmt: skip
LINES = st.lists(
    st.sampled_from(
        ["", "a,2024-03-05,7", "a,2024-03-05,7,x,y", "Total: 3", '"', "account_id,issued_at,amount,note"]
    ),
    max_size=1,
)
SAFE = ("a", "2024-03-05", "1", "safe")  # so that some row is left


def counted(folder: Path, text: str) -> dict[str, int] | str:
    """What ingest counts of an invoices file with that text; why it was refused, if it was."""
    raw, mapping = write_raw(
        folder, {"accounts": [{"account_id": "a"}], "contracts": [term("a", "2023-01-01", "2026-01-01")]}
    )
    (raw / "invoices.csv").write_bytes(text.encode())
    (mapping / "invoices.sql").write_text(
        "SELECT account_id, issued_at, amount FROM raw.invoices", encoding="utf-8"
    )
    book = BookSettings(last_day="2024-07-01", timezone="UTC")
    try:
        check = ingest_book(raw, mapping, book, ANY_SHARE, folder / "tables", folder / "quarantine")
    except BookError as error:
        return str(error)
    kept = duckdb.sql(f"SELECT count(*) FROM '{folder}/tables/invoices.parquet'").fetchall()[0][0]
    refused = duckdb.sql(f"SELECT count(*) FROM '{folder}/quarantine/invoices.parquet'").fetchall()[0][0]
    assert (kept, refused) == (check.rows["invoices"]["kept"], check.rows["invoices"]["quarantined"])
    return check.rows["invoices"] | {"records": int(str(check.files["invoices.csv"]["records"]))}


@settings(max_examples=6, deadline=None)
@given(ROWS, LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_every_record_is_kept_or_quarantined(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    lines: list[str],
    end: str,
    quoting: int,
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([["account_id", "issued_at", "amount", "note"], SAFE, *rows])
    text = stream.getvalue() + end.join(lines)
    records = [row for row in csv.reader(io.StringIO(text, newline="")) if row][1:]
    found = counted(tmp_path_factory.mktemp("book"), text)
    if isinstance(found, str):
        assert any(lines) and "'invoices.csv' line " in found, found
        return
    fit = sum(ACCOUNTS[a] and DAYS[day] and AMOUNTS[amount] for a, day, amount, _ in rows) + 1
    assert found == {"records": len(records), "read": len(records), "kept": fit, "quarantined": len(records) - fit}  # fmt: skip
