"""The list as uploads for a CRM: one update of narrow fields an account, in the batches that its API takes.

Salesforce: sObject Collections, ``PATCH /composite/sobjects``, at most 200 records. HubSpot: ``POST
/crm/v3/objects/companies/batch/update``, at most 100 inputs, every value a text and an empty one clears. Dates are ISO in both.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.formats.json import plain_values
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import Column, Kind
from churnml.params.crm import AS_OF, Crm, CrmField
from churnml.params.load import read_typed
from churnml.text.utf16 import cut
from churnml.text.width import plain

SALESFORCE_BATCH, HUBSPOT_BATCH = 200, 100
"""What one request may hold, by the vendors' own documents."""

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Reach:
    """How many accounts an upload reaches, and why others are left out."""

    accounts: int
    accounts_without_id: int
    accounts_sharing_id: int


def read_crm(path: Path, columns: Sequence[Column]) -> Crm:
    """The team's field maps; SettingsError naming every fault at once, with the nearest known column."""
    known: dict[str, tuple[Kind, tuple[str, ...]]] = {c.name: (c.kind, c.words) for c in columns}
    return read_typed(path, Crm, {"columns": known | {AS_OF: ("date", ())}})


def to_salesforce(list_snapshot: ListSnapshot) -> list[dict[str, Any]]:
    """Request bodies that update each account's record; a field whose value is unknown is cleared."""
    target = list_snapshot.crm and list_snapshot.crm.salesforce
    if not target:
        return []
    updates = [
        {"attributes": {"type": target.object}, "id": record} | values
        for record, values in _updates(list_snapshot, target.fields)
    ]
    return [{"allOrNone": False, "records": batch} for batch in _batches(updates, SALESFORCE_BATCH)]


def to_hubspot(list_snapshot: ListSnapshot) -> list[dict[str, Any]]:
    """Request bodies that update each account's company; a property whose value is unknown is cleared."""
    target = list_snapshot.crm and list_snapshot.crm.hubspot
    if not target:
        return []
    updates = [
        {"id": record, "properties": {name: _as_text(value) for name, value in values.items()}}
        for record, values in _updates(list_snapshot, target.properties)
    ]
    return [{"inputs": batch} for batch in _batches(updates, HUBSPOT_BATCH)]


def reach(listed: pd.DataFrame) -> Reach:
    """Whom an upload reaches. Of accounts that share a record only the first of the list may speak for it."""
    has_id = listed["crm_id"] != ""
    repeats = has_id & listed["crm_id"].duplicated()
    return Reach(int((has_id & ~repeats).sum()), int((~has_id).sum()), int(repeats.sum()))


def _updates(
    list_snapshot: ListSnapshot, fields: Mapping[str, CrmField]
) -> Iterable[tuple[str, dict[str, Value]]]:
    listed = list_snapshot.listed[list_snapshot.listed["crm_id"] != ""].drop_duplicates("crm_id")
    kinds: dict[str, Kind] = {column.name: column.kind for column in list_snapshot.columns}
    day = pd.Series(pd.Timestamp(list_snapshot.metadata.as_of), index=listed.index)
    cells = []
    for field in fields.values():
        values = day if field.column == AS_OF else listed[field.column]
        kind = kinds.get(field.column, "date")
        cells.append([_filled(field, value) for value in plain_values(values, kind)])
    rows = zip(*cells, strict=True) if cells else ([] for _ in range(len(listed)))
    for record, row in zip(listed["crm_id"], rows, strict=True):
        yield str(record), dict(zip(fields, row, strict=True))


def _filled(field: CrmField, value: Value) -> Value:
    if isinstance(value, str):
        text = field.words.get(value, plain(value))
        return (cut(text, field.length) if field.length else text) or None
    if isinstance(value, float):
        scaled = value * 100 if field.is_percent else value
        return round(scaled, 6 if field.decimals is None else field.decimals)
    return value


def _as_text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _batches(updates: Sequence[dict[str, Any]], most: int) -> list[Sequence[dict[str, Any]]]:
    return [updates[start : start + most] for start in range(0, len(updates), most)]
