"""Usage as coded parts: the same rows under the same names, and bytes that only the rows move."""

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.schema import TABLES
from churnml.data.tables import Tables
from churnml.data.usage_parts import usage_view, write_usage
from churnml.errors import TableError
from tests.books import make_tables, read_table, table_bytes, term

UNSAID = ("period_start", "period_end", "active_users")  # events have none of these
NAMES = [*(name for name in TABLES["usage"].names if name not in UNSAID), "known_at"]
EPOCH = date(1970, 1, 1)
START = datetime.fromisoformat("2024-01-30")


def book(folder: Path, usage: list[dict[str, Any]]) -> Tables:
    """A book of accounts a, b and z with that usage."""
    accounts = [{"account_id": a} for a in "abz"]
    contracts = [term(a, "2023-01-01", "2026-01-01") for a in "abz"]
    return make_tables(
        folder, {"accounts": accounts, "contracts": contracts, "usage": usage}, last_day="2025-01-01"
    )


def used(account: str, when: str, user: str = "", feature: str = "", **more: Any) -> dict[str, Any]:
    """One usage row."""
    return {"account_id": account, "occurred_at": when, "user_id": user, "feature": feature, "quantity": 1, "known_at": "", **more}  # fmt: skip


BOTH_MONTHS = [
    used("z", "2024-05-02 10:00", "ann", "report", quantity="2.0625"), used("b", "2024-05-31 23:59:59", "ann"),
    used("b", "2024-06-01 00:00:00", "bob", "alert"), used("a", "2024-06-03 08:00", "ann", "report", known_at="2024-06-05 00:00"),
]  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The book of both months; who changes its files works on a copy."""
    return book(tmp_path_factory.mktemp("both"), BOTH_MONTHS)


def copied(tables: Tables, folder: Path) -> Path:
    """A copy of a book's folder of tables."""
    return Path(shutil.copytree(tables.folder, folder / "tables"))


def test_a_part_holds_a_month_in_the_order_of_the_sweep(both: Tables) -> None:
    assert list(both.usage_parts()) == ["2024-05", "2024-06"]
    part = pq.read_table(both.usage_parts()["2024-06"])
    assert [(f.name, str(f.type)) for f in part.schema] == [
        ("account", "int32"), ("user", "int32"), ("feature", "int32"), ("day", "int32"), ("lag", "int32"), ("units", "int64"),
        ("occurred_at", "timestamp[us]"), ("known_at", "timestamp[us]"), ("event_id", "string"), ("contract_id", "string"),
        ("period_start", "timestamp[us]"), ("period_end", "timestamp[us]"), ("active_users", "int64"),
    ]  # fmt: skip
    coded = part.select(["account", "user", "feature", "day", "lag", "units"]).to_pylist()
    june = (date(2024, 6, 1) - EPOCH).days
    # b and z came in May, so a is the third account; ann of b, of z and of a are three users; known on the 5th, two days late.
    assert [tuple(row.values()) for row in coded] == [
        (1, 4, 2, june, 0, 10_000), (3, 3, 1, june + 2, 2, 10_000)
    ]  # fmt: skip


def test_codes_begin_at_one_in_order_of_appearance(both: Tables) -> None:
    codes = {
        kind: [tuple(row.values()) for row in pq.read_table(both.usage_code_file(kind)).to_pylist()]
        for kind in ("accounts", "users", "features")
    }
    assert codes == {
        "accounts": [(1, "b"), (2, "z"), (3, "a")],
        "users": [(1, 1, "ann"), (2, 2, "ann"), (3, 3, "ann"), (4, 1, "bob")],
        "features": [(1, "report"), (2, "alert")],
    }


@pytest.mark.parametrize(
    ("known", "lag"), [("", 0), ("2024-05-02 23:59:59", 0), ("2024-05-03 00:00", 1), ("2024-05-01", 0)]
)
def test_a_row_counts_from_the_first_midnight_after_it_was_known(
    tmp_path: Path, known: str, lag: int
) -> None:
    tables = book(tmp_path, [used("a", "2024-05-02 10:00", known_at=known)])
    row = pq.read_table(tables.usage_parts()["2024-05"]).to_pylist()[0]
    assert row["lag"] == lag
    first = EPOCH + timedelta(days=row["day"] + 1 + lag)
    counted = [
        tables.connect().execute(f"SELECT count(*) FROM usage WHERE known_at < TIMESTAMP '{day}'").fetchall()[0][0]
        for day in (first - timedelta(days=1), first)
    ]  # fmt: skip
    assert counted == [0, 1]


