"""What a feature is: said once, read by build, training, scoring, the monotone constraint, the reasons and the docs."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import TypeAdapter

from churnml.results.stored import adapter
from churnml.timeline import Window

Spec = dict[str, Any]

"""What ``specs`` gives, without wording: ``featurize`` writes it and training reads it, so that a phrase may be mended and no model is fitted again."""

WORDING = ("phrase", "none", "noun", "level", "is_calendar")


Direction = Literal[-1, 0, 1]
"""Whether a higher value raises (1) or lowers (-1) an outcome's probability; 0 = no direction is claimed."""

ZERO = 0.0
UNKNOWN = None

SAY = {
    "days": "{:,.0f} days", "hours": "{:,.0f} hours", "share": "{:.0%}", "usd": "${:,.0f}", "ratio": "{:.0%}", "score": "{:.1f}",
    "years": "{:.1f} years", "per seat": "{:,.1f}",
}  # fmt: skip
NOT_ZERO = re.compile("[1-9]")


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


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One column the models may see. Its value comes from one of aggregate, measure, formula and peer_of.

    name: what the column's name begins with; the window's label follows
    source: the canonical table, or a view of one, whose rows it reads
    concept: what a person sees as one thing: one reason each
    unit: how its value is written (``SAY``)
    phrase: one account's ``{value}`` in plain words; ``{window}`` is the window's
    churn, expansion: the direction in which a higher value moves the outcome's probability
    no_rows: what the absence of rows means: ZERO (none happened), a number, or UNKNOWN
    aggregate: SQL over the source's rows; ``{when}`` stands for the window's filter
    measure: a name in ``MEASURES``, for what is counted about usage
    measured_as: the SQL of its measure, which the catalogue fills in
    formula: SQL over columns of other features
    peer_of: the column whose median over the account's peers it is (same segment and tenure band, live at the start of the month)
    window, clock: the stretch of days before the as-of date that counts, and the column that says when a row happened
    none: what a value of 0 means, where the phrase would read oddly
    noun: what rises or falls where an account stands beside its own past; without one it does not
    level: the column whose own rise or fall is shown for a comparison: 'active users fell from 41 to 12' says more than 'are at 29 %'
    is_category: whether its values are words
    is_input: False for a building block of formulas, given to no model
    is_calendar: whether the value moves by itself, day by day, until something is signed
    """

    name: str
    source: str | View
    concept: str
    unit: str
    phrase: str
    churn: Direction = 0
    expansion: Direction = 0
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

    @cached_property
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

    @cached_property
    def is_peer_comparison(self) -> bool:
        """Whether the phrase already compares the account with similar ones."""
        return any(word.startswith("peer_") for word in self.words)

    def direction(self, outcome: str) -> Direction:
        """The declared direction for an outcome; what drives an account out also makes it shrink, so contraction has churn's."""
        return self.expansion if outcome == "expansion" else self.churn

    def format(self, value: float | str) -> str:
        """A value in the feature's unit.

        >>> Feature(name="f", source="usage", concept="c", unit="share", phrase="", no_rows=ZERO).format(0.25)
        '25%'
        """
        if isinstance(value, str):
            return value
        return _figure(SAY.get(self.unit, "{:,.0f}"), value)

    @cached_property
    def last_digit(self) -> float:
        """What a step of the last digit is worth in ``format``: values farther apart never read alike.

        >>> Feature(name="f", source="usage", concept="c", unit="share", phrase="", no_rows=ZERO).last_digit
        0.01
        """
        digits = re.search(r"\.(\d)([f%])", SAY.get(self.unit, "{:,.0f}"))
        assert digits, "a format says how many digits it has"
        return float(10.0 ** -(int(digits[1]) + 2 * (digits[2] == "%")))

    def say(self, value: float | str) -> str:
        """One account's value as a plain fact.

        >>> Feature(name="f", source="usage", concept="c", unit="users", phrase="{value} active users", no_rows=ZERO).say(12.0)
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


def specs(features: Iterable[Feature]) -> list[Spec]:
    """Every field of every feature that can move a number or a reason, as JSON would give it back; wording may be mended, and how a change is told."""
    fields = [
        {
            "column": feature.column,
            **{k: v for k, v in asdict(feature).items() if k not in WORDING and (v or k != "measured_as")},
        }
        for feature in features
    ]
    found: list[Spec] = json.loads(json.dumps(fields, default=str))
    return found


def restored(stored: list[Spec]) -> tuple[Feature, ...]:
    """The features that ``specs`` gave, without words."""
    return tuple(_restored(spec) for spec in stored)


def _restored(spec: Spec) -> Feature:
    fields = {name: value for name, value in spec.items() if name != "column"}
    if isinstance(spec["source"], dict):
        fields["source"] = View(**{**spec["source"], "needs": tuple(spec["source"]["needs"])})
    if spec["window"]:
        fields["window"] = Window(**spec["window"])
    return Feature(phrase="", **fields)


@lru_cache(maxsize=1 << 16)
def _figure(form: str, value: float) -> str:
    text = form.format(value)
    return text if NOT_ZERO.search(text) else text.replace("-", "")  # no '-0'


CATALOGUE: TypeAdapter[Sequence[Feature]] = adapter(restored)
"""What ``featurize`` wrote with ``specs``, as features without words."""
