"""One file of a raw view, made ready for DuckDB: what it holds is counted on the way, without DuckDB."""

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

import duckdb

from churnml.data.book import Dialect
from churnml.data.schema import TABLES, quoted
from churnml.ingest.held_rows import DAY, FILE, ROW, held
from churnml.ingest.raw.delimited import Header, header, rewrite, scan, signs
from churnml.ingest.raw.files import kind
from churnml.ingest.raw.text import PACKED, Count, FileError, utf8_pieces

CANONICAL = {column for table in TABLES.values() for column in table.names}
JSON = ("json", "jsonl", "ndjson")
LONG = 2_000_000  # bytes of a line, up to which DuckDB reads without being told


@dataclass(frozen=True)
class Part:
    """A file of a raw view. ``path`` holds it as DuckDB can read it, ``name`` is its place in the raw folder.

    ``records`` were counted without DuckDB; None where only DuckDB can count them (Parquet, a JSON array).
    """

    file: Path
    name: str
    kind: str
    path: Path
    dialect: Dialect
    header: Header | None = None
    lines: int | None = None
    records: int | None = None
    is_array: bool = False
    is_doubtful: bool = False  # spaces before a quote
    is_uneven: bool = False  # delimiters do not add up to the same number of fields in each record
    longest: int = 0
    keys: tuple[str, ...] = ()  # columns of a Parquet file that stand in its path
    dropped_keys: tuple[str, ...] = ()  # of these, the ones that nobody asks for


def open_part(file: Path, name: str, dialect: Dialect, copies: Path, asked: Collection[str] = ()) -> Part:
    """The part, read once from end to end if it is text; FileError where a person can see that it is wrong.

    ``asked`` are the words of the mapping's SQL, in small letters: a column that stands in the path of a Parquet file (``dt=2024-07-01/``)
    is there where it is named or canonical.
    """
    part = Part(file, name, kind(file), file, dialect)
    if part.kind == "parquet":
        if not file.stat().st_size:
            raise FileError("is empty")
        keys = tuple(re.findall(r"([^/=]+)=[^/]*/", name))
        dropped = tuple(key for key in keys if key.lower() not in CANONICAL and key.lower() not in asked)
        return replace(part, keys=keys, dropped_keys=dropped)
    is_json = part.kind in JSON
    is_copied = file.suffix.lower() in PACKED or dialect.encoding != "utf-8" or (is_json and _has_mark(file))
    path = copies / "text" / name if is_copied else file
    count = Count() if is_json else Count(dialect.quote, signs(dialect, part.kind)["delimiter"])
    columns, is_array, is_first, tail = None, False, True, b""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") if is_copied else nullcontext() as target:
        for piece in utf8_pieces(file, dialect.encoding):
            if target:
                target.write(piece)
            body = piece
            if is_first and is_json:
                is_array = piece.lstrip()[:1] == b"["
            elif is_first:
                columns = header(piece.decode("utf-8", errors="ignore"), dialect, part.kind)
                body = piece[columns.n_bytes :]
            if columns:
                tail = _refuse_second_header(tail + body, columns, count.lines)
            count.feed(body)
            is_first = False
    count.finish()
    return replace(
        part, path=path, header=columns, lines=count.lines + (columns.n_lines if columns else 0), is_array=is_array,
        records=None if is_array else count.records, is_doubtful=count.is_doubtful,
        is_uneven=columns is not None and count.delimiters != count.records * (columns.width - 1),
    )  # fmt: skip