def test_a_new_month_leaves_the_parts_before_it_as_they_were(both: Tables, tmp_path: Path) -> None:
    new = [used("a", "2024-07-01", "aaa", "a new feature"), used("a", "2024-07-02", "ann", "report")]
    after = book(tmp_path / "2", [*new, *BOTH_MONTHS])
    assert after.usage_digests() != both.usage_digests()
    assert {m: after.usage_digests()[m] for m in both.usage_digests()} == both.usage_digests()
    for month, part in both.usage_parts().items():
        assert part.read_bytes() == after.usage_parts()[month].read_bytes()


@pytest.mark.parametrize("column", ["account_id", "occurred_at", "quantity", "known_at"])
def test_a_bad_row_elsewhere_leaves_every_part_as_it_was(both: Tables, tmp_path: Path, column: str) -> None:
    bad = used("a", "2024-07-01", "ann", "report") | {column: "no"}
    assert book(tmp_path / "2", [*BOTH_MONTHS, bad]).usage_digests() == both.usage_digests()


def test_a_new_month_with_event_ids_leaves_the_parts_before_it_as_they_were(tmp_path: Path) -> None:
    named = [{**row, "event_id": str(i), "contract_id": ""} for i, row in enumerate(BOTH_MONTHS)]
    before = book(tmp_path / "1", named).usage_digests()
    new = used("a", "2024-07-01", event_id="", contract_id="a/2023-01-01/")
    after = book(tmp_path / "2", [*named, new]).usage_digests()
    assert {m: after[m] for m in before} == before


def test_ingest_records_each_parts_digest(both: Tables) -> None:
    parts = both.usage_parts()
    assert both.usage_digests() == {
        month: hashlib.sha256(part.read_bytes()).hexdigest() for month, part in parts.items()
    }


def test_months_and_tables_that_vanish_leave_no_file(tmp_path: Path) -> None:
    book(tmp_path, BOTH_MONTHS)
    assert sorted(table_bytes(book(tmp_path, BOTH_MONTHS[:2]).folder)) == [
        "accounts.parquet", "contracts.parquet", "usage/2024-05.parquet",
        "usage_codes/accounts.parquet", "usage_codes/features.parquet", "usage_codes/periods.parquet",
        "usage_codes/users.parquet",
    ]  # fmt: skip
    (tmp_path / "acme" / "usage.sql").unlink()
    without = make_tables(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": [term("a", "2023-01-01", "2026-01-01")]}
    )
    assert sorted(table_bytes(without.folder)) == ["accounts.parquet", "contracts.parquet"]
    assert not without.has("usage")
    assert without.usage_parts() == {}


@pytest.mark.parametrize(("harm", "words"), [
    (lambda folder: (folder / "usage/2024-05.parquet").unlink(), "usage/2024-05.parquet is missing"),
    (lambda folder: (folder / "usage/2024-06.parquet").write_bytes(b"garbage"), "usage/2024-06.parquet cannot be read"),
    (lambda folder: (folder / "usage_codes/users.parquet").unlink(), "usage_codes/users.parquet is missing"),
    (lambda folder: pq.write_table(pa.table({"account": [1]}), folder / "usage_codes/accounts.parquet"),
     "usage_codes/accounts.parquet lacks column account_id"),
    (lambda folder: (folder / "usage/2024-05.parquet").write_bytes((folder / "accounts.parquet").read_bytes()),
     "usage/2024-05.parquet lacks column account, active_users, contract_id, day"),
])  # fmt: skip
def test_a_damaged_part_is_said(
    both: Tables, tmp_path: Path, harm: Callable[[Path], object], words: str
) -> None:
    folder = copied(both, tmp_path)
    harm(folder)
    with pytest.raises(TableError) as error:
        Tables(folder)
    assert words in str(error.value)


def test_a_folder_of_the_layout_before_is_refused(both: Tables, tmp_path: Path) -> None:
    file = copied(both, tmp_path) / "book.json"
    header = json.loads(file.read_text(encoding="utf-8"))
    del header["usage_parts"]
    file.write_text(json.dumps(header), encoding="utf-8")
    with pytest.raises(TableError, match=r"of an older layout; run dvc repro ingest"):
        Tables(file.parent)


