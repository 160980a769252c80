"""What depends on the dates alone: for each day of an account, which windows of which dates hold it.

Up to 64 as-of dates of an account are taken together. For each window, a day's *mask* has bit i set if the window of date i holds that
day.
"""

from collections import namedtuple

import numba as nb
import numpy as np

DATES = 64  # bits of a mask
NEVER = 2**30
EVENTS, UNITS, ACTIVE_DAYS, USER_DAYS = range(4)  # what prefix sums run over
RECENT, BASELINE = 0, 1  # the first two windows of users

# One account's days: prefix sums (4 x days + 1), the day on which each day's first row was known, dates before each day,
# the masks of users' windows and of features' windows, and [first, end) of the dates whose recent or baseline window holds the day.
Days = namedtuple("Days", "sums seen before user_masks feature_masks changes bounds")
# One account's people and product features, and its late rows: day, lag, events, units, users met first.
Seen = namedtuple("Seen", "user_dates user_units feature_dates late")

# Compiled as part of the sweep, whose cache sees to all of it.
jit = nb.njit(nogil=True)


@jit
def lay_out(days, dates, first, length, user_windows, feature_windows):
    """Sets what depends on the dates alone; windows are rows of (reach, ago)."""
    i = 0
    for place in range(length + 2):
        while i < len(dates) and dates[i] < first + place:
            i += 1
        days.before[place] = i
    _fill(days.user_masks, dates, user_windows, first, length)
    _fill(days.feature_masks, dates, feature_windows, first, length)
    for place in range(1, length):
        is_change = False
        for w in range(len(feature_windows)):
            is_change |= days.feature_masks[place, w] != days.feature_masks[place - 1, w]
        days.changes[place] = days.changes[place - 1] + is_change
    for w in range(2):
        if len(user_windows) > 1:
            reach, ago = user_windows[w]
            for place in range(length):
                days.bounds[place, 2 * w] = days.before[min(place + ago + 1, length + 1)]
                days.bounds[place, 2 * w + 1] = days.before[min(place + reach + 1, length + 1)]


@jit
def is_same(dates, others):
    """Whether two accounts stand on the same dates, as all do on a night."""
    return len(dates) == len(others) and np.all(dates == others)


@jit
def _fill(masks, dates, windows, first, length):
    masks[:length] = 0
    for w in range(len(windows)):
        for i in range(len(dates)):
            bit = np.uint64(1) << np.uint64(i)
            start, stop = dates[i] - windows[w, 0] - first, dates[i] - windows[w, 1] - first
            if stop > 0 and start < length:
                masks[max(start, 0), w] ^= bit
                if stop < length:
                    masks[stop, w] ^= bit
    for place in range(1, length):
        for w in range(len(windows)):
            masks[place, w] ^= masks[place - 1, w]
