"""``changes.json``: what changed and the track record of one published day, for programs and for ``churnml changes``."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.errors import PublishError
from churnml.history.changes import Changes
from churnml.history.moves import OFF
from churnml.history.track_record import ROWS, Record
from churnml.listing.columns import CHANGE

FILE = "changes.json"


def as_dict(changes: Changes | None, record: Record | None) -> dict[str, Any]:
    """Changes and record for JSON; null where there is none. What is said of each account stands on the list."""
    return {"changes": changes and _changes(changes), "record": record and _record(record)}


def brief(changes: Changes | None) -> dict[str, Any] | None:
    """The changes in a few numbers, for the summary."""
    if changes is None:
        return None
    return {
        "since": changes.since.isoformat(),
        "is_looked_back": changes.is_looked_back,
        "accounts_new_to_call": changes.new_to_call,
        "accounts_off": len(changes.off),
        "expected_loss": _dollars(changes.dollars),
    }


def read_changes(folder: Path, listed: pd.DataFrame) -> tuple[Changes | None, Record | None]:
    """What ``as_dict`` stored in a day's folder, with its list. Raises PublishError where it cannot be read."""
    try:
        stored = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return _read_changes(stored["changes"], listed), _read_record(stored["record"])
    except (OSError, ValueError, KeyError, TypeError):
        raise PublishError(
            f"no {FILE} that can be read in '{folder}'; write the list again (churnml score)."
        ) from None


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "since": changes.since.isoformat(),
        "is_looked_back": changes.is_looked_back,
        "lines": list(changes.lines),
        "dollars": _dollars(changes.dollars),
        "off": _records(changes.off),
    }


def _record(record: Record) -> dict[str, Any]:
    rows = record.rows.assign(as_of=[f"{day:%Y-%m-%d}" for day in record.rows["as_of"]])
    return {"lines": list(record.lines), "lists": _records(rows)}


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows for JSON; what is unknown is null."""
    known = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
    return [{str(name): value for name, value in row.items()} for row in known]


def _dollars(dollars: pd.DataFrame) -> dict[str, float]:
    return {part: round(float(usd), 2) for part, usd in zip(dollars["part"], dollars["usd"], strict=True)}


def _read_changes(kept: dict[str, Any] | None, listed: pd.DataFrame) -> Changes | None:
    if kept is None:
        return None
    names = [column.name for column in CHANGE]
    dollars = pd.DataFrame(list(kept["dollars"].items()), columns=["part", "usd"])
    off = pd.DataFrame(kept["off"], columns=list(OFF)).astype({"arr_usd": "float64"})
    by_account = listed.set_index("account_id")[names]
    return Changes(
        date.fromisoformat(kept["since"]), kept["is_looked_back"], by_account, dollars, off, kept["lines"]
    )


def _read_record(stored: dict[str, Any] | None) -> Record | None:
    if stored is None:
        return None
    rows = pd.DataFrame(stored["lists"], columns=list(ROWS))
    return Record(stored["lines"], rows.assign(as_of=pd.to_datetime(rows["as_of"])))