def rows_sql(rows: list[tuple[Any, ...]]) -> str:
    """SQL for usage rows."""
    values = ", ".join(
        "(" + ", ".join("NULL" if v is None else f"'{v}'" for v in row) + ")" for row in rows
    )  # fmt: skip
    types = {c.name: c.type for c in TABLES["usage"].columns} | {"known_at": "TIMESTAMP"}
    cast = ", ".join(f"CAST({name} AS {types[name]}) AS {name}" for name in NAMES)
    cast += ", " + ", ".join(f"CAST(NULL AS {types[name]}) AS {name}" for name in UNSAID)
    return f"SELECT {cast} FROM (VALUES {values}) t({', '.join(NAMES)})"


MAYBE = st.sampled_from([None, "u", "ü", "00", "NA"])
ROW = st.tuples(
    st.sampled_from(["a", "A", "0", "é"]), st.integers(0, 5 * 86_400), MAYBE, MAYBE,
    st.decimals(0, Decimal("99999999999999.9999"), places=4), MAYBE, MAYBE, st.integers(0, 40 * 86_400),
)  # fmt: skip


@settings(max_examples=25)
@given(st.lists(ROW, min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_what_is_coded_is_read_again_and_order_moves_no_byte(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[Any, ...]], random: Any
) -> None:
    rows = [
        (a, START + timedelta(seconds=at), user, feature, quantity, event, contract, START + timedelta(seconds=at + late))
        for a, at, user, feature, quantity, event, contract, late in drawn
    ]  # fmt: skip
    shuffled = random.sample(rows, len(rows))
    con, one, two = duckdb.connect(), tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    digests = write_usage(con, rows_sql(rows), one)
    assert write_usage(con, rows_sql(shuffled), two) == digests
    assert table_bytes(one) == table_bytes(two)
    found = con.execute(f"SELECT {', '.join(NAMES)} FROM ({usage_view(one, digests)})").fetchall()
    assert sorted(found, key=repr) == sorted(rows, key=repr)


def test_threads_move_no_byte_and_row_groups_stay_small(tmp_path: Path) -> None:
    many = """SELECT 'a' || i * 31 % 700 AS account_id, TIMESTAMP '2024-05-01' + to_seconds(i * 7919 % 2600000) AS occurred_at,
        'u' || i % 11 AS user_id, 'f' || i % 5 AS feature, CAST(i % 3 AS DECIMAL(18,4)) AS quantity, NULL::VARCHAR AS event_id,
        NULL::VARCHAR AS contract_id, NULL::TIMESTAMP AS period_start, NULL::TIMESTAMP AS period_end, NULL::BIGINT AS active_users,
        occurred_at AS known_at FROM range(300000) t(i)"""
    written = []
    for threads in (1, 4):
        con = duckdb.connect()
        con.execute(f"SET threads = {threads}")
        write_usage(con, many, tmp_path / str(threads))
        written.append(table_bytes(tmp_path / str(threads)))
    assert written[0] == written[1]
    groups = pq.ParquetFile(tmp_path / "1" / "usage" / "2024-05.parquet").metadata
    assert groups.num_row_groups == 3
    first = groups.row_group(0).column(0).statistics
    assert (first.min, first.max < 700) == (1, True)


def test_a_book_whose_usage_all_lies_ahead_has_an_empty_table(both: Tables, tmp_path: Path) -> None:
    """As the proofs make it, who delete the future."""
    folder = copied(both, tmp_path)
    columns = list(read_table(folder, "usage").columns)
    file = folder / "book.json"
    file.write_text(
        json.dumps({**json.loads(file.read_text(encoding="utf-8")), "usage_parts": {}}), encoding="utf-8"
    )
    empty = read_table(folder, "usage")
    assert (len(empty), list(empty.columns)) == (0, columns)


def test_quantities_that_do_not_add_up_in_64_bits_are_refused(tmp_path: Path) -> None:
    usage = [
        {"account_id": "a", "occurred_at": f"2024-05-{day:02d}", "quantity": "99999999999999"}
        for day in range(1, 11)
    ]
    with pytest.raises(
        TableError, match=r"usage.quantity: account 'a' adds up to 999,999,999,999,990 .* larger unit"
    ):
        make_tables(
            tmp_path,
            {
                "accounts": [{"account_id": "a"}],
                "contracts": [term("a", "2024-01-01", "2025-01-01")],
                "usage": usage,
            },
        )
