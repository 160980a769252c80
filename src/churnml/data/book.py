"""A book's settings: what its raw files do not say of themselves."""

import difflib
from datetime import date
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError, field_validator

from churnml.data.schema import TABLES
from churnml.errors import SettingsError
from churnml.params.load import read_yaml
from churnml.params.section import Section, did_you_mean


class BookSettings(Section):
    """``book.yaml``: how to read a book's raw files.

    ``timezone`` is the zone of timestamps that carry none; ``dates`` the style of written dates; ``last_day`` (exclusive) the day
    the export was drawn, else the day after the newest event; ``static`` the account attributes that never change and so may be
    used undated; ``params`` the book's own settings laid over params.yaml.
    """

    description: str = ""
    timezone: str | None = None
    dates: Literal["iso", "day-first", "month-first"] = "iso"
    last_day: date | None = None
    static: tuple[str, ...] = ()
    params: dict[str, Any] = {}

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
        known = list(BookSettings.model_fields)
        failures = [
            f"unknown setting '{d['loc'][0]}'{did_you_mean(str(d['loc'][0]), known)}"
            if d["type"] == "extra_forbidden"
            else f"'{'.'.join(map(str, d['loc']))}' is {d['input']!r}: {d['msg']}"
            for d in error.errors()
        ]
        raise SettingsError.of(f"{path} has {len(failures)} fault(s):", failures) from None
