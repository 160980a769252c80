"""A text file's bytes to UTF-8, piece by piece, and a count of its lines and records that owes DuckDB nothing."""

import bz2
import codecs
import gzip
import json
import lzma
import re
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any

import numpy as np

CHUNK = 1 << 20  # bytes looked at together
PACKED = (".gz", ".bz2", ".xz", ".zst")
BROKEN = (EOFError, OSError, zlib.error, lzma.LZMAError)
MARKS = {
    b"PK\x03\x04": "a ZIP file or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "packed by gzip",
    b"BZh": "packed by bzip2",
    b"\xfd7zXZ": "packed by xz",
    b"(\xb5/\xfd": "packed by zstd",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF",
}
"""How files begin that are something else than their name says."""


class FileError(Exception):
    """What is wrong with one file, in words that follow its name; ``settings`` of its dialect that would mend it, if any would."""

    def __init__(self, words: str, **settings: str | int) -> None:
        """The words, and the settings to declare."""
        super().__init__(words)
        self.settings = settings

    def in_book(self, view: str) -> str:
        """The words, with what to write into ``book.yaml``."""
        pairs = ", ".join(f"{name}: {_as_yaml(value)}" for name, value in self.settings.items())
        return self._and(f"'files: {{of: {{{view}: {{{pairs}}}}}}}' in book.yaml") if pairs else str(self)

    def on_command_line(self) -> str:
        """The words, with what to say to a command."""
        pairs = " ".join(f"--dialect '{name}={value}'" for name, value in self.settings.items()).replace(
            "\t", "\\t"
        )
        return self._and(pairs) if pairs else str(self)

    def _and(self, settings: str) -> str:
        return (
            f"{self} say {settings}"
            if str(self).endswith((" or", ",", "Then"))
            else f"{self}; say {settings}"
        )


def _as_yaml(value: str | int) -> str:
    return (
        json.dumps(value)
        if isinstance(value, str) and not value.isidentifier() and not value[0].isalpha()
        else str(value)
    )


class Count:
    """Lines, records and delimiters of UTF-8 text that is fed in pieces; within quotes none counts, and a blank line is no record.

    It counts what RFC 4180 says. Text that keeps to another rule (a lone quote, lone carriage returns) is counted otherwise than it is
    read; then Python's own csv decides.
    """

    def __init__(self, quote: str = "", delimiter: str = ",") -> None:
        """Without a quote every line that is not blank is a record."""
        self.quote, self._odd = (
            quote.encode(),
            re.compile(f"[{re.escape(delimiter)}\\n] +{re.escape(quote)}".encode()),
        )
        self.delimiter = delimiter.encode()
        self.lines = self.records = self.delimiters = self.n_bytes = 0
        self.is_doubtful = False  # spaces before a quote: DuckDB and Python's csv disagree on what they mean
        self._quotes, self._record_end, self._held = 0, -1, b""

    def feed(self, piece: bytes) -> None:
        """Counts one more piece."""
        piece = self._held + piece
        self._held = (
            piece[-1:] if piece.endswith(b"\r") else b""
        )  # its line feed may come with the next piece
        piece = piece[: len(piece) - len(self._held)]
        signs = np.frombuffer(piece, np.uint8)
        ends = np.flatnonzero(signs == ord("\n"))
        self.lines += len(ends)
        if not (self.quote and (self._quotes % 2 or self.quote in piece)):
            self.delimiters += piece.count(self.delimiter)
        else:
            self.is_doubtful |= b" " + self.quote in piece and bool(self._odd.search(piece))
            quotes = np.flatnonzero(signs == self.quote[0])
            commas = np.flatnonzero(signs == self.delimiter[0])
            self.delimiters += int(((np.searchsorted(quotes, commas) + self._quotes) % 2 == 0).sum())
            ends = ends[(np.searchsorted(quotes, ends) + self._quotes) % 2 == 0]
            self._quotes += len(quotes)
        if len(ends):
            gaps = np.diff(ends, prepend=self._record_end - self.n_bytes)
            is_blank = (gaps == 1) | ((gaps == 2) & (signs[ends - 1] == ord("\r")))
            self.records += len(ends) - int(is_blank.sum())
            self._record_end = self.n_bytes + int(ends[-1])
        self.n_bytes += len(piece)

    def finish(self) -> None:
        """Counts a last line that no line break ends."""
        if self.n_bytes + len(self._held) > self._record_end + 1:
            self.records, self.lines = self.records + 1, self.lines + 1


