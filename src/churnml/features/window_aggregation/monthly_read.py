"""One month of an account read into its days, users and features: each entry is touched once, whatever the number of dates.

A user is active in the windows of those dates that stand in the OR of the masks of the user's days: distinct users are exact and cost one
OR a day. What became known late is masked out of the dates before.
"""

import numpy as np

from churnml.features.window_aggregation.layout import EVENTS, UNITS, USER_DAYS
from churnml.jit import compiled_within

MONTH = 31  # days at most
# Which bit of 32 is set, if one is: times this number, each gives other top five bits (Leiserson, Prokop, Randall 1998).
SPREAD = np.uint64(0x077CB531)
PLACES = np.zeros(32, np.int64)
for _place in range(32):
    PLACES[((1 << _place) * 0x077CB531 & 0xFFFFFFFF) >> 27] = _place


@compiled_within
def read_month(columns, run, first, length, words, local, days, seen, lates, has_users):
    """Adds one month of an account; how many late cells there are now. ``words`` are those of users' and of features' masks."""
    first_day, runs, day, lag, events, units, users, user, user_day, user_lag, user_units = columns[:11]
    shift = first_day - first
    for c in range(runs[run, 2], runs[run, 3]):
        place = np.int64(day[c]) + shift
        if 0 <= place < length:
            known = place + 1 + (np.int64(lag[c]) if len(lag) else 0)
            days.seen[place] = min(days.seen[place], known)
            days.sums[EVENTS, place + 1] += events[c]
            days.sums[UNITS, place + 1] += units[c]
            days.sums[USER_DAYS, place + 1] += users[c]
            if days.before[min(known, length + 1)] > days.before[place + 1]:
                late = seen.late[lates]
                late[0], late[1], late[2], late[3], late[4] = place, known, events[c], units[c], users[c]
                lates += 1
    for c in range(runs[run, 4], runs[run, 5] if words[0] else 0):
        place = np.int64(user_day[c]) + shift
        if 0 <= place < length:
            # An unsigned index spares the check for a negative one.
            here, u = np.uintp(place), np.uintp(local[np.uintp(user[c])])
            hidden = _hidden_from(place, user_lag, c, days.before, length)
            for k in range(words[0]):
                seen.user_dates[u, k] |= days.user_masks[here, k] & days.user_shown[hidden, k]
            if has_users:
                _add_units(seen.user_units, u, days.bounds, here, hidden, user_units[c])
    _read_features(runs[run], columns[11:], shift, length, words[1], days, seen.feature_dates)
    return lates


@compiled_within
def _read_features(run, columns, shift, length, words, days, dates):
    feature, feature_lag, feature_days = columns
    base = run[1] + shift
    low, high = max(base, 0), min(base + MONTH, length)
    if low >= high or not words:
        return
    is_flat = days.changes[high - 1] == days.changes[low]
    for c in range(run[6], run[7]):
        f, bits = np.uintp(feature[c]), np.uint64(feature_days[c])
        bits = (bits >> np.uint64(low - base)) & ((np.uint64(1) << np.uint64(high - low)) - np.uint64(1))
        # Often all days of the month lie in the same windows, and none is hidden from a date: then one tells for all.
        latest = high + (np.int64(feature_lag[c]) if len(feature_lag) else 0)
        is_one = is_flat and days.before[min(latest, length + 1)] == days.before[low + 1]
        while bits:
            lowest = bits & (~bits + np.uint64(1))
            bits ^= lowest
            place = low + PLACES[(lowest * SPREAD & np.uint64(0xFFFFFFFF)) >> np.uint64(27)]
            hidden = _hidden_from(place, feature_lag, c, days.before, length)
            for k in range(words):
                dates[f, k] |= days.feature_masks[np.uintp(place), k] & days.feature_shown[hidden, k]
            if is_one:
                break


@compiled_within
def _hidden_from(place, lags, c, before, length):
    """How many dates stand before the day on which something was known."""
    if not len(lags) or not lags[c]:
        return 0
    return np.int64(before[min(place + 1 + np.int64(lags[c]), length + 1)])


@compiled_within
def _add_units(found, user, bounds, place, hidden, units):
    """Adds a user's units to the dates whose recent or baseline window holds the day, as differences along the dates."""
    for w in range(2):
        start, stop = max(bounds[place, 2 * w], hidden), bounds[place, 2 * w + 1]
        if start < stop:
            found[user, w, np.uintp(start)] += units
            found[user, w, np.uintp(stop)] -= units
