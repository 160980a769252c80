"""Rows of usage to account days: one pass over a month's rows."""

from collections.abc import Mapping

import numba as nb
import numpy as np
from numpy.typing import NDArray

from churnml.features.sweep.account_days import LISTS, TYPES, AccountDays, by_account

MOST_LAG = 65_535  # days: known so late is known never
ROW_COLUMNS = ("account", "user", "feature", "day", "lag", "units")


class Compactor:
    """Makes account days of months of rows, one month after the other, with room for ``size`` rows in all."""

    def __init__(self, size: int, first_day: int) -> None:
        self.first_day = first_day
        # Pages of memory are taken as they are filled: room for the worst case costs nothing.
        self.arrays: dict[str, NDArray[np.integer]] = {
            name: np.empty(size, dtype) for name, dtype in TYPES.items()
        }
        self.sizes = np.zeros(len(LISTS), np.int64)
        self.runs: list[NDArray[np.int64]] = []

    def add(self, rows: Mapping[str, NDArray[np.integer]], month_day: int) -> None:
        """Adds the rows of one month, which begins on ``month_day`` (days since 1970).

        Rows are sorted by account, day, lag and user, with codes from 1 (0: no user, no feature).
        """
        columns = tuple(
            np.ascontiguousarray(rows[name], np.int64 if name == "units" else np.int32)
            for name in ROW_COLUMNS
        )
        account, user, feature = columns[:3]
        if len(account):
            accounts = int((account[1:] != account[:-1]).sum()) + 1
            runs = np.empty((accounts, 2 + 2 * len(LISTS)), np.int64)
            seen = np.full(int(user.max()) + 1, -1, np.int32), np.full(int(feature.max()) + 1, -1, np.int64)
            _compact(columns, self.first_day, month_day, seen, tuple(self.arrays.values()), self.sizes, runs)
            self.runs.append(runs)

    def finish(self) -> AccountDays:
        """All that was added."""
        whole = {
            name: self.arrays[name][:size]
            for names, size in zip(LISTS, self.sizes.tolist(), strict=True)
            for name in names
        }
        return AccountDays(self.first_day, by_account(self.runs), **whole)


@nb.njit(cache=True, nogil=True)
def _compact(rows, first_day, month_day, seen, out, sizes, runs):
    """Adds a month's rows to the lists; ``seen`` holds each user's last day and where each feature was last written."""
    account, user, feature, day, lag, units = rows
    o_day, o_lag, o_events, o_units, o_users, u_user, u_day, u_lag, u_units, f_feature, f_lag, f_days = out
    met, place_of = seen
    days, users, features = sizes
    run = -1
    for r in range(len(account)):
        if r == 0 or account[r] != account[r - 1]:
            if run >= 0:
                runs[run, 3], runs[run, 5], runs[run, 7] = days, users, features
            run += 1
            runs[run, 0], runs[run, 1] = account[r], month_day - first_day
            runs[run, 2], runs[run, 4], runs[run, 6] = days, users, features
        here, late = day[r] - first_day, min(lag[r], MOST_LAG)
        if days == runs[run, 2] or o_day[days - 1] != here or o_lag[days - 1] != late:
            o_day[days], o_lag[days], o_events[days], o_units[days], o_users[days] = here, late, 0, 0, 0
            days += 1
        o_events[days - 1] += 1
        o_units[days - 1] += units[r]
        if user[r] > 0:
            if (
                users == runs[run, 4]
                or u_user[users - 1] != user[r]
                or u_day[users - 1] != here
                or u_lag[users - 1] != late
            ):
                u_user[users], u_day[users], u_lag[users], u_units[users] = user[r], here, late, 0
                o_users[days - 1] += met[user[r]] != here
                met[user[r]] = here
                users += 1
            u_units[users - 1] += units[r]
        if feature[r] > 0:
            place = place_of[feature[r]]
            if place < runs[run, 6] or f_lag[place] != late:
                place_of[feature[r]] = place = features
                f_feature[place], f_lag[place], f_days[place] = feature[r], late, 0
                features += 1
            f_days[place] |= np.uint32(1) << np.uint32(day[r] - month_day)
    runs[run, 3], runs[run, 5], runs[run, 7] = days, users, features
    sizes[0], sizes[1], sizes[2] = days, users, features
