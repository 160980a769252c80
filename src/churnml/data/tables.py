"""The one door to the canonical tables: a feature sees a row only through ``known_at < as_of``.

``Tables.known`` joins a table to snapshots. It lets through rows known before each snapshot's as-of date, each in the version that stood
then, and hides, within them, every value that was revealed later: a ticket's ``resolved_at`` is NULL until the day after it was resolved.

Two times are kept: when a thing was so (``cancelled_at``) and when it was recorded. The view ``contracts`` holds what stands today, for
hindsight; ``contracts_versions`` all that ever stood, each row with its ``known_at`` and ``superseded_at``, for what was known on a day.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from churnml.data.first_days import FirstDays
from churnml.data.schema import KNOWN_AT, MOMENT, SUPERSEDED_AT, TABLES, TEXT, Table, quoted
from churnml.data.usage_parts import PARTS, PERIODS, Kind, code_file, part_file, usage_files, usage_view
from churnml.errors import TableError

HEADER = ("book", "last_day", "static", "columns", "usage_parts", "first_days")
VERSIONS = "{}_versions"
"""The view of a table's versions, by the table's name."""

NO_PRICES = "no prices: every account counts alike"
"""What is said of a book whose contracts give no ARR."""

ATTRIBUTES = ("name", "segment", "industry", "region", "csm", "crm_id")


@dataclass(frozen=True)
class Tables:
    """The canonical tables of one book, in a folder of Parquet files that ``ingest_book`` wrote.

    ``daily`` is where usage is kept by account and day, if it is: it saves reading parts again, and changes no value.
    """

    folder: Path
    daily: Path | None = None

    def __post_init__(self) -> None:
        if not (self.folder / "book.json").is_file():
            raise TableError(
                f"no canonical tables in '{self.folder}'; run the ingest stage first (dvc repro ingest)."
            )
        faults = [f"book.json lacks '{name}'" for name in HEADER if name not in self.header]
        faults = faults or self._faults()
        if faults:
            raise TableError.of(
                f"the canonical tables in '{self.folder}' are damaged or of an older layout; run dvc repro ingest:",
                faults,
            )

    def _faults(self) -> list[str]:
        files: dict[str, Sequence[str]] = {
            f"{n}.parquet": [*TABLES[n].names, KNOWN_AT.name, SUPERSEDED_AT.name]
            for n in self.given()
            if n != PARTS
        }
        files |= usage_files(self.usage_digests()) if self.has(PARTS) else {}
        con = duckdb.connect()
        found = {file: _fault(con, self.folder / file, columns) for file, columns in files.items()}
        return [f"{file} {fault}" for file, fault in found.items() if fault]

    @property
    def header(self) -> dict[str, object]:
        """What ingest recorded: the book's name, its last day, its static attributes and the check."""
        try:
            content: dict[str, object] = json.loads((self.folder / "book.json").read_text(encoding="utf-8"))
        except ValueError:
            raise TableError(f"'{self.folder / 'book.json'}' is no JSON; run dvc repro ingest.") from None
        return content

    @property
    def book(self) -> str:
        """The book's name."""
        return str(self.header["book"])

    @property
    def last_day(self) -> date:
        """The day the export was drawn (exclusive): nothing on or after it is known."""
        return date.fromisoformat(str(self.header["last_day"]))

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """The accounts that only refused contract rows hold, largest ARR first: ``account_id``, ``arr`` as written, ``reason``."""
        check: dict[str, Any] = self.header.get("check", {})  # type: ignore[assignment]
        found: list[dict[str, Any]] = check.get("left_out", [])
        return found

    @property
    def mapping(self) -> str:
        """The digest of the mapping that made these tables; empty where it was not recorded."""
        return str(self.header.get("mapping", ""))

    @property
    def is_priced(self) -> bool:
        """Whether the contracts give their ARR; where they do not, each live account weighs 1, however many terms it holds."""
        columns: dict[str, list[str]] = self.header["columns"]  # type: ignore[assignment]
        return "arr" in columns["contracts"]

    def has(self, table: str) -> bool:
        """Whether the book has that table."""
        if table == PARTS:
            return PARTS in self.given()
        return (self.folder / f"{table}.parquet").is_file()

    @property
    def static(self) -> set[str]:
        """The undated columns that the book declares never to change."""
        static: list[str] = self.header["static"]  # type: ignore[assignment]
        return set(static)

    def given(self) -> dict[str, set[str]]:
        """The columns a feature may read, by table: those with at least one value that is dated or static."""
        columns: dict[str, list[str]] = self.header["columns"]  # type: ignore[assignment]
        return readable(columns, self.static)

    def first_days(self) -> FirstDays:
        """When each table, and each column of usage that names someone or something, could first have shown something."""
        steps: FirstDays = self.header["first_days"]  # type: ignore[assignment]
        return steps

    def usage_digests(self) -> dict[str, str]:
        """The SHA-256 of each month's part of usage, by month (``2024-05``), as ingest recorded it; none without usage."""
        digests: dict[str, str] = self.header["usage_parts"]  # type: ignore[assignment]
        return dict(sorted(digests.items()))

    def usage_parts(self) -> dict[str, Path]:
        """The file of each month's part of usage, by month in order of time; none without usage."""
        return {month: self.folder / part_file(month) for month in self.usage_digests()}

    def usage_periods(self) -> pd.DataFrame:
        """The periods that rows of usage sum up: ``account_id``, ``first_day``, ``end_day`` (exclusive), ``known_day``; none of a book of events."""
        return pd.read_parquet(self.folder / PERIODS)

    def usage_code_file(self, kind: Kind) -> Path:
        """The file that says what usage's codes of ``accounts``, ``users`` or ``features`` mean."""
        return self.folder / code_file(kind)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A DuckDB connection with a view for each table as it stands today, and one of its versions."""
        con = duckdb.connect()
        con.execute("SET TimeZone = 'UTC'")
        con.execute(account_arr_macro(self.is_priced))
        for name in filter(self.has, TABLES):
            path = quoted(self.folder / f"{name}.parquet")
            if name == PARTS:
                con.execute(f'CREATE VIEW "{name}" AS {usage_view(self.folder, self.usage_digests())}')
                continue
            con.execute(f'CREATE VIEW "{VERSIONS.format(name)}" AS FROM read_parquet({path})')
            con.execute(newest(name))
        return con

    def known(self, table: str, reach_days: int | None = None) -> str:
        """SQL for a table's rows as each row of ``snapshots`` could have known them.

        ``reach_days`` leaves out rows that happened longer ago. Usage that comes by periods is looked at from the end of the last one,
        ``as_of``, with what is known today, ``known_by``. The result has the snapshot's ``snapshot``, ``as_of`` and
        ``renewal`` beside the table's columns.
        """
        schema = TABLES[table]
        # Of usage only the newest versions are kept, each known from its own date.
        rows, stood = (
            (table, "t.known_at < s.known_by")
            if table == PARTS
            else (VERSIONS.format(table), stood_on("s.as_of", "t."))
        )
        reach = f"AND t.clock >= s.as_of - INTERVAL {reach_days} DAY" if reach_days is not None else ""
        return (
            f"SELECT s.snapshot, s.as_of, s.renewal, {', '.join(self._revealed(schema))} "
            f'FROM snapshots s JOIN "{rows}" t ON t.account_id = s.account_id AND {stood} {reach}'
        )

    def _revealed(self, schema: Table) -> Iterable[str]:
        static = self.static
        for column in schema.columns:
            name = column.name
            if column.is_undated and name not in static:
                # Today's value may have been set after the outcome; only a dated row may tell it.
                dated = "t.valid_from IS NOT NULL" if "valid_from" in schema.names else "false"
                yield f"CASE WHEN {dated} THEN t.{name} END AS {name}"
            elif column.revealed_by:
                stands = f" AND (t.{column.voided_by} < s.as_of) IS NOT true" if column.voided_by else ""
                yield f"CASE WHEN t.{column.revealed_by} < s.as_of{stands} THEN t.{name} END AS {name}"
            elif column.moved_by:
                until, moment = column.moved_by
                yield f"CASE WHEN t.{moment} >= s.as_of THEN t.{until} ELSE t.{name} END AS {name}"
            else:
                yield f"t.{name}"
        yield "t.clock"

    def accounts(self, as_of: date) -> pd.DataFrame:
        """Names and attributes of all accounts as they stood on a day, for people to read; one row an account."""
        columns = ", ".join(("account_id", *ATTRIBUTES))
        return (
            self.connect()
            .execute(f"""
            SELECT {columns} FROM (SELECT *, {stood_on(f"TIMESTAMP '{as_of}'")} AS stood FROM accounts_versions)
            WHERE stood OR valid_from IS NULL
            QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY stood DESC, clock DESC, known_at) = 1 ORDER BY account_id""")
            .df()
        )


def account_arr_macro(is_priced: bool) -> str:
    """SQL that makes ``account_arr(total)``, an account's ARR from the sum over its terms: at most 1 in a book without prices."""
    return f"CREATE MACRO account_arr(total) AS {'total' if is_priced else 'least(total, 1)'}"


