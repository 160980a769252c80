"""What a feature is: said once, read by build, training, scoring, the monotone constraint, the reasons and the docs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from churnml.timeline import Window

Direction = Literal[-1, 0, 1]
"""Whether a higher value raises (1) or lowers (-1) an outcome's probability; 0 = no direction is claimed."""

ZERO = 0.0
UNKNOWN = None

SAY = {
    "days": "{:,.0f} days", "hours": "{:,.0f} hours", "share": "{:.0%}", "usd": "${:,.0f}", "ratio": "{:.0%}", "score": "{:.1f}",
    "years": "{:.1f} years", "per seat": "{:,.1f}",
}  # fmt: skip


@dataclass(frozen=True)
class View:
    """A named SELECT over a table as the door shows it (``{door}``), for what one aggregate cannot say.

    ``needs`` are the canonical columns without which it means nothing; ``reach_days`` bounds how far back its rows go. It must give
    ``snapshot`` and ``as_of``.
    """

    name: str
    table: str
    sql: str
    needs: tuple[str, ...] = ()
    reach_days: int | None = None


@dataclass(frozen=True)
class Feature:
    """One column the models may see.

    Its value comes from one of four: ``aggregate``, SQL over the source's rows, ``{when}`` standing for the window's filter;
    ``measure``, a name in ``MEASURES``, for what is counted about usage; ``formula``, SQL over columns of other features; ``peer_of``, the
    column whose median over the account's peers it is (same segment and tenure band, live at the start of the month). ``no_rows`` says what the absence of rows means: ZERO (none happened), a number, or UNKNOWN. A building block
    (``is_input`` false) is computed for formulas and given to no model. ``phrase`` says one account's ``{value}`` in plain words (``{window}`` is the window's), ``none`` says what a value of 0 means where the phrase would read oddly.
    ``noun`` is what rises or falls where an account is told beside its own past; without one it is not. ``level`` is the column whose
    own rise or fall is told in place of a comparison's: 'active users fell from 41 to 12' says more than 'are at 29 %'.
    ``is_calendar`` says that the value moves by itself, day by day, until something is signed. ``measured_as`` is the SQL of its measure,
    which the catalogue fills in.
    """

    name: str
    source: str | View
    concept: str
    unit: str
    phrase: str
    churn: Direction
    expansion: Direction
    no_rows: float | None
    aggregate: str = ""
    measure: str = ""
    formula: str = ""
    peer_of: str = ""
    window: Window | None = None
    clock: str = "clock"
    none: str = ""
    noun: str = ""
    level: str = ""
    is_category: bool = False
    is_input: bool = True
    is_calendar: bool = False
    measured_as: str = ""

    @property
    def column(self) -> str:
        """The column's name, derived from the feature's name and window."""
        return f"{self.name}_{self.window.label}" if self.window else self.name

    @property
    def table(self) -> str:
        """The canonical table the feature reads."""
        return self.source.table if isinstance(self.source, View) else self.source

    @property
    def words(self) -> set[str]:
        """Every name in the feature's SQL: canonical columns it reads, columns a formula needs."""
        view = self.source.needs if isinstance(self.source, View) else ()
        return set(re.findall(r"[a-z_][a-z_0-9]*", f"{self.aggregate} {self.formula} {self.clock}")) | set(
            view
        )

    @property
    def is_beside_peers(self) -> bool:
        """Whether the phrase already sets the account beside similar ones."""
        return any(word.startswith("peer_") for word in self.words)

    def direction(self, outcome: str) -> Direction:
        """The declared direction for an outcome; what drives an account out also makes it shrink, so contraction leans as churn does."""
        return self.expansion if outcome == "expansion" else self.churn

    def format(self, value: float | str) -> str:
        """A value in the feature's unit.

        >>> Feature("f", "usage", "c", "share", "", 0, 0, ZERO).format(0.25)
        '25%'
        """
        if isinstance(value, str):
            return value
        text = SAY.get(self.unit, "{:,.0f}").format(value)
        return text if any(digit in text for digit in "123456789") else text.replace("-", "")  # no '-0'

    def say(self, value: float | str) -> str:
        """One account's value as a plain fact.

        >>> Feature("f", "usage", "c", "users", "{value} active users", 0, 0, ZERO).say(12.0)
        '12 active users'
        """
        return self._fill(self.none if value == 0 and self.none else self.phrase, self.format(value))

    @property
    def pattern(self) -> str:
        """The phrase with its value left open."""
        return self._fill(self.phrase, "…")

    def _fill(self, phrase: str, value: str) -> str:
        return phrase.format(value=value, window=self.window.words if self.window else "")


def ratio(part: str, whole: str, cap: float) -> str:
    """SQL for part / whole, at most ``cap``, unknown where either is or where there is no whole to compare with.

    >>> ratio("a", "b", 3)
    'CASE WHEN b > 0 AND a IS NOT NULL THEN least(a / b, 3) END'
    """
    # least() passes over NULL and would turn 'unknown' into the cap.
    return f"CASE WHEN {whole} > 0 AND {part} IS NOT NULL THEN least({part} / {whole}, {cap}) END"


def over(windows: Iterable[Window], feature: Feature) -> tuple[Feature, ...]:
    """The same feature over several windows."""
    return tuple(replace(feature, window=window) for window in windows)
