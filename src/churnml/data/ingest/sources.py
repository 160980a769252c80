"""Raw files to mapped tables: every raw file becomes a view in schema ``raw``, every ``<table>.sql`` one SELECT over them."""

import codecs
import difflib
import gzip
import hashlib
import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from churnml.data.ingest.deliveries import unite
from churnml.data.ingest.file_days import FILE, FILE_DAY, choose_rows, file_days, offer_days
from churnml.data.ingest.values.casting import written
from churnml.data.schema import USAGE, quoted
from churnml.errors import BookError

READERS = {
    ".csv": "read_csv([{files}], header = true, all_varchar = true, union_by_name = true{more})",
    ".csv.gz": "read_csv([{files}], header = true, all_varchar = true, union_by_name = true{more})",
    ".parquet": "read_parquet([{files}], union_by_name = true{more})",
    ".jsonl": "read_json_objects([{files}], format = 'newline_delimited'{more})",
}
CHUNK = 1 << 20  # bytes of text looked at together


def open_raw(con: duckdb.DuckDBPyConnection, raw: Path) -> list[str]:
    """Notices from opening the raw folder; schema ``raw`` then holds a view per file and per sub-folder of parts.

    CSV columns stay text, so that ``00123`` keeps its zeros and an account called NA stays an account. A part delivered twice
    (the same bytes under two names) is read once, and so are the rows that another part of the folder delivers again. Raises
    BookError where the folder is missing or holds nothing readable; it names every file that cannot be read at once.
    """
    if not raw.is_dir():
        raise BookError(
            f"raw folder '{raw}' does not exist. Set book.raw in params.yaml to the folder that holds the raw files."
        )
    con.execute("CREATE SCHEMA raw")
    notices: list[str] = []
    views = _views(raw)
    if not views:
        raise BookError(f"raw folder '{raw}' holds no {', '.join(READERS)} file.")
    faults: list[str] = []
    for name, parts in views.items():
        once, repeated = _once(parts)
        notices += [
            f"{name}: '{again.name}' repeats '{first.name}' byte for byte; read once"
            for again, first in repeated
        ]
        faults += _create_view(con, name, once, raw)
        if len(once) > 1 and not faults:
            faults += _unite(con, name, once, raw, notices)
        if (days := file_days(parts, raw)) and not faults:
            offer_days(con, name, _select(con, parts, with_file=True), days)
    if faults:
        raise BookError.of(f"raw folder '{raw}' cannot be read, {len(faults)} fault(s):", faults)
    return notices


def run_mapping(con: duckdb.DuckDBPyConnection, sql_file: Path) -> None:
    """Creates table ``mapped.<table>`` from the book's SELECT, its text trimmed and NULL where blank.

    BookError says DuckDB's own words, and what the raw views concerned hold.
    """
    con.execute("CREATE SCHEMA IF NOT EXISTS mapped")
    sql = sql_file.read_text(encoding="utf-8").strip().rstrip(";")
    try:
        choose_rows(con, sql, is_by_day=True)
        described = con.execute(f"DESCRIBE {sql}").fetchall()
        if not _is_by_day(sql, {row[0] for row in described}, sql_file.stem):
            choose_rows(con, sql, is_by_day=False)
            described = con.execute(f"DESCRIBE {sql}").fetchall()
        columns = ", ".join(written(row[0], row[1]) for row in described)
        con.execute(f'CREATE TABLE mapped."{sql_file.stem}" AS SELECT {columns} FROM ({sql}\n)')
    except duckdb.Error as error:
        hint = _hint(con, sql, str(error))
        raise BookError(f"{sql_file.parent.name}/{sql_file.name}: {_first_line(error)}{hint}") from None


def _is_by_day(sql: str, columns: set[str], table: str) -> bool:
    """Whether a mapping tells rows apart by their file's day. Of usage without ids no row is a version of another."""
    if FILE_DAY in sql.lower():
        return True
    return FILE_DAY in columns and (table != USAGE.name or USAGE.key[0] in columns)


def _suffix(path: Path) -> str:
    return next((s for s in READERS if path.is_file() and path.name.lower().endswith(s)), "")


def _view(path: Path) -> str:
    stem = path.name[: -len(_suffix(path))] if _suffix(path) else path.name
    return "".join(c if c.isalnum() else "_" for c in stem.lower())


def _views(raw: Path) -> dict[str, list[Path]]:
    """The files of each view; BookError where two sources would share a name, or a folder mixes kinds of files."""
    views: dict[str, list[Path]] = {}
    faults = []
    for path in sorted(raw.iterdir()):
        parts = [path] if _suffix(path) else sorted(filter(_suffix, path.rglob("*"))) if path.is_dir() else []
        kinds = sorted({_suffix(part).removesuffix(".gz") for part in parts})
        if len(kinds) > 1:
            faults.append(f"folder '{path.name}' mixes {' and '.join(kinds)} files; keep one kind a folder")
        if parts and _view(path) in views:
            faults.append(
                f"'{views[_view(path)][0].relative_to(raw)}' and '{path.name}' would both be raw.{_view(path)}; rename one"
            )
        if parts:
            views[_view(path)] = parts
    if faults:
        raise BookError.of(f"raw folder '{raw}' cannot be read, {len(faults)} fault(s):", faults)
    return views


