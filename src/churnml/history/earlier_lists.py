"""Lists that were published before a day, the newest first; what cannot be read is told and passed over."""

from datetime import date
from pathlib import Path

from churnml.errors import PublishError
from churnml.history.list_facts import Facts, read_facts

NAMED = 3
"""How many days that were passed over are named."""


def days_before(lists: Path, day: date) -> list[Path]:
    """The folders of the days before, the newest first; other entries are none of them."""
    if not lists.is_dir():
        return []
    found = [(_day(path.name), path) for path in lists.iterdir() if path.is_dir()]
    return [path for own, path in sorted(found, reverse=True) if own and own < day.isoformat()]


def newest_before(lists: Path, day: date) -> tuple[Facts | None, str]:
    """The newest earlier list that can be read, or None; and in words which newer ones were passed over, if any."""
    passed: list[str] = []
    for folder in days_before(lists, day):
        try:
            return read_facts(folder), _told(passed)
        except PublishError as error:
            passed.append(f"{folder.name}, {error}")
    return None, _told(passed)


def _day(name: str) -> str:
    """The name if it is a day as folders are named for it, else nothing."""
    try:
        return name if date.fromisoformat(name).isoformat() == name else ""
    except ValueError:
        return ""


def _told(passed: list[str]) -> str:
    if not passed:
        return ""
    more = f"; and {len(passed) - NAMED:,} more" if len(passed) > NAMED else ""
    return f"Passed over, since they cannot be compared with: {'; '.join(passed[:NAMED])}{more}."
