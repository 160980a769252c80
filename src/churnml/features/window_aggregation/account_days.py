"""Usage by account and day: what the sweep works on, made once from rows and kept between nights.

An account's month is three lists: its days (events, units, users), its users' days (units), and its product features with the days each
was used on as bits. What became known with another lag stands apart, so that a late row can be hidden from the dates before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.integer]

DAYS = ("day", "lag", "events", "units", "users")
USERS = ("user", "user_day", "user_lag", "user_units")
FEATURES = ("feature", "feature_lag", "feature_days")
LISTS = (DAYS, USERS, FEATURES)
LAGS = ("lag", "user_lag", "feature_lag")
TYPES: dict[str, type] = {
    "day": np.uint16, "lag": np.uint16, "events": np.int32, "units": np.int64, "users": np.int32,
    "user": np.int32, "user_day": np.uint16, "user_lag": np.uint16, "user_units": np.int64,
    "feature": np.int32, "feature_lag": np.uint16, "feature_days": np.uint32,
}  # fmt: skip


@dataclass(frozen=True)
class AccountDays:
    """Months of accounts.

    Days count from ``first_day`` (days since 1970); bit b of ``feature_days`` is day b of the run's month; a lag is the days after the
    next morning until it was known, and the lags are empty where there is none. ``users`` are those not counted for the day under a smaller lag. ``runs`` has a row for each month of
    an account, sorted by account: account, first day of the month, then where its days, users' days and features begin and end.
    """

    first_day: int
    runs: NDArray[np.int64]
    day: IntArray
    lag: IntArray
    events: IntArray
    units: IntArray
    users: IntArray
    user: IntArray
    user_day: IntArray
    user_lag: IntArray
    user_units: IntArray
    feature: IntArray
    feature_lag: IntArray
    feature_days: IntArray


ARRAYS = tuple(field.name for field in fields(AccountDays) if field.name != "first_day")


def join(pieces: Sequence[AccountDays], accounts: range) -> AccountDays:
    """The months of these accounts in all the pieces, as one."""
    if len(pieces) == 1:
        return pieces[0]
    first_day = min(piece.first_day for piece in pieces)
    found: dict[str, list[IntArray]] = {name: [] for name in TYPES}
    runs, sizes = [], [0] * len(LISTS)
    for piece in pieces:
        own = piece.runs[slice(*np.searchsorted(piece.runs[:, 0], (accounts.start, accounts.stop)))].copy()
        own[:, 1] += piece.first_day - first_day
        for number, names in enumerate(LISTS):
            begin, end = own[:, 2 + 2 * number], own[:, 3 + 2 * number]
            low, high = (int(begin.min()), int(end.max())) if len(own) else (0, 0)
            for name in names:
                column = getattr(piece, name)
                column = (
                    np.zeros(high - low, TYPES[name])
                    if name in LAGS and not len(column)
                    else column[low:high]
                )
                found[name].append(
                    column + np.uint16(piece.first_day - first_day) if name in ("day", "user_day") else column
                )
            own[:, 2 + 2 * number : 4 + 2 * number] += sizes[number] - low
            sizes[number] += high - low
        runs.append(own)
    return AccountDays(
        first_day, by_account(runs), **{name: np.concatenate(columns) for name, columns in found.items()}
    )


def sooner(found: AccountDays, days: int) -> AccountDays:
    """The same days, each known so many days sooner, at the earliest the next morning."""
    if not days or not len(found.lag):
        return found
    return replace(found, **{name: np.maximum(getattr(found, name), days) - np.uint16(days) for name in LAGS})


def by_account(runs: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All runs, an account's beside each other in the order of the months."""
    found = np.concatenate([np.empty((0, 2 + 2 * len(LISTS)), np.int64), *runs])
    return found[np.argsort(found[:, 0], kind="stable")]
