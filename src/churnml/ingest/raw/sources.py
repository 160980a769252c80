"""Raw files to views: schema ``raw`` holds one for each file and each sub-folder of parts, and every record of theirs is accounted for."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from churnml.data.book import Files
from churnml.errors import BookError
from churnml.ingest.held_rows import DAY, FILE, ROW, SCHEMA, held
from churnml.ingest.raw.deliveries import unite
from churnml.ingest.raw.file_days import file_days, is_by_day, offer_days
from churnml.ingest.raw.files import raw_files
from churnml.ingest.raw.parts import Part, hold, open_part, settled
from churnml.ingest.raw.text import FileError
from churnml.ingest.values.forms import name


@dataclass
class Raw:
    """What was opened: each view's parts, the parts that repeat another byte for byte, and notices; ``unread`` views were not asked for.

    ``empty`` names the files of views that have none, since every file of theirs holds not a byte; ``whole`` are the views of which every
    row is one of the table that holds their files' rows, ``united`` those whose files share rows.
    """

    parts: dict[str, list[Part]] = field(default_factory=dict)
    repeats: dict[str, list[tuple[Part, Part]]] = field(default_factory=dict)
    digests: dict[Path, str] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    empty: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)
    united: set[str] = field(default_factory=set)

    @property
    def paths(self) -> list[Path]:
        """The files that the views read."""
        return [part.path for parts in self.parts.values() for part in parts]

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

    Text is read once, into a table that the view shows; Parquet is read where it lies. ``asked`` are the words of the mapping's SQL, by
    which columns in the paths of Parquet files are there or not.

    Columns of text files stay text, so that ``00123`` keeps its zeros and an account called NA stays an account. A part delivered
    twice (the same bytes under two names) is read once, and so are the rows that another part of the folder delivers again. What
    DuckDB cannot read as it is, is copied to ``copies``. Raises BookError that names every file that cannot be read, and why.
    """
    files = files or Files()
    folder = raw_files(raw, files)
    con.execute(f"CREATE SCHEMA raw; CREATE SCHEMA {SCHEMA}")
    opened = Raw(
        notices=folder.notices,
        unread=[view for view in folder.views if only is not None and view not in only],
    )
    faults = folder.faults
    for view, paths in folder.views.items():
        if view in opened.unread:
            continue
        if not any(path.stat().st_size for path in paths):
            opened.empty[view] = _place(paths, raw)
        else:
            faults += _open_view(con, view, paths, raw, copies, files, opened, asked)
    opened.notices += [
        f"{_place(folder.views[view], raw)}: no mapping reads raw.{view}" for view in opened.unread
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
    days = file_days([*(part.file for part in opened_parts), *(path for path, _ in again)], raw) or {}
    parts, more = _hold(con, opened_parts, view, days, copies)
    faults += more
    by_name = {part.name: part for part in parts}
    repeats = [
        (replace(by_name[name], file=path, name=str(path.relative_to(raw))), by_name[name])
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
    return faults or _show(con, view, raw, days, opened)


def _hold(
    con: duckdb.DuckDBPyConnection, parts: Sequence[Part], view: str, days: Mapping[Path, date], copies: Path
) -> tuple[list[Part], list[str]]:
    """The parts with their records, after reading exactly those into the view's table, and the faults of parts that are not read so."""
    if parts and all(part.header and not part.is_doubtful and not part.is_uneven for part in parts):
        with suppress(duckdb.Error):
            if hold(con, view, parts, days) == sum(part.records or 0 for part in parts):
                return list(parts), []
    found, faults = [], []
    for part in parts:
        try:
            found.append(settled(con, part, copies))
        except FileError as fault:
            faults.append(f"'{part.name}' {fault.in_book(view)}")
    try:
        if found and not faults:
            hold(con, view, found, days)
    except duckdb.Error as error:
        named = [part.name for part in found if str(part.path) in str(error)] or [
            Path(found[0].name).parts[0]
        ]
        words = " ".join(str(error).split("Possible fixes")[0].split())
        faults.append(f"'{named[0]}' cannot be read with the others of raw.{view}: {words}")
    return found, faults


def _show(
    con: duckdb.DuckDBPyConnection, view: str, raw: Path, days: Mapping[Path, date], opened: Raw
) -> list[str]:
    """Nothing wrong, after making the view of what its table holds, and notices of rows that are counted once."""
    parts, repeats = opened.parts[view], opened.repeats[view]
    columns = [row[0] for row in con.execute(f"DESCRIBE {held(view)}").fetchall() if row[0] not in (ROW, FILE, DAY)]  # fmt: skip
    con.execute(f'CREATE VIEW raw."{view}" AS SELECT {", ".join(map(name, columns))} FROM {held(view)}')
    again = unite(con, view, columns, raw / Path(parts[0].name).parts[0]) if len(parts) > 1 else []
    if days:
        offer_days(con, view, columns, {part.file: (days[part.file], same.file) for part, same in repeats})
    opened.notices += again
    if again:
        opened.united.add(view)
    elif not (days and repeats) and parts[0].kind != "parquet":
        opened.whole.add(view)
    return []


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _place(paths: Sequence[Path], raw: Path) -> str:
    return f"'{paths[0].relative_to(raw)}'" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
