"""What the alarms found, in plain lines: every column once, with all that speaks against it and what to do."""

import difflib
import logging
import shlex
from collections.abc import Mapping, Sequence

from churnml.errors import LeakError
from churnml.results.alarms import Alarm, Audit

log = logging.getLogger("churnml.alarms")


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
    columns = dict.fromkeys(alarm.column for alarm in alarms)
    by_column = [(column, [a for a in alarms if a.column == column]) for column in columns]
    return sorted(by_column, key=lambda each: not _stops(each[1]))


def _stops(alarms: Sequence[Alarm]) -> bool:
    return any(alarm.level == "stop" for alarm in alarms)


def _lines(column: str, alarms: Sequence[Alarm]) -> str:
    level = "stop" if _stops(alarms) else "look"
    first = next(alarm for alarm in alarms if alarm.level == level)
    findings = [f"      {alarm.check} {alarm.says}" for alarm in alarms]
    return "\n".join([f"'{column}' [{level}]: {first.advice}", *findings])


def warn_of_unknown_names(known: Sequence[str], columns: Sequence[str]) -> None:
    """Logs each name under alarms.known that no column bears."""
    for line in unknown_names(known, columns):
        log.warning(line)


def require_clear(audits: Mapping[str, Audit]) -> None:
    """Nothing, or LeakError with every alarm of every outcome, where one of them stops the run; what only asks to be looked at is logged."""
    _log(audits)
    columns = sorted({column for audit in audits.values() for column in audit.stopped_columns})
    if columns:
        named = ", ".join(columns)
        lines = [f"{outcome}: {line}" for outcome, audit in audits.items() for line in alarm_lines(audit)]
        raise LeakError.of(
            f"{len(columns)} column(s) know the outcome; nothing was trained. Leave them out with 'features: {{exclude: [{named}]}}', or, "
            f"where one is surely known before the outcome, vouch for it with 'alarms: {{known: [...]}}', in params.yaml or under "
            "'params:' in book.yaml:",
            lines,
        )


def require_clear_backtest(audits: Mapping[str, Audit]) -> None:
    """The same for a backtest, of which no single column is suspected."""
    _log(audits)
    if any(audit.stops for audit in audits.values()):
        lines = [f"{outcome}: {line}" for outcome, audit in audits.items() for line in alarm_lines(audit)]
        raise LeakError.of(
            "the backtest is too good: its test is easier than its training; nothing was judged. Vouch for it with "
            "'alarms: {known: [backtest]}' where you know why:",
            lines,
        )


def require_clear_table(audit: Audit, file: str) -> None:
    """The same for a flat table, with the ready-made flags that leave the columns out."""
    columns = audit.stopped_columns
    if columns:
        flags = " ".join(f"--drop {shlex.quote(column)}" for column in columns)
        raise LeakError.of(
            f"{len(columns)} column(s) of '{file}' know '{audit.outcome}'; nothing was fitted. Run again with\n\n  {flags}\n\nor vouch for "
            "one that is surely known before the outcome (alarms.known in params.yaml):",
            alarm_lines(audit),
        )


def _log(audits: Mapping[str, Audit]) -> None:
    for outcome, audit in audits.items():
        for line in () if audit.stops else [*alarm_lines(audit), *vouched(audit)]:
            log.warning("%s: %s", outcome, line)
