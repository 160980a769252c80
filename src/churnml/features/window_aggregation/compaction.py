"""Rows of usage to account days: one pass over a month's rows."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from churnml.features.window_aggregation.account_days import LAGS, LISTS, TYPES, AccountDays, by_account
from churnml.jit import compiled

MOST_LAG = 65_535  # days: known so late is known never
ROW_COLUMNS = ("account", "user", "feature", "day", "lag", "units")


class Compactor:
    """Makes account days of months of rows, one month after the other, with room for ``size`` rows in all."""

    def __init__(self, size: int, first_day: int, users: int, features: int, *, is_late: bool = True) -> None:
        """``users`` and ``features`` are the largest codes there can be; unless ``is_late``, every lag is 0 and none is kept."""
        self.first_day = first_day
        # Pages of memory are taken as they are filled: room for the worst case costs nothing.
        self.arrays: dict[str, NDArray[np.integer]] = {
            name: np.empty(0 if name in LAGS and not is_late else size, dtype)
            for name, dtype in TYPES.items()
        }
        self.sizes = np.zeros(len(LISTS), np.int64)
        self.runs: list[NDArray[np.int64]] = []
        self.met, self.place_of = np.empty(users + 1, np.int32), np.empty(features + 1, np.int64)
        self.begin(first_day)

    def begin(self, month_day: int) -> None:
        """Begins a month on ``month_day`` (days since 1970)."""
        self.month_day = month_day
        self.met[:], self.place_of[:] = -1, -1
        self.open_run = np.full(2 + 2 * len(LISTS), -1, np.int64)

    def add(self, rows: Mapping[str, NDArray[np.integer]]) -> None:
        """Adds rows of the month, piece by piece, each going on where the one before ended.

        Rows are sorted by account, day, lag and user, with codes from 1 (0: no user, no feature).
        """
        columns = tuple(rows[name] for name in ROW_COLUMNS)
        account = columns[0]
        if len(account):
            fresh = int((account[1:] != account[:-1]).sum()) + int(account[0] != self.open_run[0])
            runs = np.empty((fresh, len(self.open_run)), np.int64)
            _write_account_days(
                columns,
                self.first_day,
                self.month_day,
                self.met,
                self.place_of,
                tuple(self.arrays.values()),
                self.sizes,
                self.open_run,
                self._last(),
                runs,
            )
            if fresh:
                self.runs.append(runs)
                self.open_run = runs[-1]

    def _last(self) -> tuple[int, int, int]:
        """The day, lag and user that the rows before ended with; -1 where a month or a day begins without one."""
        if self.open_run[0] < 0:
            return -1, 0, -1
        last_day, last_user = int(self.sizes[0]) - 1, int(self.sizes[1]) - 1
        is_late = len(self.arrays["lag"]) > 0
        day, lag = int(self.arrays["day"][last_day]), int(self.arrays["lag"][last_day]) if is_late else 0
        is_same = last_user >= self.open_run[4] and self.arrays["user_day"][last_user] == day
        if is_same and (not is_late or self.arrays["user_lag"][last_user] == lag):
            return day, lag, int(self.arrays["user"][last_user])
        return day, lag, -1

    def account_days(self) -> AccountDays:
        """All that was added."""
        whole = {
            name: self.arrays[name][:size]
            for names, size in zip(LISTS, self.sizes.tolist(), strict=True)
            for name in names
        }
        return AccountDays(self.first_day, by_account(self.runs), **whole)


@compiled
def _write_account_days(rows, first_day, month_day, met, place_of, out, sizes, open_run, last, runs):
    """Adds rows to the lists; ``met`` is each user's last day, ``place_of`` where each feature was last written."""
    account, user, feature, day, lag, units = rows
    o_day, o_lag, o_events, o_units, o_users, u_user, u_day, u_lag, u_units, f_feature, f_lag, f_days = out
    days, users, features = sizes  # entries begun so far; the last of each list is still open
    is_late = len(o_lag) > 0
    run, own = -1, open_run
    now = own[0]
    here, late, who = last
    for r in range(len(account)):
        if account[r] != now:
            own[3], own[5], own[7] = days, users, features
            run += 1
            own = runs[run]
            now = np.int64(account[r])
            own[0], own[1], own[2], own[4], own[6] = now, month_day - first_day, days, users, features
            here = -1
        place, after = np.int64(day[r]) - first_day, min(np.int64(lag[r]), MOST_LAG) if is_late else 0
        if place != here or after != late:
            here, late, who = place, after, -1
            o_day[days], o_events[days], o_units[days], o_users[days] = here, 0, 0, 0
            if is_late:
                o_lag[days] = late
            days += 1
        o_events[days - 1] += 1
        o_units[days - 1] += units[r]
        if user[r] > 0:
            if user[r] != who:
                who = np.int64(user[r])
                u_user[users], u_day[users], u_units[users] = who, here, 0
                if not is_late:
                    o_users[days - 1] += 1
                else:
                    u_lag[users] = late
                    if met[np.uintp(who)] != here:  # not yet met on that day with a smaller lag
                        met[np.uintp(who)] = here
                        o_users[days - 1] += 1
                users += 1
            u_units[users - 1] += units[r]
        if feature[r] > 0:
            f = np.uintp(feature[r])
            if place_of[f] < own[6] or (is_late and f_lag[place_of[f]] != late):
                place_of[f] = features
                f_feature[features], f_days[features] = feature[r], 0
                if is_late:
                    f_lag[features] = late
                features += 1
            f_days[np.uintp(place_of[f])] |= np.uint32(1) << np.uint32(day[r] - month_day)
    own[3], own[5], own[7] = days, users, features
    sizes[0], sizes[1], sizes[2] = days, users, features
