"""Raw files to mapped tables: every raw file becomes a view in schema ``raw``, every ``<table>.sql`` one SELECT over them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from churnml.errors import BookError

READERS = {
    ".csv": "read_csv([{files}], header = true, all_varchar = true, union_by_name = true)",
    ".csv.gz": "read_csv([{files}], header = true, all_varchar = true, union_by_name = true)",
    ".parquet": "read_parquet([{files}], union_by_name = true)",
    ".jsonl": "read_json_objects([{files}], format = 'newline_delimited')",
}


def open_raw(con: duckdb.DuckDBPyConnection, raw: Path) -> list[str]:
    """Notices from opening the raw folder; schema ``raw`` then holds a view per file and per sub-folder of parts.

    CSV columns stay text, so that ``00123`` keeps its zeros and an account called NA stays an account. A part delivered twice
    (the same bytes under two names) is read once. Raises BookError where the folder is missing or holds nothing readable.
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
    for name, parts in views.items():
        once, repeated = _once(parts)
        notices += [
            f"{name}: '{again.name}' repeats '{first.name}' byte for byte; read once"
            for again, first in repeated
        ]
        _create_view(con, name, once)
    return notices


def run_mapping(con: duckdb.DuckDBPyConnection, sql_file: Path) -> None:
    """Creates table ``mapped.<table>`` from the book's SELECT; BookError with DuckDB's own words where it fails."""
    table = sql_file.stem
    con.execute("CREATE SCHEMA IF NOT EXISTS mapped")
    try:
        con.execute(
            f'CREATE TABLE mapped."{table}" AS {sql_file.read_text(encoding="utf-8").strip().rstrip(";")}'
        )
    except duckdb.Error as error:
        views = [
            row[0]
            for row in con.execute(
                "SELECT view_name FROM duckdb_views() WHERE schema_name = 'raw' ORDER BY 1"
            ).fetchall()
        ]
        first = str(error).strip().splitlines()[0]
        raise BookError(
            f"{sql_file.parent.name}/{sql_file.name}: {first} (raw views: {', '.join(views)})"
        ) from None


def quoted(path: Path) -> str:
    """A path as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"


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


def _create_view(con: duckdb.DuckDBPyConnection, name: str, parts: Sequence[Path]) -> None:
    files = ", ".join(map(quoted, parts))
    source = READERS[_suffix(parts[0])].format(files=files)
    try:
        columns = _json_columns(con, source) if _suffix(parts[0]) == ".jsonl" else "*"
        con.execute(f'CREATE VIEW raw."{name}" AS SELECT {columns} FROM {source}')
    except duckdb.Error as error:
        raise BookError(f"cannot read '{parts[0].name}': {str(error).strip().splitlines()[0]}") from None


def _json_columns(con: duckdb.DuckDBPyConnection, source: str) -> str:
    """SQL for every key of JSON lines as text: DuckDB's own detection would guess dates and round long ids."""
    keys = [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT unnest(json_keys(json)) AS key FROM {source} ORDER BY key"
        ).fetchall()
    ]
    quoted = [(key.replace("'", "''").replace('"', '\\"'), key.replace('"', '""')) for key in keys]
    return ", ".join(f'json ->> \'$."{path}"\' AS "{name}"' for path, name in quoted) or "json"
