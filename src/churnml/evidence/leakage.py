"""What the alarms found, in plain lines: every column once, with all that speaks against it and what to do."""

import difflib
from collections.abc import Sequence

from churnml.results.alarms import Alarm, Audit


def alarm_lines(audit: Audit) -> list[str]:
    """One entry a column, columns that stop first: what to do, and below it a line a finding.

    >>> alarm = Alarm("L2", "reason", "stop", 1.0, "filled for leavers")
    >>> print(alarm_lines(Audit("churn", 90, 9, (alarm,)))[0])
    'reason' [stop]: leave it out: it is written when the outcome is
          L2 filled for leavers
    """
    return [_lines(column, alarms) for column, alarms in _by_column(audit.alarms)]


def vouched(audit: Audit) -> list[str]:
    """One line for each column that would have alarmed and is vouched for."""
    return [
        f"'{column}' is vouched for (alarms.known), although: {'; '.join(alarm.says for alarm in alarms)}"
        for column, alarms in _by_column(audit.known)
    ]


def unknown_names(known: Sequence[str], columns: Sequence[str]) -> list[str]:
    """One line for each name under alarms.known that no column bears: it vouches for nothing.

    >>> unknown_names(["has_notcie"], ["has_notice", "term_days"])
    ["alarms.known: no column 'has_notcie': did you mean 'has_notice'?"]
    """
    absent = [name for name in known if name not in columns]
    return [f"alarms.known: no column '{name}'{_near(name, columns)}" for name in absent]


def _near(name: str, columns: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, columns, n=1)
    return f": did you mean '{near[0]}'?" if near else "; it vouches for nothing"


def _by_column(alarms: Sequence[Alarm]) -> list[tuple[str, list[Alarm]]]:
    """The findings of each column, those that stop first, else in the table's order."""
    columns = dict.fromkeys(alarm.column for alarm in alarms)
    by_column = [(column, [a for a in alarms if a.column == column]) for column in columns]
    return sorted(by_column, key=lambda each: not _stops(each[1]))


def _stops(alarms: Sequence[Alarm]) -> bool:
    return any(alarm.level == "stop" for alarm in alarms)


def _lines(column: str, alarms: Sequence[Alarm]) -> str:
    """The column with what to do, and below it a line a finding."""
    level = "stop" if _stops(alarms) else "look"
    first = next(alarm for alarm in alarms if alarm.level == level)
    findings = [f"      {alarm.check} {alarm.says}" for alarm in alarms]
    return "\n".join([f"'{column}' [{level}]: {first.advice}", *findings])