def utf8_pieces(file: Path, encoding: str) -> Iterator[bytes]:
    """The file's text as UTF-8 without a byte order mark, piece by piece.

    FileError where the file is empty, does not unpack, or is no text of the declared encoding.
    """
    decoder, utf8 = (codecs.getincrementaldecoder(name)() for name in (_codec(file, encoding), "utf-8"))
    line, is_first, is_ascii, may_be_utf8 = 1, True, True, encoding in ("latin-1", "cp1252")
    for piece in chain(_pieces(file), [b""]):
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise _no_text(error, line, encoding, is_first=is_first) from None
        is_ascii = is_ascii and piece.isascii()
        may_be_utf8 = may_be_utf8 and _decodes(utf8, piece)
        data = piece if encoding == "utf-8" else text.encode()
        data = data.removeprefix(codecs.BOM_UTF8) if is_first else data
        if b"\0" in data:
            line += data[: data.index(b"\0")].count(b"\n")
            words = f"line {line} holds a NUL byte: damaged? Export it again"
            raise (
                FileError(words)
                if encoding == "utf-16"
                else FileError(f"{words}; if it is UTF-16", encoding="utf-16")
            )
        yield data
        line, is_first = line + data.count(b"\n"), False
    if may_be_utf8 and not is_ascii:
        raise FileError(f"is UTF-8 text, and 'encoding: {encoding}' is declared for it", encoding="utf-8")


def _codec(file: Path, encoding: str) -> str:
    """The encoding by the name of its codec: without a byte order mark UTF-16 is told by where the NUL of its first letter stands."""
    if encoding != "utf-16":
        return encoding
    begin = next(_pieces(file))[:2]
    if begin in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return encoding
    if b"\0" not in begin:
        raise FileError("is not utf-16 text (line 1), as is declared for it; find out its encoding")
    return "utf-16-le" if begin.endswith(b"\0") else "utf-16-be"


def _decodes(decoder: codecs.IncrementalDecoder, piece: bytes) -> bool:
    try:
        decoder.decode(piece, final=not piece)
    except UnicodeDecodeError:
        return False
    return True


def _no_text(error: UnicodeDecodeError, line: int, encoding: str, *, is_first: bool) -> FileError:
    begin = error.object
    if is_first:
        for mark, kind in MARKS.items():
            if begin.startswith(mark):
                return FileError(f"is {kind}, whatever its name says; export it as CSV")
        if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return FileError("is UTF-16 text; save it as UTF-8, or", encoding="utf-16")
    # The bytes it failed on may begin with the end of the piece before: a part of one letter, so no line.
    line += begin.count(b"\n", 0, error.start)
    if encoding != "utf-8":
        return FileError(
            f"is not {encoding} text (line {line}), as is declared for it; find out its encoding"
        )
    near = begin[max(error.start - 12, 0) : error.start + 12].decode("cp1252", errors="replace").split("\n")
    shown = max(near, key=len).strip()
    return FileError(
        f"is not UTF-8 text (line {line}); save it as UTF-8, or, if this reads well: '{shown}'",
        encoding="cp1252",
    )


def _pieces(file: Path) -> Iterator[bytes]:
    if not file.stat().st_size:
        raise FileError("is empty")
    suffix = file.suffix.lower()
    try:
        with _opened(file, suffix) as stream:
            while piece := stream.read(CHUNK):
                yield piece
    except BROKEN as error:
        is_packed = suffix in PACKED
        raise FileError(
            "is damaged: it does not unpack; export it again" if is_packed else f"cannot be read: {error}"
        ) from None


def _opened(file: Path, suffix: str) -> IO[bytes]:
    openers: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".zst": _zstd}
    opened: IO[bytes] = openers.get(suffix, open)(file, "rb")
    return opened


def _zstd(file: Path, _: str) -> Any:
    import pyarrow as pa  # Python 3.11 has no zstd of its own

    return pa.input_stream(str(file), compression="zstd")