def stood_on(day: str, prefix: str = "") -> str:
    """SQL for whether a version of a row is the one that stood in the records on a day; ``day`` is SQL for its first moment.

    >>> stood_on("s.as_of", "t.")
    '(t.known_at < s.as_of AND (t.superseded_at IS NULL OR t.superseded_at >= s.as_of))'
    """
    superseded = f"{prefix}{SUPERSEDED_AT.name}"
    return f"({prefix}known_at < {day} AND ({superseded} IS NULL OR {superseded} >= {day}))"


def newest(table: str) -> str:
    """SQL that makes the view of a table as it stands today from that of its versions."""
    return f'CREATE VIEW "{table}" AS SELECT * EXCLUDE {SUPERSEDED_AT.name} FROM "{VERSIONS.format(table)}" WHERE {SUPERSEDED_AT.name} IS NULL'


def _fault(con: duckdb.DuckDBPyConnection, file: Path, columns: Sequence[str]) -> str | None:
    if not file.is_file():
        return "is missing"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(file)})").fetchall()
    except duckdb.Error:
        return "cannot be read"
    lacking = set(columns) - {row[0] for row in described}
    return f"lacks column {', '.join(sorted(lacking))}" if lacking else None


def readable(columns: Mapping[str, Collection[str]], static: Collection[str]) -> dict[str, set[str]]:
    """Of the columns that hold a value, by table, those a feature may read: dated, or declared ``static``."""
    hidden = {name: {c.name for c in TABLES[name].columns if c.is_undated} - set(static) for name in columns}
    return {
        name: set(found) - (set() if "valid_from" in found else hidden[name])
        for name, found in columns.items()
    }


def register_snapshots(con: duckdb.DuckDBPyConnection, snapshots: pd.DataFrame) -> None:
    """Puts snapshots where the door finds them: table ``snapshots`` with a number, account, as-of date and renewal each.

    Usage is known by ``known_by``, where they have such a column, else by their as-of date.
    """
    frame = snapshots[["account_id", "as_of", "renewal"]].reset_index(drop=True)
    frame["known_by"] = snapshots.get("known_by", snapshots["as_of"]).to_numpy()
    frame.insert(0, "snapshot", range(len(frame)))
    con.register("snapshot_frame", frame)
    con.execute(f"""CREATE OR REPLACE TABLE snapshots AS SELECT CAST(snapshot AS INTEGER) AS snapshot, CAST(account_id AS {TEXT}) AS
        account_id, CAST(as_of AS {MOMENT}) AS as_of, CAST(renewal AS {MOMENT}) AS renewal,
        CAST(known_by AS {MOMENT}) AS known_by FROM snapshot_frame""")
    con.unregister("snapshot_frame")
