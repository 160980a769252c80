"""The newest list before a day that can be read; newer ones that cannot are passed over, and named."""

from datetime import date
from pathlib import Path

from churnml.errors import PublishError
from churnml.history.list_facts import Facts, read_facts
from churnml.listing.as_of import day_folders

NAMED = 3
"""How many days that were passed over are named."""


def newest_before(lists: Path, day: date) -> tuple[Facts | None, str]:
    """The newest earlier list that can be read, or None; and in words which newer ones were passed over, if any."""
    passed: list[str] = []
    for folder in reversed(day_folders(lists, before=day).values()):
        try:
            return read_facts(folder), _skipped(passed)
        except PublishError as error:
            passed.append(f"{folder.name}, {error}")
    return None, _skipped(passed)


def _skipped(passed: list[str]) -> str:
    if not passed:
        return ""
    others = f"; and {len(passed) - NAMED:,} more" if len(passed) > NAMED else ""
    return f"Passed over, since they cannot be compared with: {'; '.join(passed[:NAMED])}{others}."
