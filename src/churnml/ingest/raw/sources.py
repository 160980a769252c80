"""Raw files to views: schema ``raw`` holds one for each file and each sub-folder of parts, and every record of theirs is accounted for."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from churnml.data.book import Files
from churnml.errors import BookError
from churnml.ingest.raw.deliveries import unite
from churnml.ingest.raw.file_days import FILE, file_days, is_by_day, offer_days
from churnml.ingest.raw.files import raw_files
from churnml.ingest.raw.parts import Part, again_part, counted_rows, open_part, rows_sql, settled
from churnml.ingest.raw.text import FileError


@dataclass
class Raw:
    """What was opened: each view's parts, the parts that repeat another byte for byte, and notices; ``unread`` views were not asked for.

    ``empty`` names the files of views that have none, since every file of theirs holds not a byte; ``united`` are views whose files share rows.
    """

    parts: dict[str, list[Part]] = field(default_factory=dict)
    repeats: dict[str, list[tuple[Part, Part]]] = field(default_factory=dict)
    digests: dict[Path, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    empty: dict[str, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    united: set[str] = field(default_factory=set)

    @property
    def paths(self) -> list[Path]:
        """The files that the views read."""
        again = [part for repeats in self.repeats.values() for part, _ in repeats]
        return [part.path for part in (*again, *(part for parts in self.parts.values() for part in parts))]

    def rows(self, con: duckdb.DuckDBPyConnection, view: str) -> int:
        """The rows of ``raw.<view>`` as the mapping that was run last sees them, counted anew only where files share rows."""
        parts, repeats = self.parts.get(view, []), [part for part, _ in self.repeats.get(view, [])]
        if view in self.united:
            return int(con.execute(f'SELECT count(*) FROM raw."{view}"').fetchall()[0][0])
        return sum(part.records or 0 for part in (*parts, *(repeats if is_by_day(con, view) else ())))

    def records(self) -> dict[str, dict[str, object]]:
        """By file that is read: its view, bytes, digest, lines, records, and the rows that were read of it."""
        found: dict[str, dict[str, object]] = {}
        for view, parts in self.parts.items():
            for part, read in [
                *((part, part.records) for part in parts),
                *((part, 0) for part, _ in self.repeats[view]),
            ]:
                found[part.name] = {"view": view, "bytes": part.file.stat().st_size, "sha256": self.digests[part.file],
                                    "lines": part.lines, "records": part.records, "read": read}  # fmt: skip
        return found


def open_raw(
    con: duckdb.DuckDBPyConnection,
    raw: Path,
    copies: Path,
    files: Files | None = None,
    only: Collection[str] | None = None,
    asked: Collection[str] = (),
) -> Raw:
    """The raw folder, opened; schema ``raw`` then holds a view per file and per sub-folder of parts (``only`` those, if they are named).

    ``asked`` are the words of the mapping's SQL, by which columns in the paths of Parquet files are there or not.

    Columns of text files stay text, so that ``00123`` keeps its zeros and an account called NA stays an account. A part delivered
    twice (the same bytes under two names) is read once, and so are the rows that another part of the folder delivers again. What
    DuckDB cannot read as it is, is copied to ``copies``. Raises BookError that names every file that cannot be read, and why.
    """
    files = files or Files()
    folder = raw_files(raw, files)
    con.execute("CREATE SCHEMA raw")
    opened = Raw(
        notices=folder.notices,
        unread=[name for name in folder.views if only is not None and name not in only],
    )
    faults = folder.faults
    for name, paths in folder.views.items():
        if name in opened.unread:
            continue
        if not any(path.stat().st_size for path in paths):
            opened.empty[name] = _place(paths, raw)
        else:
            faults += _open_view(con, name, paths, raw, copies, files, opened, asked)
    opened.notices += [
        f"{_place(folder.views[name], raw)}: no mapping reads raw.{name}" for name in opened.unread
    ]
    if faults:
        raise BookError.of(f"raw folder '{raw}' cannot be read, {len(faults)} fault(s):", faults)
    return opened


def _open_view(
    con: duckdb.DuckDBPyConnection,
    view: str,
    paths: Sequence[Path],
    raw: Path,
    copies: Path,
    files: Files,
    opened: Raw,
    asked: Collection[str],
) -> list[str]:
    """Why the view could not be made, a fault for each part to blame; nothing where it was made."""
    opened_parts: list[Part] = []
    faults: list[str] = []
    first: dict[str, str] = {}
    again: list[tuple[Path, str]] = []
    for path in paths:
        name = str(path.relative_to(raw))
        try:
            digest = opened.digests[path] = _digest(path)
            if first.setdefault(digest, name) != name:
                again.append((path, first[digest]))
            else:
                opened_parts.append(open_part(path, name, files.dialect(view), copies, asked))
        except FileError as fault:
            faults.append(f"'{name}' {fault.in_book(view)}")
    parts, more = _settle(con, opened_parts, view, copies)
    faults += more
    by_name = {part.name: part for part in parts}
    repeats = [
        (again_part(by_name[name], path, raw, copies), by_name[name])
        for path, name in again
        if name in by_name
    ]
    opened.parts[view], opened.repeats[view] = parts, repeats
    opened.notices += [
        f"'{part.name}': {notice}" for part in parts if part.header for notice in part.header.notices
    ]
    opened.notices += [
        f"{view}: '{part.file.name}' repeats '{same.file.name}' byte for byte ({same.records:,} rows); read once"
        for part, same in repeats
    ]
    return faults or _create(con, view, parts, [part for part, _ in repeats], raw, opened)


def _settle(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Part], view: str, copies: Path
) -> tuple[list[Part], list[str]]:
    """Parts of which DuckDB reads exactly the records that they hold, and the faults of the others."""
    plain = [part for part in parts if part.header and not part.is_doubtful and not part.is_uneven]
    if (
        plain
        and len(plain) == len(parts)
        and counted_rows(con, parts) == sum(part.records or 0 for part in parts)
    ):
        return list(parts), []
    found, faults = [], []
    for part in parts:
        try:
            found.append(settled(con, part, copies))
        except FileError as fault:
            faults.append(f"'{part.name}' {fault.in_book(view)}")
    return found, faults


def _create(
    con: duckdb.DuckDBPyConnection,
    view: str,
    parts: Sequence[Part],
    repeats: Sequence[Part],
    raw: Path,
    opened: Raw,
) -> list[str]:
    """Why the parts do not make one view; notices of rows that are counted once where they do."""
    try:
        con.execute(f'CREATE VIEW raw."{view}" AS {rows_sql(con, parts)}')
        if len(parts) > 1:
            again = unite(con, view, rows_sql(con, parts, FILE), raw / Path(parts[0].name).parts[0])
            opened.notices += again
            opened.united |= {view} if again else set()
        every = sorted((*parts, *repeats), key=lambda part: part.name)
        if days := file_days([part.file for part in every], raw):
            offer_days(con, view, rows_sql(con, every, FILE), days)
    except duckdb.Error as error:
        named = [part.name for part in parts if str(part.path) in str(error)] or [
            Path(parts[0].name).parts[0]
        ]
        words = " ".join(str(error).split("Possible fixes")[0].split())
        return [f"'{named[0]}' cannot be read with the others of raw.{view}: {words}"]
    return []


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _place(paths: Sequence[Path], raw: Path) -> str:
    return f"'{paths[0].relative_to(raw)}'" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
