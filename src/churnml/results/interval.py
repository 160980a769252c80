"""A figure with its interval."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of the book as it is, and the ends of its interval over resampled accounts; None where nothing can be said."""

    value: float | None
    low: float | None
    high: float | None

    def __neg__(self) -> "Interval":
        """The difference the other way round.

        >>> -Interval(0.2, 0.1, 0.4)
        Interval(value=-0.2, low=-0.4, high=-0.1)
        """
        return Interval(*(None if each is None else -each for each in (self.value, self.high, self.low)))

    @property
    def side(self) -> int:
        """1 where the whole interval lies above zero, -1 below; 0 where it may be either, or is unknown.

        >>> Interval(0.2, 0.1, 0.3).side, Interval(-0.2, -0.3, -0.1).side, Interval(0.2, None, None).side
        (1, -1, 0)
        """
        if self.low is None or self.high is None:
            return 0
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True, slots=True)
class Point:
    """A figure without an interval."""

    value: float | None

    @property
    def low(self) -> None:
        """Nothing: it has no interval."""

    @property
    def high(self) -> None:
        """Nothing: it has no interval."""
