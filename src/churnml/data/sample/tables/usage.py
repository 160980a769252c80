"""usage/YYYY-MM.parquet: the product's daily roll-ups by account, user and feature."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.calendar import season
from churnml.data.sample.world.rng import Flags, Floats, Ints
from churnml.data.sample.world.timestamps import DAY
from churnml.data.sample.world.truth import Story

LOADED_AT = 2 * 3600 + 600  # the nightly load, ten past two


@dataclass(frozen=True)
class Habits:
    """What stays the same about users: each account's habit of filling seats, each user's own pace."""

    rounding: Floats  # an account's share of a person: 4.3 users are 4 or 5
    pace: Floats  # an account a row, a user a column


def usage(story: Story) -> Iterator[tuple[str, pd.DataFrame]]:
    """The months of the usage log, each by name with its rows in order of day, account, user and feature."""
    habits = _habits(story)
    for month in story.calendar.book_months:
        name = str(story.calendar.month_starts[month].astype("M8[D]").astype("M8[M]"))
        yield name, _month(story, habits, month)


def _habits(story: Story) -> Habits:
    rng, accounts = story.stream("habits"), len(story.founders.start)
    widest = int(np.ceil(story.history.seats.max() * constants.UTILISATION_MOST)) + 2
    pace = np.exp(constants.USER_SPREAD * rng.standard_normal((accounts, widest)))
    pace[:, 0] = constants.CHAMPION_RATE
    return Habits(rng.random(accounts), pace)


def _month(story: Story, habits: Habits, month: int) -> pd.DataFrame:
    rng = story.stream(f"usage {month}")
    account, user = _active_users(story, habits, month)
    first, end = story.calendar.month_starts[month : month + 2]
    days = np.arange(first, end)
    chance = np.minimum(
        _pace(story, habits, account, user, month)[:, None] * season(days), constants.RATE_MOST
    )
    row, place = np.nonzero(rng.random(chance.shape) < chance)
    keep = story.is_served(account[row], days[place])
    row, day = row[keep], days[place][keep]
    account, user = account[row], user[row]
    line, feature = _features_used(story, rng, account, month)
    account, user, day = account[line], user[line], day[line]
    table = pd.DataFrame({"account": account, "user": user, "feature": feature, "day": day})
    table["events"] = 1 + rng.poisson(constants.EVENTS_PER_FEATURE, size=len(table))
    table["loaded"] = (day + 1 + _days_late(rng, account, day - first)) * DAY + LOADED_AT
    table = table[table["loaded"] < story.calendar.last_day * DAY]
    return table.sort_values(["day", "account", "user", "feature"], ignore_index=True)


def _active_users(story: Story, habits: Habits, month: int) -> tuple[Ints, Ints]:
    """Accounts and users active in a month. User 0 is the champion, the heaviest, and does not come back."""
    start, leaves = (
        story.calendar.month_of(story.founders.start),
        story.calendar.month_of(story.history.leaves),
    )
    served = (start <= month) & (leaves >= month)
    wanted = np.floor(story.history.utilisation[:, month] * story.history.seats[:, month] + habits.rounding)
    count = np.where(served, wanted, 0).astype(np.int64)
    is_gone = story.states.champion_left <= month
    account = np.repeat(np.arange(len(count)), count)
    user = np.arange(len(account)) - np.repeat(np.cumsum(count) - count, count)
    present: Flags = ~(is_gone[account] & (user == 0))
    return account[present], user[present]


def _pace(story: Story, habits: Habits, account: Ints, user: Ints, month: int) -> Floats:
    """The chance that a user works in the product on an ordinary day."""
    utilisation = story.history.utilisation[account, month]
    adoption = np.clip((utilisation - constants.ADOPTION_MEAN) / constants.ADOPTION_SPREAD, -2.5, 2.0)
    direction = (
        constants.RATE_ADOPTION * adoption + constants.RATE_DECLINE * story.states.decline[account, month]
    )
    pace: Floats = constants.DAILY_RATE * np.exp(direction) * habits.pace[account, user]
    return pace


def _features_used(story: Story, rng: np.random.Generator, account: Ints, month: int) -> tuple[Ints, Ints]:
    """For each user and day one feature or two, out of the first few that the account has taken up."""
    states = story.states
    level = (
        constants.BREADTH_MEAN
        + constants.BREADTH_SPREAD * states.breadth[:, month]
        + constants.BREADTH_DECLINE * states.decline[:, month]
    )
    breadth = np.clip(np.rint(level), 1, len(constants.FEATURES)).astype(np.int64)[account]
    main = (rng.random(len(account)) ** 1.4 * breadth).astype(np.int64)
    other = (rng.random(len(account)) * breadth).astype(np.int64)
    two = (rng.random(len(account)) < constants.SECOND_FEATURE) & (other != main)
    line = np.concatenate([np.arange(len(account)), np.flatnonzero(two)])
    return line, np.concatenate([main, other[two]])


def _days_late(rng: np.random.Generator, account: Ints, place: Ints) -> Ints:
    """Extra days until an account's day is loaded: none, but for the few that a broken load holds back."""
    shape = (int(account.max(initial=0)) + 1, 31)
    late = np.where(
        rng.random(shape) < constants.LATE_ROWS, rng.integers(*constants.LATE_ROW_DAYS, size=shape), 0
    )
    days: Ints = late[account, place]
    return days
