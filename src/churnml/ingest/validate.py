"""The reasons for which a row is quarantined, as SQL over a typed table.

``judged.<table>`` holds, for each canonical column, its typed value, and where that is no text ``<column>__raw`` as it was written.
"""

from datetime import date, timedelta

from churnml.data.schema import RECORDING, TEXT, Table

AFTER_LAST_DAY = "is on or after the last day"
"""The reason of rows that are left out because the book is looked at as of an earlier day: no fault, and under no limit."""


PREPAID_DAYS = 31
MAY_COME = ("cancelled_at", "paused_from", "failed_at", "dunning_until")
"""Days that may be set before they come; any other that tells what happened lies in the past."""


def reasons(table: Table, present: set[str], last_day: date | None, ledger: set[str]) -> dict[str, str]:
    """Reason to SQL predicate (true = quarantine), in the order in which they are told.

    ``present`` are the columns the mapping gave; ``ledger`` the reference views that exist (``accounts``, ``contracts``).
    """
    found: dict[str, str] = {}
    for column in (*table.columns, *RECORDING):
        if column.name not in present:
            continue
        name = f't."{column.name}"'
        written = name if column.type == TEXT else f't."{column.name}__raw"'
        if column.required:
            found[f"{column.name} is missing"] = f"{written} IS NULL"
        if column.type != TEXT:
            found[f"{column.name} is not a {_kind(column.type)}"] = (
                f"{name} IS NULL AND {written} IS NOT NULL"
            )
        if column.at_least is not None:
            found[f"{column.name} is below {column.at_least:g}"] = f"{name} < {column.at_least}"
        if column.at_most is not None:
            found[f"{column.name} is above {column.at_most:g}"] = f"{name} > {column.at_most}"
    for earlier, later in table.order:
        if {earlier, later} <= present:
            found |= _backwards(earlier, later)
    found |= _impossible_times(table, last_day, ledger, present)
    if table.name != "accounts" and "accounts" in ledger:
        found["account is unknown"] = "t.account_id IS NOT NULL AND known_accounts.account_id IS NULL"
    return found


def _backwards(earlier: str, later: str) -> dict[str, str]:
    """The reason of rows in which one day comes before the one that it must follow; a bare day is the same day at any hour."""
    if (earlier, later) == ("start_date", "end_date"):
        return {f"{later} is before {earlier}": f"t.{later} <= t.{earlier}"}
    if (earlier, later) == ("issued_at", "paid_at"):
        # Who pays ahead does so within a month; a year is a wrong date.
        return {
            f"{later} is over {PREPAID_DAYS} days before {earlier}": f"t.{later} < t.{earlier} - INTERVAL {PREPAID_DAYS} DAY"
        }
    is_earlier_day = f"CAST(t.{later} AS DATE) < CAST(t.{earlier} AS DATE)"
    has_hour = f"t.{later} <> date_trunc('day', t.{later})"
    return {f"{later} is before {earlier}": f"t.{later} < t.{earlier} AND ({is_earlier_day} OR {has_hour})"}


def tombstone(table: Table, present: set[str]) -> str:
    """SQL for whether a row only says that its source deleted the row of that key: nothing else need stand in it."""
    if not {"is_deleted", table.key[0]} <= present:
        return "false"
    return f"coalesce(t.is_deleted AND t.{table.key[0]} IS NOT NULL, false)"


def _impossible_times(
    table: Table, last_day: date | None, ledger: set[str], present: set[str]
) -> dict[str, str]:
    found: dict[str, str] = {}
    if last_day is not None and table.name not in ("accounts", "milestones"):
        # A term may start in the future; it lies there only if it was also recorded then.
        when = table.clock if table.is_event else "coalesce(t.known_at, t.signed_at)"
        later = last_day + timedelta(days=366)
        found[AFTER_LAST_DAY] = f"{when} >= TIMESTAMP '{last_day}' AND {when} < TIMESTAMP '{later}'"
        found["lies in the future"] = f"{when} >= TIMESTAMP '{later}'"
    if last_day is not None:
        later = last_day + timedelta(days=366)
        found |= {
            f"{c.name} lies in the future": f"t.{c.name} >= TIMESTAMP '{later}'"
            for c in table.columns
            if c.revealed_by == c.name and c.name in present and c.name not in MAY_COME
        }
    if last_day is not None and table.name == "accounts":
        found["lies in the future"] = f"t.created_at >= TIMESTAMP '{last_day + timedelta(days=366)}'"
    if not table.is_event:
        return found
    if "accounts" in ledger:
        found["is before the account was created"] = (
            f"{_BEFORE_A_PERIOD_ENDS if table.name == 'usage' else table.clock} < date_trunc('day', known_accounts.created_at)"
        )
    if table.name == "usage" and "contracts" in ledger:
        found["is before its own contract"] = "t.occurred_at < known_contracts.start_date"
    return found


# A row of a day's date may sum up the week from then on, one of a month's first day the month.
_BEFORE_A_PERIOD_ENDS = """coalesce(t.period_end, CASE WHEN t.occurred_at <> date_trunc('day', t.occurred_at) THEN t.occurred_at
    WHEN day(t.occurred_at) = 1 THEN last_day(t.occurred_at) ELSE t.occurred_at + INTERVAL 6 DAY END)"""


def references(table: Table, ledger: set[str]) -> str:
    """SQL joins to what a row is checked against; each key is unique there, so no row is doubled."""
    joins = []
    if table.name != "accounts" and "accounts" in ledger:
        joins.append("LEFT JOIN known_accounts ON known_accounts.account_id = t.account_id")
    if table.name == "usage" and "contracts" in ledger:
        joins.append("LEFT JOIN known_contracts ON known_contracts.contract_id = t.contract_id")
    return " ".join(joins)


def _kind(sql_type: str) -> str:
    kinds = {"DATE": "date", "TIMESTAMP": "timestamp", "BOOLEAN": "yes/no", "BIGINT": "whole number"}
    return kinds.get(sql_type, "number")
