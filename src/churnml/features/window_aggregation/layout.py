"""What depends on the dates alone: for each day of an account, which windows of which dates hold it.

Up to 64 as-of dates of an account are taken together. A day's *mask* has a bit for each date and window, set if that window of that date
holds the day: bit ``date x windows + window``, over as many 64-bit words as it takes. So a day is told to all windows of all dates by one
OR of a few words, and what is hidden from the first dates is a prefix of the bits.
"""

from collections import namedtuple

import numpy as np

from churnml.jit import compiled_within

DATES = 64  # taken together
NEVER = 2**30
EVENTS, UNITS, ACTIVE_DAYS, USER_DAYS = range(4)  # what prefix sums run over
RECENT, BASELINE = 0, 1  # the first two windows of users

# One account's days: prefix sums (4 x days + 1), the day on which each day's first row was known, dates before each day,
# the masks of users' windows and of features' windows, how often the latter have changed, and [first, end) of the dates whose recent or
# baseline window holds the day; then the masks of what is not hidden from the dates, by how many it is hidden from.
Days = namedtuple("Days", "sums seen before user_masks feature_masks changes bounds user_shown feature_shown")
# The masks of one account's users and product features, its users' units by date, and its late cells: day, known, events, units, users.
Seen = namedtuple("Seen", "user_dates user_units feature_dates late")
# What comes of one account: sums by date, how many have each bit of a mask, the measures with windows of their own by date.
Results = namedtuple("Results", "sums counts fixed")


@compiled_within
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
        for k in range(words_of(dates, feature_windows)):
            is_change |= days.feature_masks[place, k] != days.feature_masks[place - 1, k]
        days.changes[place] = days.changes[place - 1] + is_change
    for w in range(2):
        if len(user_windows) > 1:
            reach, ago = user_windows[w]
            for place in range(length):
                days.bounds[place, 2 * w] = days.before[min(place + ago + 1, length + 1)]
                days.bounds[place, 2 * w + 1] = days.before[min(place + reach + 1, length + 1)]


@compiled_within
def is_same(dates, others):
    """Whether two accounts stand on the same dates, as all do on a night."""
    is_so = len(dates) == len(others)
    for i in range(len(dates) if is_so else 0):
        is_so &= dates[i] == others[i]
    return is_so


@compiled_within
def words_of(dates, windows):
    """How many words a mask takes."""
    return (len(dates) * len(windows) + 63) // 64


def shown_after(windows):
    """For each number of hidden dates, the words of the bits of all others, for so many windows."""
    word = (1 << 64) - 1
    return np.array(
        [
            [word << min(max(hidden * windows - 64 * k, 0), 64) & word for k in range(windows)]
            for hidden in range(DATES + 1)
        ],
        np.uint64,
    ).reshape(DATES + 1, windows)


@compiled_within
def _fill(masks, dates, windows, first, length):
    words = words_of(dates, windows)
    masks[:length, :words] = 0
    for i in range(len(dates)):
        for w in range(len(windows)):
            bit = i * len(windows) + w
            word, flag = bit // 64, np.uint64(1) << np.uint64(bit % 64)
            start, stop = dates[i] - windows[w, 0] - first, dates[i] - windows[w, 1] - first
            if stop > 0 and start < length:
                masks[max(start, 0), word] ^= flag
                if stop < length:
                    masks[stop, word] ^= flag
    for place in range(1, length):
        for k in range(words):
            masks[place, k] ^= masks[place - 1, k]
