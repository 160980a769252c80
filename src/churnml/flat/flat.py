"""A flat file from end to end: read, alarmed, cross-validated, judged."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from churnml.flat.cross_validation import cross_validate
from churnml.flat.evaluate import judge_flat
from churnml.flat.load import read_flat
from churnml.flat.table import FlatTable, Roles, flat_table, same_customers
from churnml.learn.leakage.audit import audit_table
from churnml.learn.leakage.l4_changed_attribute import changed
from churnml.params.root import Params
from churnml.results.alarms import Alarm, Audit


@dataclass(frozen=True)
class Opened:
    """A flat file that was read, and what the alarms found in it."""

    table: FlatTable
    audit: Audit


def open_flat(file: Path, roles: Roles, earlier: Path | None, params: Params) -> Opened:
    """The file's table and its audit; with an earlier export of it, what was changed after the outcome, too (L4)."""
    raw = read_flat(file)
    table = flat_table(raw, roles, params.flat)
    changes: tuple[Alarm, ...] = ()
    if earlier is not None:
        before, after, y_true, columns = same_customers(table, raw, read_flat(earlier))
        changes = tuple(changed(before, after, y_true, columns, params.leakage))
    audit = audit_table(
        table.rows, table.y_true, table.customers, roles.outcome, params.leakage, more=changes
    )
    return Opened(table, audit)


def judge_table(table: FlatTable, params: Params) -> dict[str, Any]:
    """The figures of its cross-validation (``judge_flat``)."""
    return judge_flat(cross_validate(table, params.train, params.health, params.flat), params.flat)
