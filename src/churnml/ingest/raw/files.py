"""Which files of a raw folder are read, as which raw view; every other one is named, or is surely no data."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from churnml.data.book import Files
from churnml.errors import BookError
from churnml.ingest.raw.text import PACKED

TEXT_KINDS = ("csv", "tsv", "txt", "json", "jsonl", "ndjson")
HIDDEN = (".*", "~$*", "_success", "_started*", "_committed*", "__macosx", "thumbs.db", "desktop.ini")
QUIET = ("*.crc", "*.md5", "*.sha1", "*.sha256", "md5sums", "sha256sums", "*.md", "*.dvc", "readme", "readme.*", "license", "license.txt",
         "licence", "licence.txt", "notice", "notice.txt", "changelog", "changelog.txt")  # fmt: skip
"""Names that surely hold no rows."""
DOCUMENTS = ("*.pdf", "*.doc", "*.docx", "*.pptx", "*.htm", "*.html", "*.png", "*.jpg", "*.jpeg", "*.svg", "*.py", "*.ipynb", "*.sh",
             "*.sql", "*.yaml", "*.yml")  # fmt: skip
"""Names that say of themselves that they describe data: a notice is enough."""
LAKES = {"_delta_log": "a Delta table", ".hoodie": "a Hudi table"}


@dataclass
class Folder:
    """What a raw folder holds: the files of each view, the notices of files that are not read, and the faults."""

    views: dict[str, list[Path]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


def kind(file: Path) -> str:
    """How a file is written (``csv``, ``tsv``, ``txt``, ``json``, ``jsonl``, ``ndjson``, ``parquet``), by its name; else ''."""
    name = file.name.lower()
    stem, dot, last = name.rpartition(".")
    if f".{last}" in PACKED:
        last = stem.rpartition(".")[2]
        return last if last in TEXT_KINDS else ""
    return last if dot and last in (*TEXT_KINDS, "parquet") else ""


def raw_files(raw: Path, files: Files) -> Folder:
    """The files of each raw view; BookError where the folder is not there or holds nothing that is read."""
    if not raw.is_dir():
        raise BookError(
            f"raw folder '{raw}' does not exist. Set book.raw in params.yaml to the folder that holds the raw files."
        )
    found = Folder()
    for path in sorted(raw.iterdir()):
        parts = list(_readable(path, raw, files, found))
        if path.is_dir() and not parts and not _is_like(path, HIDDEN):
            found.notices.append(f"folder '{path.name}' holds no file that is read")
        kinds = sorted({f".{_family(part)}" for part in parts})
        if len(kinds) > 1:
            found.faults.append(
                f"folder '{path.name}' mixes {' and '.join(kinds)} files; keep one kind a folder"
            )
        if parts and (name := _view(path)) in found.views:
            first = found.views[name][0].relative_to(raw)
            found.faults.append(f"'{first}' and '{path.name}' would both be raw.{name}; rename one")
        elif parts:
            found.views[name] = parts
    if found.links:
        more = f" and {len(found.links) - 1} more" if len(found.links) > 1 else ""
        found.notices.append(
            f"'{found.links[0]}'{more}: read from outside the raw folder, to which a link leads"
        )
    if not found.views and not found.faults:
        raise BookError(f"raw folder '{raw}' holds no csv, tsv, json, jsonl, ndjson or parquet file.")
    return found


def _readable(path: Path, raw: Path, files: Files, found: Folder) -> Iterator[Path]:
    """The file, or the files below the folder, that are read; what is not read is noted."""
    for file in _walk(path, raw, found):
        name = str(file.relative_to(raw))
        if any(fnmatch(text, pattern) for pattern in files.ignore for text in (name, file.name)):
            found.notices.append(f"'{name}' is not read, as 'ignore' under 'files:' in book.yaml says")
        elif fault := _unfit(file):
            found.faults.append(f"'{name}' {fault}")
        elif kind(file) and (kind(file) != "txt" or _view(path) in files.of):
            if not file.resolve().is_relative_to(raw.resolve()):
                found.links.append(name)
            yield file
        elif _is_like(file, DOCUMENTS):
            found.notices.append(f"'{name}' is not read")
        else:
            found.faults.append(f"'{name}' is NOT READ: {_advice(file, _view(path))}")


def _walk(path: Path, raw: Path, found: Folder) -> Iterator[Path]:
    """Every file at or below a path that is not surely no data, in order; links are followed, once."""
    if path.name in LAKES:
        found.faults.append(
            f"'{path.name}' says that this is {LAKES[path.name]}: its files hold old versions of rows; export it as plain Parquet"
        )
    if _is_like(path, HIDDEN):
        return
    if not path.is_dir():
        if kind(path) not in ("", "txt") or not _is_like(path, QUIET):
            yield path
        return
    if path.is_symlink() and path.resolve() in (
        place.resolve() for place in (path.parent, *path.parent.parents)
    ):
        return  # a link to a folder that it lies in
    try:
        inner = sorted(path.iterdir())
    except OSError as error:
        found.faults.append(f"folder '{path.relative_to(raw)}' cannot be opened: {error.strerror}")
        return
    for child in inner:
        yield from _walk(child, raw, found)


def _family(file: Path) -> str:
    return "jsonl" if kind(file) in ("json", "ndjson") else kind(file)


def _is_like(path: Path, names: tuple[str, ...]) -> bool:
    return any(fnmatch(path.name.lower(), pattern) for pattern in names)


def _unfit(file: Path) -> str:
    """Why a file cannot be opened, if it cannot."""
    if not file.exists():
        return "is a link to a file that is not there"
    if not file.is_file():
        return "is no regular file"
    return "" if os.access(file, os.R_OK) else "cannot be opened: no permission to read it"


def _advice(file: Path, view: str) -> str:
    suffix = file.suffix.lower()
    way_out = f"or name it under 'files: ignore:' in book.yaml if it holds no data ('{file.name}')"
    if suffix in (".xlsx", ".xls", ".xlsb", ".xlsm", ".ods", ".numbers"):
        return f"save the sheet as CSV, {way_out}"
    if suffix in (".zip", ".7z", ".rar", ".tar", ".tgz", *PACKED):
        return f"unpack it, {way_out}"
    if suffix == ".txt":
        return (
            f"if it is a table, declare how it is written under 'files: of: {view}:' in book.yaml, {way_out}"
        )
    return f"export it as CSV, JSON lines or Parquet, {way_out}"


def _view(path: Path) -> str:
    stem = path.name
    if not path.is_dir():
        stem = stem[: -len(path.suffix)] if path.suffix.lower() in PACKED else stem
        stem = stem.rpartition(".")[0] or stem
    return "".join(c if c.isalnum() else "_" for c in stem.lower())
