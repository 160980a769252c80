"""What the alarms found, in plain lines: every column once, with all that speaks against it and what to do."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

Stored = Mapping[str, Any]
"""An audit as ``Audit.as_dict`` gives it, and JSON keeps it."""


def told(audit: Stored) -> list[str]:
    """One entry a column, columns that stop first: what to do, and below it a line a finding.

    >>> found = {"check": "L2", "column": "reason", "level": "stop", "says": "filled for leavers", "advice": "leave it out"}
    >>> print(told({"alarms": [found]})[0])
    'reason' [stop]: leave it out
          L2 filled for leavers
    """
    return [_lines(column, found) for column, found in _by_column(audit["alarms"])]


def vouched(audit: Stored) -> list[str]:
    """One line for each column that would have alarmed and is vouched for."""
    return [
        f"'{column}' is vouched for (alarms.known), although: {'; '.join(alarm['says'] for alarm in found)}"
        for column, found in _by_column(audit["known"])
    ]


def strangers(known: Sequence[str], columns: Sequence[str]) -> list[str]:
    """One line for each name under alarms.known that no column bears: it vouches for nothing.

    >>> strangers(["has_notcie"], ["has_notice", "term_days"])
    ["alarms.known: no column 'has_notcie': did you mean 'has_notice'?"]
    """
    absent = [name for name in known if name not in columns]
    return [f"alarms.known: no column '{name}'{_near(name, columns)}" for name in absent]


def _near(name: str, columns: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, columns, n=1)
    return f": did you mean '{near[0]}'?" if near else "; it vouches for nothing"


def stopped(audit: Stored) -> list[str]:
    """The columns that stop the run, each once."""
    return list(dict.fromkeys(a["column"] for a in audit["alarms"] if a["level"] == "stop"))


def _by_column(alarms: Sequence[Stored]) -> list[tuple[str, list[Stored]]]:
    """The findings of each column, those that stop first, else in the table's order."""
    columns = dict.fromkeys(alarm["column"] for alarm in alarms)
    found = [(column, [a for a in alarms if a["column"] == column]) for column in columns]
    return sorted(found, key=lambda each: not _stops(each[1]))


def _stops(found: Sequence[Stored]) -> bool:
    return any(alarm["level"] == "stop" for alarm in found)


def _lines(column: str, found: Sequence[Stored]) -> str:
    """The column with what to do, and below it a line a finding."""
    level = "stop" if _stops(found) else "look"
    first = next(alarm for alarm in found if alarm["level"] == level)
    findings = [f"      {alarm['check']} {alarm['says']}" for alarm in found]
    return "\n".join([f"'{column}' [{level}]: {first['advice']}", *findings])
