"""``alarms.json``: which columns may know an outcome, how strongly, what to do, and whether the run must stop."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from pydantic import TypeAdapter

from churnml.results.stored import LAZY

Level = Literal["look", "stop"]

BACKTEST = "backtest"
"""What stands in for a column's name in L5, and under ``leakage.allowed_columns``."""

ADVICE = {
    "L1": "leave it out, unless its value is surely known before the outcome",
    "L2": "leave it out: it is written when the outcome is",
    "L3": "see on which day its source is written; a fact known only then (a notice) is honest but late",
    "L4": "leave it out, or deliver its history with the day of each change",
    "L5": "look for accounts or days that stand on both sides, and for columns filled in later",
    "L6": "leave it out, unless it was written before the outcome and by no model that had seen it",
}


@dataclass(frozen=True)
class Alarm:
    """One finding of one check on one column; ``figure`` is what ``says`` puts in words, between 0 and 1.

    >>> Alarm("L2", "reason", "stop", 1.0, "filled for leavers only").advice
    'leave it out: it is written when the outcome is'
    """

    check: str
    column: str
    level: Level
    figure: float
    says: str

    @property
    def advice(self) -> str:
        """What to do about it."""
        return ADVICE[self.check]

    def as_dict(self) -> dict[str, Any]:
        """The finding for JSON, with the advice."""
        return {**asdict(self), "figure": round(self.figure, 4), "advice": self.advice}


@dataclass(frozen=True)
class Audit:
    """All alarms on one outcome. ``known`` are those on columns that a data scientist vouches for: told, and no reason to stop."""

    outcome: str
    rows: int
    outcomes: int
    alarms: tuple[Alarm, ...]
    known: tuple[Alarm, ...] = ()

    @property
    def stops(self) -> tuple[Alarm, ...]:
        """The alarms that forbid to go on."""
        return tuple(alarm for alarm in self.alarms if alarm.level == "stop")

    @property
    def stopped_columns(self) -> list[str]:
        """The columns to leave out, each once, in the table's order."""
        return list(dict.fromkeys(alarm.column for alarm in self.stops))

    @classmethod
    def of(cls, outcome: str, rows: int, outcomes: int, found: Iterable[Alarm], known: Iterable[str]) -> Self:
        """The audit of these findings, those on vouched columns put apart."""
        vouched, every = set(known), list(found)
        return cls(
            outcome, rows, outcomes,
            tuple(alarm for alarm in every if alarm.column not in vouched),
            tuple(alarm for alarm in every if alarm.column in vouched),
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """The audit for JSON, with ``is_stopped``."""
        return {
            "outcome": self.outcome, "rows": self.rows, "outcomes": self.outcomes, "is_stopped": bool(self.stops),
            "alarms": self.alarms, "known": self.known,
        }  # fmt: skip


AUDITS: TypeAdapter[Mapping[str, Audit]] = TypeAdapter(Mapping[str, Audit], config=LAZY)
"""An audit by outcome."""
