"""What ``churnml check`` costs beside a bare read of the same files: 90,000 subscriptions and 2.5 M events, in CPU seconds.

``python -m benchmarks.check_cost`` makes the raw folder in a temporary place. A bare read is DuckDB reading every field of the same files
as text, by the same declared dialect, into tables; Python's csv stands beside it for scale.
"""

import csv
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from churnml.data.book import BookSettings, Dialect
from churnml.ingest.ingest import ingest_book
from churnml.ingest.raw.delimited import header, scan
from churnml.params.root import load_params

ACCOUNTS, TERMS, EVENTS, MONTHS = 30_000, 3, 2_500_000, 24
STARTS = f"DATE '2021-01-01' + CAST(i % {ACCOUNTS} * 7 % 700 AS INT)"
TABLES = {
    "accounts": f"""SELECT 'A' || lpad(i::VARCHAR, 6, '0') AS account_id, 'Account, ' || i AS name, {STARTS} AS created_at,
        ['SMB', 'Mid', 'Ent'][1 + i % 3] AS segment FROM range({ACCOUNTS}) t(i)""",
    "contracts": f"""SELECT 'S' || lpad(i::VARCHAR, 7, '0') AS contract_id, 'A' || lpad((i % {ACCOUNTS})::VARCHAR, 6, '0') AS account_id,
        CAST({STARTS} + to_years(CAST(i // {ACCOUNTS} AS INT)) AS DATE) AS start_date,
        CAST({STARTS} + to_years(CAST(i // {ACCOUNTS} + 1 AS INT)) AS DATE) AS end_date, 1200 + i % {ACCOUNTS} * 37 % 9000 AS arr,
        1 + i % 50 AS seats, ['basic', 'pro', 'ent'][1 + i % 3] AS plan, 'USD' AS currency FROM range({ACCOUNTS * TERMS}) t(i)""",
}
EVENT = f"""SELECT 'A' || lpad((hash(i) % {ACCOUNTS})::VARCHAR, 6, '0') AS account_id,
    TIMESTAMP '2022-12-01' + to_seconds(CAST(hash(i + 7) % {MONTHS * 30 * 86_400} AS BIGINT)) AS occurred_at,
    'u' || (hash(i * 3) % 200000) AS user_id, ['login', 'export', 'report', 'api', 'board'][1 + CAST(hash(i * 5) % 5 AS INT)] AS feature,
    1 + hash(i * 11) % 20 AS quantity, 'e' || i AS event_id FROM range({EVENTS}) t(i)"""


def main() -> None:
    """Prints CPU seconds of each, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        raw, mapping = Path(folder) / "raw", Path(folder) / "book"
        _write(raw, mapping)
        settings = BookSettings.model_validate({"last_day": "2024-11-21", "static": ["segment"]})
        params = load_params(Path("params.yaml"))
        rows, n_files = _rows(raw), sum(map(len, _files(raw).values()))
        bare = _cpu(lambda: _bare_read(raw))
        python = _cpu(lambda: _python_read(raw))
        check = _cpu(
            lambda: ingest_book(
                raw,
                mapping,
                settings,
                params.ingest,
                Path(folder) / "t",
                Path(folder) / "q",
                with_usage=False,
            )
        )
    print(f"{rows:,} rows in {n_files} files; CPU seconds:")
    print(f"bare read (DuckDB, every field)  {bare:6.1f}")
    print(f"Python's csv                     {python:6.1f}")
    print(f"churnml check                    {check:6.1f}  = {check / bare:.1f} times the bare read")


def _write(raw: Path, mapping: Path) -> None:
    (raw / "events").mkdir(parents=True)
    mapping.mkdir()
    con = duckdb.connect()
    for name, sql in TABLES.items():
        con.execute(f"COPY ({sql}) TO '{raw / name}.csv' (HEADER)")
        (mapping / f"{name}.sql").write_text(f"SELECT * FROM raw.{name}\n", encoding="utf-8")
    (mapping / "usage.sql").write_text("SELECT * FROM raw.events\n", encoding="utf-8")
    con.execute(f"CREATE TABLE events AS {EVENT}")
    months = con.execute("SELECT DISTINCT strftime(occurred_at, '%Y-%m') FROM events").fetchall()
    for (month,) in months:
        rows = f"SELECT * FROM events WHERE strftime(occurred_at, '%Y-%m') = '{month}'"
        con.execute(f"COPY ({rows}) TO '{raw / 'events' / month}.csv' (HEADER)")


def _files(raw: Path) -> dict[str, list[Path]]:
    """The files of each table."""
    return {
        entry.stem: sorted(entry.glob("*.csv")) if entry.is_dir() else [entry]
        for entry in sorted(raw.iterdir())
    }


def _bare_read(raw: Path) -> None:
    con = duckdb.connect()
    for name, files in _files(raw).items():
        columns = header(files[0].open(encoding="utf-8").readline(), Dialect(), "csv").names
        con.execute(f"CREATE TABLE {name} AS SELECT * FROM {scan(files, columns, 0, Dialect(), 'csv')}")


def _python_read(raw: Path) -> None:
    _rows(raw)


def _rows(raw: Path) -> int:
    rows = 0
    for files in _files(raw).values():
        for file in files:
            with file.open(encoding="utf-8", newline="") as stream:
                rows += sum(1 for _ in csv.reader(stream)) - 1
    return rows


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
