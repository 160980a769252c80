"""What the alarms found, in plain lines: every column once, with all that speaks against it and what to do."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from churnml.errors import LeakError
from churnml.learn.alarms.alarm import CHECKS

Stored = Mapping[str, Any]
"""An audit as ``Audit.as_dict`` gives it, and JSON keeps it."""


def told(audit: Stored) -> list[str]:
    """One line a column, columns that stop first: its findings, then what to do.

    >>> told({"alarms": [{"check": "L2", "column": "reason", "level": "stop", "says": "filled for leavers", "advice": "leave it out"}]})
    ["'reason' [stop]: filled for leavers (L2). What to do: leave it out."]
    """
    return [_line(column, found) for column, found in _by_column(audit["alarms"])]


def vouched(audit: Stored) -> list[str]:
    """One line for each column that would have alarmed and is vouched for."""
    return [
        f"'{column}' is vouched for (alarms.known), although: {_findings(found)}."
        for column, found in _by_column(audit["known"])
    ]


def stopped(audit: Stored) -> list[str]:
    """The columns that stop the run, each once."""
    return list(dict.fromkeys(a["column"] for a in audit["alarms"] if a["level"] == "stop"))


def require_clear(audits: Mapping[str, Stored]) -> None:
    """Nothing, or LeakError with every alarm of every outcome, where one of them stops the run."""
    columns = sorted({column for audit in audits.values() for column in stopped(audit)})
    if columns:
        named = ", ".join(columns)
        lines = [f"{outcome}: {line}" for outcome, audit in audits.items() for line in told(audit)]
        raise LeakError.of(
            f"{len(columns)} column(s) know the outcome; nothing was trained. Leave them out with 'features: {{exclude: [{named}]}}', or, "
            f"where one is surely known before the outcome, vouch for it with 'alarms: {{known: [...]}}', in params.yaml or under "
            "'params:' in book.yaml:",
            lines,
        )


def require_clear_table(audit: Stored, file: str) -> None:
    """The same for a flat table, with the ready-made flags that leave the columns out."""
    columns = stopped(audit)
    if columns:
        flags = " ".join(f"--drop {shlex.quote(column)}" for column in columns)
        raise LeakError.of(
            f"{len(columns)} column(s) of '{file}' know '{audit['outcome']}'; nothing was fitted. Run again with\n\n  {flags}\n\nor vouch for "
            "one that is surely known before the outcome (alarms.known in params.yaml):",
            told(audit),
        )


def _by_column(alarms: Sequence[Stored]) -> list[tuple[str, list[Stored]]]:
    """The findings of each column, those that stop first, else in the table's order."""
    columns = dict.fromkeys(alarm["column"] for alarm in alarms)
    found = [(column, [a for a in alarms if a["column"] == column]) for column in columns]
    return sorted(found, key=lambda each: not _stops(each[1]))


def _stops(found: Sequence[Stored]) -> bool:
    return any(alarm["level"] == "stop" for alarm in found)


def _line(column: str, found: Sequence[Stored]) -> str:
    level = "stop" if _stops(found) else "look"
    first = next((alarm for alarm in found if alarm["level"] == level), found[0])
    return f"'{column}' [{level}]: {_findings(found)}. What to do: {first['advice']}."


def _findings(found: Sequence[Stored]) -> str:
    return "; ".join(f"{alarm['says']} ({alarm['check']})" for alarm in found)


def checks() -> str:
    """The numbered checks, one a line, for a page.

    >>> print(checks().splitlines()[0])
    L1  one column alone tells the outcome
    """
    return "\n".join(f"{number}  {words}" for number, words in CHECKS.items())
