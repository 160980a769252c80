"""Where a value stands in a book's raw files: file and line for the one example of a message, never for all rows."""

import gzip
import mmap
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from churnml.data.book import BookSettings, Dialect
from churnml.data.schema import TABLES

TEXT_FILES = r"_(csv|tsv|txt|jsonl|ndjson|json)(_gz)?"
MOST_BYTES = 1 << 28  # of a file that is searched
MOST_LINES = 50_000  # looked at for one example


@dataclass(frozen=True)
class Places:
    """The raw files behind each mapped table."""

    raw: Path
    mapping: Path

    def of(self, con: duckdb.DuckDBPyConnection, table: str, row: int, columns: Sequence[str]) -> str:
        """File and line of a row of ``mapped.<table>``, sought by what it holds in some columns; else the row's number.

        >>> Places(Path("raw"), Path("acme")).named("contracts", 7, None)
        'row 7 of contracts.sql'
        """
        found = con.execute(f'SELECT * FROM mapped."{table}" WHERE rowid = {row - 1}')
        names = [column[0] for column in found.description or ()]
        values = dict(zip(names, found.fetchone() or (), strict=False))
        schema = TABLES[table]
        ids = [c for c in (*schema.key, "account_id") if c in values]
        clocks = [c for c in schema.names if c in values and re.search(rf"\b{c}\b", schema.clock)]
        for sought in ((*columns, *ids, *clocks), (*columns, *ids)):
            needles = [str(values[c]).encode() for c in sought if isinstance(values.get(c), str)]
            for file in self._files(table) if needles else ():
                if line := _line(file, sorted(set(needles), key=len, reverse=True)):
                    return self.named(table, row, (file, line))
        return self.named(table, row, None)

    def named(self, table: str, row: int, line: tuple[Path, int] | None) -> str:
        """A place as a person is told it."""
        return f"{line[0].relative_to(self.raw)} line {line[1]}" if line else f"row {row} of {table}.sql"

    def dialect(self, table: str, book: BookSettings) -> Dialect:
        """How the text files behind a table are written: as its one raw view, where it reads one only."""
        views = self._views(table)
        return book.files.dialect(views.pop() if len(views) == 1 else "")

    def _views(self, table: str) -> set[str]:
        """The raw views that a table's SELECT names."""
        sql = (self.mapping / f"{table}.sql").read_text(encoding="utf-8")
        return {view.lower() for view in re.findall(r'\braw\s*\.\s*"?(\w+)', sql)}

    def _files(self, table: str) -> list[Path]:
        """The text files behind those views."""
        views, files = self._views(table), []
        for entry in sorted(self.raw.iterdir()):
            if entry.is_dir() and _plain(entry.name) in views:
                files += [
                    part
                    for part in sorted(entry.rglob("*"))
                    if re.search(TEXT_FILES + "$", _plain(part.name))
                ]
            elif any(re.fullmatch(re.escape(view) + TEXT_FILES, _plain(entry.name)) for view in views):
                files.append(entry)
        return files


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name.lower())


def _line(file: Path, needles: Sequence[bytes]) -> int | None:
    """The number of the first line of a file that holds all of some texts."""
    with _content(file) as content:
        at = 0
        for _ in range(MOST_LINES):
            at = content.find(needles[0], at)
            if at < 0:
                return None
            start, end = content.rfind(b"\n", 0, at) + 1, content.find(b"\n", at)
            line = content[start : end if end >= 0 else len(content)]
            if all(needle in line for needle in needles):
                return 1 + sum(
                    content[i : min(i + 65536, start)].count(b"\n") for i in range(0, start, 65536)
                )
            at = start + len(line)
    return None


@contextmanager
def _content(file: Path) -> Iterator["mmap.mmap | bytes"]:
    """A file's bytes, as far as they are searched."""
    if file.suffix.lower() == ".gz":
        with gzip.open(file) as packed:
            yield packed.read(MOST_BYTES)
    elif not file.stat().st_size:
        yield b""
    else:
        with file.open("rb") as stream:
            size = min(file.stat().st_size, MOST_BYTES)
            with mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ) as content:
                yield content