def _has_mark(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(3) == b"\xef\xbb\xbf"


def _refuse_second_header(body: bytes, columns: Header, lines: int) -> bytes:
    """The end of the body, to be looked at with the next; FileError where the header's line comes again."""
    if len(columns.names) == 1:
        return b""
    longest = max(columns.names, key=len).encode().lower()
    found = columns.again.search(body) if longest in body.lower() else None
    if found:
        where = columns.n_lines + lines + body[: found.start() + 1].count(b"\n") + 1
        raise FileError(
            f"line {where} is the header again: two exports in one file? Delete that line, or keep them as two files of a folder"
        )
    return body[-2 * len(columns.text.encode()) - 8 :]


def hold(con: duckdb.DuckDBPyConnection, view: str, parts: Sequence[Part], days: Mapping[Path, date]) -> int:
    """The rows of a view's parts, after reading them into its table in order, each with its place, its file and that file's day.

    Parquet is left where it lies, and is not counted.
    """
    rows = rows_sql(con, parts, FILE)
    cases = " ".join(f"WHEN {quoted(part.file)} THEN DATE '{days[part.file]}'" for part in parts if days)
    day = f", CASE {FILE} {cases} END AS {DAY}" if days else ""
    if parts[0].kind == "parquet":
        con.execute(f"CREATE OR REPLACE VIEW {held(view)} AS SELECT *{day} FROM ({rows})")
        return 0
    files = ", ".join(sorted(quoted(part.file) for part in parts))
    found = con.execute(f"""CREATE OR REPLACE TABLE {held(view)} AS SELECT row_number() OVER () AS {ROW},
        * REPLACE (CAST({FILE} AS ENUM ({files})) AS {FILE}){day} FROM ({rows})""").fetchall()
    return int(found[0][0])


def rows_sql(con: duckdb.DuckDBPyConnection, parts: Sequence[Part], file_column: str = "") -> str:
    """SQL for the rows of a view's parts, in ``file_column`` (if it is named) each with the path of the file it stands in."""
    if parts[0].kind == "parquet":
        more = f", filename = {quoted(file_column)}" if file_column else ""
        keys, dropped = parts[0].keys, ", ".join(f'"{key}"' for key in parts[0].dropped_keys)
        is_asked = len(parts[0].dropped_keys) < len(keys)
        less = f" EXCLUDE ({dropped})" if dropped and is_asked else ""
        files = ", ".join(quoted(p.path) for p in parts)
        return f"SELECT *{less} FROM read_parquet([{files}], union_by_name = true, hive_partitioning = {is_asked}{more})"
    alike: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        columns = part.header and (part.header.names, part.header.above)
        alike.setdefault(
            (columns, part.dialect, part.is_array, part.path == part.file, part.longest), []
        ).append(part)
    selects = [_select(group, file_column) for group in alike.values()]
    if parts[0].kind not in JSON:
        return " UNION ALL BY NAME ".join(selects)
    objects = " UNION ALL ".join(selects)
    return f"SELECT {_json_columns(con, objects)}{', ' + file_column if file_column else ''} FROM ({objects})"


def _select(parts: Sequence[Part], file_column: str) -> str:
    """SQL for files that are read in the same way."""
    first = parts[0]
    more = f", filename = {quoted(file_column)}" if file_column else ""
    if first.header:
        if first.longest > LONG:
            more += f", max_line_size = {2 * first.longest}, buffer_size = {8 * first.longest}"
        source = scan(
            [p.path for p in parts],
            first.header.names,
            first.header.above,
            first.dialect,
            first.kind,
            more=more,
        )
    else:
        files, form = (
            ", ".join(quoted(p.path) for p in parts),
            "array" if first.is_array else "newline_delimited",
        )
        source = f"read_json_objects([{files}], format = '{form}', compression = 'none'{more})"
    if not file_column or first.path == first.file:
        return f"SELECT * FROM {source}"
    # A copy lies below its own folder as the file does below the raw folder.
    before, after = (len(str(first.path)) - len(first.name), str(first.file)[: -len(first.name)])
    return f"SELECT * REPLACE ({quoted(after)} || substr({file_column}, {before + 1}) AS {file_column}) FROM {source}"


def _json_columns(con: duckdb.DuckDBPyConnection, objects: str) -> str:
    """SQL for every key of JSON objects as text: DuckDB's own detection would guess dates and round long ids."""
    query = f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM ({objects}) ORDER BY key"
    keys = [row[0] for row in con.execute(query).fetchall()]
    escaped = [(key.replace("'", "''").replace('"', '\\"'), key.replace('"', '""')) for key in keys]
    return ", ".join(f'json ->> \'$."{path}"\' AS "{name}"' for path, name in escaped) or "json"


def settled(con: duckdb.DuckDBPyConnection, part: Part, copies: Path) -> Part:
    """The part with its records, in a form of which DuckDB reads exactly those; FileError where there is none."""
    if part.header is None:
        return _counted_by_duckdb(con, part)
    counted = counted_rows(con, [part])
    if (
        counted == part.records
        and not part.is_uneven
        and not (part.is_doubtful and _records_by_python(part) != counted)
    ):
        return part
    copy = copies / "rewritten" / part.name
    records, longest = rewrite(part.path, part.header, part.dialect, part.kind, copy)
    header, plain = replace(part.header, above=0), Dialect(delimiter=",")
    new = replace(part, path=copy, header=header, dialect=plain, records=records, longest=longest)
    counted = counted_rows(con, [new])
    if counted != records:
        raise FileError(f"cannot be read whole: {records} records by Python's csv, by DuckDB {counted}")
    return new


def counted_rows(con: duckdb.DuckDBPyConnection, parts: Sequence[Part]) -> int | str:
    """The rows that DuckDB reads of delimited files, or why it cannot read them."""
    try:
        return int(con.execute(f"SELECT count(*) FROM ({rows_sql(con, parts)})").fetchall()[0][0])
    except duckdb.Error as error:
        return _first_line(error)


def _counted_by_duckdb(con: duckdb.DuckDBPyConnection, part: Part) -> Part:
    if part.kind == "parquet":
        query = f"SELECT num_rows, 0, false FROM parquet_file_metadata({quoted(part.path)})"
    else:
        query = f"""SELECT count(*), count(*) FILTER (json_type(json) <> 'OBJECT'), count(*) = 1 AND bool_or(
            list_contains(json_type(json, '$.*'), 'ARRAY')) FROM ({_select([part], "")})"""
    try:
        records, others, is_wrapped = con.execute(query).fetchall()[0]
    except duckdb.Error as error:
        raise FileError(f"cannot be read: {_first_line(error)}") from None
    if others or is_wrapped:
        raise FileError(
            "is not an array of objects and not one object a line; export the rows alone, without what wraps them"
        )
    if part.records is not None and records != part.records:
        raise FileError(
            f"holds {part.records} lines that are not blank, of which DuckDB reads {records}; write one object a line"
        )
    return replace(part, records=records)


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0]


def _records_by_python(part: Part) -> int:
    assert part.header is not None
    with part.path.open(encoding="utf-8-sig", newline="") as lines:
        for _ in islice(lines, part.header.above):
            pass
        return sum(bool(row) for row in csv.reader(lines, **signs(part.dialect, part.kind))) - 1
