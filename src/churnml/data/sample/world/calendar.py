"""The calendar of the sample book: months, and how days differ. Days are counted since 1970-01-01."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from churnml.data.sample.world import constants
from churnml.data.sample.world.rng import Floats, Ints


@dataclass(frozen=True)
class Calendar:
    """The months the world lives through: a year before the book opens to a year after it closes.

    The year after is simulated because what happens then (a cancellation, a complaint) shows before today.
    """

    first_day: int
    last_day: int
    month_starts: Ints  # one more than there are months

    @property
    def months(self) -> int:
        """How many months there are."""
        return len(self.month_starts) - 1

    @property
    def book_months(self) -> range:
        """The months of the usage log."""
        return range(
            int(self.month_of(np.array(self.first_day))), int(self.month_of(np.array(self.last_day - 1))) + 1
        )

    def month_of(self, days: Ints) -> Ints:
        """The month in which each day lies."""
        return np.searchsorted(self.month_starts, days, side="right") - 1


def calendar_of(first_day: date, last_day: date) -> Calendar:
    """The calendar of a book with this span.

    >>> calendar_of(date(2021, 1, 1), date(2022, 1, 1)).months
    36
    """
    opens, closes = np.datetime64(first_day, "D"), np.datetime64(last_day, "D")
    months = np.arange(opens.astype("M8[M]") - 12, (closes - 1).astype("M8[M]") + 14)
    starts = months.astype("M8[D]").astype(np.int64)
    return Calendar(int(opens.astype(np.int64)), int(closes.astype(np.int64)), starts)


def add_months(days: Ints, months: Ints) -> Ints:
    """The same day of the month so many months later, at most the 28th so that it always exists."""
    dates = days.astype("M8[D]")
    month = dates.astype("M8[M]")
    day_of_month = np.minimum((dates - month.astype("M8[D]")).astype(np.int64), 27)
    later: Ints = (month + months).astype("M8[D]").astype(np.int64) + day_of_month
    return later


def season(days: Ints) -> Floats:
    """How busy each day is against an ordinary working day: weekends, the turn of the year, the summer."""
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    dates = days.astype("M8[D]")
    day_of_year = (dates - dates.astype("M8[Y]").astype("M8[D]")).astype(np.int64)
    month = dates.astype("M8[M]").astype(np.int64) % 12 + 1
    busy = np.where(weekday >= 5, constants.WEEKEND, 1.0)
    busy = np.where(
        (day_of_year < constants.NEW_YEAR_DAYS) | (day_of_year >= constants.CHRISTMAS_FROM),
        busy * constants.HOLIDAY,
        busy,
    )
    return np.where(month == constants.SUMMER_MONTH, busy * constants.SUMMER, busy)