def _once(parts: Sequence[Path]) -> tuple[list[Path], list[tuple[Path, Path]]]:
    """Parts with different bytes, and the (repeat, first) pairs left out."""
    seen: dict[str, Path] = {}
    repeated = []
    for part in parts if len(parts) > 1 else []:
        with part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest in seen:
            repeated.append((part, seen[digest]))
        else:
            seen[digest] = part
    return (list(seen.values()) or list(parts)), repeated


def _create_view(con: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Path], raw: Path) -> list[str]:
    """Why the view of these parts could not be made, a fault for each part to blame; nothing where it was made."""
    faults = [f"'{part.relative_to(raw)}' {fault}" for part in parts if (fault := _fault(part))]
    if faults:
        return faults
    try:
        con.execute(f'CREATE VIEW raw."{name}" AS {_select(con, parts)}')
    except duckdb.Error as error:
        blamed = {part: said for part in parts if (said := _refusal(con, part))} or {
            parts[0]: _first_line(error)
        }
        return [f"cannot read '{part.relative_to(raw)}': {said}" for part, said in blamed.items()]
    return []


def _unite(
    con: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Path], raw: Path, notices: list[str]
) -> list[str]:
    """Why the parts could not be read whole, nothing where they could; the view counts what they repeat once, and notices say so."""
    try:
        rows = _select(con, parts, with_file=True)
        notices += unite(con, name, rows, raw / parts[0].relative_to(raw).parts[0])
    except duckdb.Error as error:
        named = [part for part in parts if str(part) in str(error)] or [parts[0].parent]
        said = " ".join(str(error).split("Possible fixes")[0].split())
        return [f"cannot read all rows of '{named[0].relative_to(raw)}': {said}"]
    return []


def _select(con: duckdb.DuckDBPyConnection, parts: Sequence[Path], *, with_file: bool = False) -> str:
    """SQL for the rows of some parts, ``with_file`` each with the path of the part it stands in."""
    reader, files = READERS[_suffix(parts[0])], ", ".join(map(quoted, parts))
    source = reader.format(files=files, more=f", filename = '{FILE}'" if with_file else "")
    if _suffix(parts[0]) != ".jsonl":
        return f"SELECT * FROM {source}"
    return f"SELECT {_json_columns(con, source)}{', ' + FILE if with_file else ''} FROM {source}"


def _refusal(con: duckdb.DuckDBPyConnection, part: Path) -> str:
    """DuckDB's words on a part that it cannot open alone; nothing where it can."""
    try:
        con.sql(_select(con, [part]))
    except duckdb.Error as error:
        return _first_line(error)
    return ""


def _fault(part: Path) -> str:
    """What a person can see is wrong with a file: it is empty, or no UTF-8 text; nothing where neither is so.

    DuckDB looks at the beginning of a CSV file only, and would take an empty one for a table of no column.
    """
    suffix = _suffix(part)
    if suffix != ".jsonl" and not part.stat().st_size:
        return "is empty"
    if suffix == ".parquet":
        return ""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    try:
        with gzip.open(part) if suffix.endswith(".gz") else part.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                decoder.decode(chunk)
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        # The bytes it failed on may begin with the end of the chunk before: a part of one letter, so no line.
        line += error.object.count(b"\n", 0, error.start)
        return f"is not UTF-8 text (line {line}); save it as UTF-8"
    except (EOFError, gzip.BadGzipFile, zlib.error):
        return "is damaged: it does not unpack; export it again"
    return ""


def _hint(con: duckdb.DuckDBPyConnection, sql: str, said: str) -> str:
    """The nearest name to the one that is not there, and the names that are: columns of the views used, and the views."""
    query = "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE schema_name = 'raw' GROUP BY 1"
    views: dict[str, list[str]] = dict(sorted(con.execute(query).fetchall()))
    used = {name.lower() for name in re.findall(r'\braw\s*\.\s*"?(\w+)', sql)}
    concerned = {name: columns for name, columns in views.items() if name in used}
    there = f" (raw views: {', '.join(views)})"
    column = re.search(r'(?:Referenced column|column named) "([^"]+)"', said)
    if column and concerned:
        known = [name for columns in concerned.values() for name in columns]
        listed = "; ".join(f"raw.{name} has {', '.join(columns)}" for name, columns in concerned.items())
        return f"{_nearest(column[1], known)} ({listed}){there}"
    table = re.search(r"Table with name (\w+) does not exist", said)
    return f"{_nearest(table[1], list(views)) if table else ''}{there}"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean '{near[0]}'?" if near else ""


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


def _json_columns(con: duckdb.DuckDBPyConnection, source: str) -> str:
    """SQL for every key of JSON lines as text: DuckDB's own detection would guess dates and round long ids."""
    keys = [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {source} ORDER BY key"
        ).fetchall()
    ]
    escaped = [(key.replace("'", "''").replace('"', '\\"'), key.replace('"', '""')) for key in keys]
    return ", ".join(f'json ->> \'$."{path}"\' AS "{name}"' for path, name in escaped) or "json"
