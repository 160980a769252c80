"""A book's settings: what its raw files do not say of themselves."""

import difflib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError, field_validator, model_validator

from churnml.data.amounts import Amounts
from churnml.data.schema import TABLES
from churnml.errors import SettingsError
from churnml.params.load import read_yaml
from churnml.params.section import Positive, Section, did_you_mean


class Dialect(Section):
    """How text files are written; what is not declared is RFC 4180 in UTF-8 with the header in the first line. Nothing is guessed.

    ``delimiter`` left out is a comma, in ``.tsv`` files a tab. ``escape`` is the sign before a quote within a quoted field: the quote
    doubled, or a backslash. ``decimal``, ``thousands`` and ``null_words`` say how numbers and 'nothing' are written within a field.
    ``header_row`` is the line that holds the header; lines above it are passed over.
    """

    delimiter: str | None = None
    quote: str = '"'
    escape: str = '"'
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", " ", "'", ""] = ""
    null_words: tuple[str, ...] = ()
    encoding: Literal["utf-8", "utf-16", "latin-1", "cp1252"] = "utf-8"
    header_row: Positive = 1

    @field_validator("delimiter", "quote", "escape")
    @classmethod
    def _one_sign(cls, sign: str | None) -> str | None:
        if sign is not None and (len(sign) != 1 or not sign.isascii() or sign in "\r\n\0"):
            raise ValueError('one sign, such as ";" or "\\t"')
        return sign


class Files(Dialect):
    """The dialect of a book's text files; ``of`` lays settings of its own over it for one raw view (``of: {invoices: {...}}``).

    ``ignore`` are patterns of file names that hold no data: any other file that cannot be read stops the run.
    """

    of: dict[str, Dialect] = {}
    ignore: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _signs_differ(self) -> "Files":
        for dialect in (self, *map(self.dialect, self.of)):
            if dialect.delimiter in (dialect.quote, dialect.escape):
                raise ValueError("delimiter and quote are the same sign")
            # Points between thousands leave the comma for decimals; it need not be said.
            if "decimal" in dialect.model_fields_set and dialect.decimal == dialect.thousands:
                raise ValueError("decimal and thousands are the same sign")
        return self

    def dialect(self, view: str) -> Dialect:
        """How the text files of one raw view are written."""
        own = self.of[view].model_dump(exclude_unset=True) if view in self.of else {}
        return Dialect(**self.model_dump(exclude={"of", "ignore"}, exclude_unset=True) | own)


FIRST_DAY = date(1971, 1, 1)
"""Earlier days are what systems write for 'none': 1970-01-01 (Unix), 1900-01-01 (databases), 1899-12-30 (spreadsheets), 0001-01-01."""


class BookSettings(Amounts):
    """``book.yaml``: how to read a book's raw files.

    ``timezone`` is the zone of timestamps that carry none; ``dates`` the style of written dates; ``last_day`` (exclusive) the day
    the export was drawn (``first_day`` the first that may stand in it), else the day after the newest event; ``static`` the account attributes that never change and so may be
    used undated; ``deliveries`` whether each file by day of a table's folder holds the ``full`` table, so that a row that is gone was
    deleted, or ``changes``; ``overlapping_terms``, ``blank_end_date`` and ``seats`` how contracts are kept (docs/books.md); ``files`` the dialect of its text files; ``params`` the book's own settings laid over params.yaml.
    """

    description: str = ""
    timezone: str | None = None
    dates: Literal["iso", "day-first", "month-first"] = "iso"
    last_day: date | None = None
    first_day: date = FIRST_DAY
    static: tuple[str, ...] = ()
    overlapping_terms: Literal["add", "replace"] | None = None
    blank_end_date: Literal["open", "missing"] = "missing"
    seats: Literal["largest", "sum"] | tuple[str, ...] | None = None
    deliveries: dict[str, Literal["full", "changes"]] = {}
    files: Files = Files()
    params: dict[str, Any] = {}

    @field_validator("deliveries")
    @classmethod
    def _tables(cls, kinds: dict[str, str]) -> dict[str, str]:
        faults = [
            f"no table '{name}'{did_you_mean(name, list(TABLES))}" for name in kinds if name not in TABLES
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return kinds

    @field_validator("static")
    @classmethod
    def _undated_columns(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        known = [column.name for table in TABLES.values() for column in table.columns if column.is_undated]
        faults = [
            f"no undated column '{name}'{did_you_mean(name, known)}" for name in names if name not in known
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return names

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in available_timezones():
            near = difflib.get_close_matches(zone, available_timezones(), n=1)
            raise ValueError(f"no such time zone{f', did you mean {near[0]!r}' if near else ''}")
        return zone if zone is None else ZoneInfo(zone).key


def require_book(file: Path) -> None:
    """SettingsError with the nearest known book where a ``book.yaml`` is not there."""
    if not file.is_file():
        name, books = file.parent.name, file.parent.parent
        known = sorted(other.parent.name for other in books.glob(f"*/{file.name}"))
        raise SettingsError(
            f"no book '{name}' in {books.parent.name}/{books.name}{did_you_mean(name, known)}"
        )


def read_book(path: Path) -> BookSettings:
    """The settings in a ``book.yaml``; SettingsError lists every fault at once."""
    try:
        return BookSettings.model_validate(read_yaml(path))
    except ValidationError as error:
        failures = [
            f"unknown setting '{'.'.join(map(str, d['loc']))}'{did_you_mean(str(d['loc'][-1]), _known(d['loc']))}"
            if d["type"] == "extra_forbidden"
            else f"'{'.'.join(map(str, d['loc']))}' is {d['input']!r}: {d['msg']}"
            for d in error.errors()
        ]
        raise SettingsError.of(f"{path} has {len(failures)} fault(s):", failures) from None


def read_dialect(pairs: Iterable[str]) -> Dialect:
    """The dialect that ``name=value`` pairs of a command say; SettingsError lists every fault.

    >>> read_dialect(["delimiter=;", "encoding=cp1252"]).delimiter
    ';'
    """
    known = tuple(Dialect.model_fields)
    values: dict[str, object] = {
        name: "\t" if value == r"\t" else value for name, _, value in (pair.partition("=") for pair in pairs)
    }
    if "null_words" in values:
        values["null_words"] = [word.strip() for word in str(values["null_words"]).split(",") if word.strip()]
    try:
        faults = [
            f"no setting '{name}'{did_you_mean(name, list(known))}" for name in values if name not in known
        ]
        found = Files.model_validate({name: value for name, value in values.items() if name in known})
    except ValidationError as error:
        faults += [
            f"{d['loc'][0]} is {d['input']!r}: {d['msg']}" if d["loc"] else d["msg"] for d in error.errors()
        ]
    if faults:
        raise SettingsError.of("--dialect cannot be read:", faults)
    return found.dialect("")


def _known(place: tuple[str | int, ...]) -> list[str]:
    """The settings that may stand where an unknown one does."""
    models: tuple[type[Section], ...] = (BookSettings, Files, Dialect)
    return list(models[min(len(place) - 1, 2)].model_fields)
