"""Which day: the one that a list or a forecast stands on, and those of which lists were published."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from churnml.errors import SettingsError

if TYPE_CHECKING:
    from churnml.data.tables import Tables

Day = date | Literal["latest"]
NEWEST = "latest"  # a file beside the days' folders


def choose_day(tables: "Tables", as_of: Day) -> date:
    """The day to stand on; 'latest' is the day the book was drawn. Raises SettingsError for a later day, of which nothing is known."""
    if as_of == "latest":
        return tables.last_day
    if as_of > tables.last_day:
        raise SettingsError(
            f"cannot score {as_of}: book '{tables.book}' ends on {tables.last_day}. "
            "Use that day or an earlier one, or ingest newer data."
        )
    return as_of


def day_folders(lists: Path, before: date | None = None) -> dict[date, Path]:
    """The folder of each published day in order, the newest last; other entries of ``lists`` are none of them."""
    folders = (
        {_day(path.name): path for path in sorted(lists.iterdir()) if path.is_dir()} if lists.is_dir() else {}
    )
    return {day: path for day, path in folders.items() if day and (before is None or day < before)}


def mark_newest(lists: Path, day: date) -> None:
    """Writes down which list the last run made of the book's own last day, in one step: who looks without naming a day is shown that one.

    The newest folder may be of another delivery, whose last day was later.
    """
    fresh = lists / f".{NEWEST}"
    fresh.write_text(day.isoformat() + "\n", encoding="utf-8")
    fresh.replace(lists / NEWEST)


def newest_folder(lists: Path) -> Path | None:
    """The folder that the last run made, else the newest day's; None where no list was published."""
    folders = day_folders(lists)
    file = lists / NEWEST
    marked = _day(file.read_text(encoding="utf-8").strip()) if file.is_file() else None
    return folders.get(marked or max(folders)) or folders[max(folders)] if folders else None


def _day(name: str) -> date | None:
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if day.isoformat() == name else None
