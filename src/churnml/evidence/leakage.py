"""What the alarms found, in plain lines: every column once, with all that speaks against it and what to do."""

import difflib
import logging
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from churnml.errors import LeakError

log = logging.getLogger("churnml.alarms")

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


def warn_of_strangers(known: Sequence[str], columns: Sequence[str]) -> None:
    """Logs each name under alarms.known that no column bears."""
    for line in strangers(known, columns):
        log.warning(line)


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


def require_clear(audits: Mapping[str, Stored]) -> None:
    """Nothing, or LeakError with every alarm of every outcome, where one of them stops the run; what only asks to be looked at is logged."""
    _log(audits)
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


def require_clear_backtest(audits: Mapping[str, Stored]) -> None:
    """The same for a backtest, of which no single column is suspected."""
    _log(audits)
    if any(stopped(audit) for audit in audits.values()):
        lines = [f"{outcome}: {line}" for outcome, audit in audits.items() for line in told(audit)]
        raise LeakError.of(
            "the backtest is too good: its test is easier than its training; nothing was judged. Vouch for it with "
            "'alarms: {known: [backtest]}' where you know why:",
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


def _log(audits: Mapping[str, Stored]) -> None:
    """One warning for each column of an audit that does not stop."""
    for outcome, audit in audits.items():
        for line in () if stopped(audit) else [*told(audit), *vouched(audit)]:
            log.warning("%s: %s", outcome, line)


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
