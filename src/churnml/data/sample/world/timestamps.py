"""When things happen and how an export writes it: days since 1970-01-01 and seconds since then."""

import numpy as np

from churnml.data.sample.world import constants
from churnml.data.sample.world.calendar import season
from churnml.data.sample.world.rng import Flags, Floats, Ints, Words
from churnml.data.sample.world.truth import Story

DAY = 86_400
Texts = list[str]


def happenings(story: Story, rng: np.random.Generator, rate: Floats) -> tuple[Ints, Ints, Ints]:
    """Accounts, months and days of things that happen at a monthly rate (a row an account, a column a month).

    They keep to the account's time in service and mostly to working days.
    """
    months = story.calendar.book_months
    span = slice(months.start, months.stop)
    counts = rng.poisson(rate[:, span])
    cell = np.repeat(np.arange(counts.size), counts.ravel())
    account, month = cell // counts.shape[1], cell % counts.shape[1] + months.start
    first, length = story.calendar.month_starts[month], np.diff(story.calendar.month_starts)[month]
    day = first + (rng.random(len(cell)) * length).astype(np.int64)
    keep = story.is_served(account, day) & (rng.random(len(cell)) < season(day))
    return account[keep], month[keep], day[keep]


def at_work(rng: np.random.Generator, day: Ints) -> Ints:
    """A second within working hours of each day."""
    return day * DAY + rng.integers(8 * 3600, 18 * 3600, size=len(day))


def after_hours(rng: np.random.Generator, second: Ints, median: Floats, spread: float) -> Ints:
    """A second some hours later, log-normally spread around a median."""
    hours = median * np.exp(spread * rng.standard_normal(len(second)))
    later: Ints = second + np.maximum(60, hours * 3600).astype(np.int64)
    return later


def synced(rng: np.random.Generator, second: Ints) -> Ints:
    """When each row reaches the warehouse: minutes later, or for a few rows days later."""
    prompt = rng.integers(300, 3600, size=len(second))
    late = rng.integers(*constants.LATE_ROW_DAYS, size=len(second)) * DAY
    return second + prompt + np.where(rng.random(len(second)) < constants.LATE_ROWS, late, 0)


def texts(words: Words) -> Texts:
    """An array of words as a column of text."""
    return [str(word) for word in words.tolist()]


def day_text(day: Ints, before: int | None = None) -> Texts:
    """Days as an export writes them; empty where a day is not before the one given: it has not come."""
    text = np.datetime_as_string(day.astype("M8[D]"), unit="D")
    return texts(text if before is None else np.where(day < before, text, ""))


def moment_text(second: Ints, before: int | None = None, where: Flags | None = None) -> Texts:
    """Seconds as an export writes them; empty where a moment is not before a day, or there is none."""
    text = np.datetime_as_string(second.astype("M8[s]"), unit="s")
    if len(second):  # numpy replaces nothing in no text at all
        text = np.char.replace(text, "T", " ")
    shown = np.ones(len(second), dtype=bool) if before is None else second < before * DAY
    return texts(np.where(shown if where is None else shown & where, text, ""))


def money_text(amount: Floats) -> Texts:
    """Dollars and cents."""
    return [f"{value:.2f}" for value in amount]


def yes_no(flag: Flags, where: Flags | None = None) -> Texts:
    """'Yes', 'No', or empty where the question does not arise."""
    text = np.where(flag, "Yes", "No")
    return texts(text if where is None else np.where(where, text, ""))
