"""Dates only: windows, as-of dates and the folds of a rolling-origin backtest.

Every interval is half-open: a window is ``[as_of - days, as_of)``. Nothing here knows of tables or models.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of the past, ``[as_of - ago - days, as_of - ago)``.

    >>> Window(28).label, Window(91, ago=28).label
    ('28d', '91d_before_28d')
    """

    days: int
    ago: int = 0

    @property
    def label(self) -> str:
        """The window as a column suffix."""
        return f"{self.days}d" + (f"_before_{self.ago}d" if self.ago else "")

    @property
    def words(self) -> str:
        """The window as a person says it.

        >>> Window(28).words, Window(91, ago=28).words
        ('the last 28 days', 'the 91 days before the last 28')
        """
        return (
            f"the {self.days} days before the last {self.ago}" if self.ago else f"the last {self.days} days"
        )

    @property
    def reach(self) -> int:
        """How many days back the window starts."""
        return self.days + self.ago


@dataclass(frozen=True)
class Fold:
    """One step of a rolling-origin backtest.

    Train on outcomes ripe at ``cutoff``; test on snapshots with ``cutoff <= as_of < test_end``.
    """

    cutoff: date
    test_end: date


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or that month's last day.

    >>> add_months(date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (first_of_next - timedelta(days=1)).day))


def rolling_origin(last_day: date, folds: int, step_months: int) -> tuple[Fold, ...]:
    """The backtest's folds, oldest first; the newest one's test ends on ``last_day`` (exclusive).

    >>> [str(f.cutoff) for f in rolling_origin(date(2025, 1, 1), folds=2, step_months=3)]
    ['2024-07-01', '2024-10-01']
    """
    edges = [add_months(last_day, -step_months * k) for k in range(folds, -1, -1)]
    return tuple(Fold(cutoff, test_end) for cutoff, test_end in pairwise(edges))


def even_steps(first: date, end: date, last_day: date, folds: int) -> tuple[Fold, ...]:
    """Folds of even steps, to the day, from the first cutoff to ``end``; the newest one's test ends on ``last_day``, as always.

    >>> [str(f.cutoff) for f in even_steps(date(2025, 1, 1), date(2025, 3, 2), date(2025, 6, 1), folds=3)]
    ['2025-01-01', '2025-01-21', '2025-02-10']
    """
    cutoffs = [first + timedelta(days=(end - first).days * step // folds) for step in range(folds)]
    return tuple(Fold(cutoff, test_end) for cutoff, test_end in pairwise([*cutoffs, last_day]))
