"""Ends a run whose audit has an alarm that stops, and logs what only asks to be looked at; nothing is computed here."""

import logging
import shlex
from collections.abc import Mapping, Sequence

from churnml.errors import LeakError
from churnml.evidence.leakage import alarm_lines, unknown_names, vouched
from churnml.results.alarms import Audit

log = logging.getLogger("churnml.alarms")


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
    """One warning for each column of an audit that does not stop."""
    for outcome, audit in audits.items():
        for line in () if audit.stops else [*alarm_lines(audit), *vouched(audit)]:
            log.warning("%s: %s", outcome, line)
