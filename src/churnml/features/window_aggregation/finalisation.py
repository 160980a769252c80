"""What one account's days, users and features come to on each of its dates.

Sums over windows are differences of prefix sums over days; what these give too much for dates before a late row was known is taken back.
"""

import numpy as np

from churnml.features.window_aggregation.layout import ACTIVE_DAYS, BASELINE, NEVER, RECENT, UNITS
from churnml.jit import compiled_within

SCALE = 1e4  # units are ten-thousandths
WEEKS = 13


@compiled_within
def sum_windows(found, specs, days, late, lates, dates, first, length):
    """Sets ``found[s, i]`` to the sum of spec s (what, reach, ago) over its window of date i."""
    for place in range(length):
        days.sums[ACTIVE_DAYS, place + 1] = days.seen[place] < NEVER
    for what in range(4):
        for place in range(length):
            days.sums[what, place + 1] += days.sums[what, place]
    for s in range(len(specs)):
        what, reach, ago = specs[s]
        for i in range(len(dates)):
            start, stop = max(dates[i] - reach - first, 0), max(dates[i] - ago - first, 0)
            found[s, i] = days.sums[what, stop] - days.sums[what, start]
        if what == ACTIVE_DAYS:
            for place in range(length):
                if days.seen[place] < NEVER and days.seen[place] > place + 1:
                    known = np.int64(days.seen[place])
                    _take_back(found, s, np.int64(1), place, known, reach, ago, days.before, length)
        else:
            for cell in range(lates):
                value = late[cell, 2 + what] if what <= UNITS else late[cell, 4]
                _take_back(found, s, value, late[cell, 0], late[cell, 1], reach, ago, days.before, length)


@compiled_within
def _take_back(found, s, value, place, known, reach, ago, before, length):
    """Removes a day's value from the dates whose window holds it before it was known."""
    start = before[min(place + ago + 1, length + 1)]
    stop = before[min(known, place + reach + 1, length + 1)]
    for i in range(start, stop):
        found[s, i] -= value


@compiled_within
def count_distinct(counts, masks, size, words):
    """Sets ``counts[bit]`` to how many of the first ``size`` rows of masks have the bit, for the bits of so many words."""
    for bit in range(64 * words):
        counts[bit] = 0
    for row in range(size):
        for k in range(words):
            mask = masks[row, k]
            if mask:
                for bit in range(64):
                    counts[64 * k + bit] += (mask >> np.uint64(bit)) & np.uint64(1)


@compiled_within
def _has(masks, row, bit):
    return (masks[row, bit // 64] >> np.uint64(bit % 64)) & np.uint64(1) != 0


@compiled_within
def by_user(found, n, size, dates, windows, units):
    """Sets the six measures that look at each user, for each of n dates; ``units`` are differences along the dates."""
    for u in range(size):
        for i in range(1, n):
            units[u, RECENT, i] += units[u, RECENT, i - 1]
            units[u, BASELINE, i] += units[u, BASELINE, i - 1]
    for i in range(n):
        heaviest = champion = staying = -1
        recent = baseline = lost = lost_users = new_users = 0
        for u in range(size):
            comes, came = _has(dates, u, i * windows + RECENT), _has(dates, u, i * windows + BASELINE)
            now, before = units[u, RECENT, i], units[u, BASELINE, i]
            if comes:
                heaviest = max(heaviest, now)
                recent += now
                new_users += not came
            if came:
                champion = max(champion, before)
                baseline += before
                if comes:
                    staying = max(staying, before)
                else:
                    lost += before
                    lost_users += 1
        found[0, i] = (heaviest / SCALE) / (recent / SCALE) if recent > 0 else np.nan
        found[1, i] = (champion / SCALE) / (baseline / SCALE) if baseline > 0 else np.nan
        found[2, i] = (1.0 if staying < champion else 0.0) if champion > 0 else np.nan
        found[3, i] = (lost / SCALE) / (baseline / SCALE) if baseline > 0 else np.nan
        found[4, i], found[5, i] = lost_users, new_users


@compiled_within
def by_week(found, n, sums, first):
    """Sets active weeks, variation and slope from the sums of thirteen weeks, the newest first: events from row ``first`` on, then units."""
    middle = WEEKS // 2
    spread = 0.0
    for week in range(WEEKS):
        spread += (middle - week) ** 2
    for i in range(n):
        active, total, squares, moment = 0, 0.0, 0.0, 0.0
        for week in range(WEEKS):
            value = sums[first + WEEKS + week, i] / SCALE
            active += sums[first + week, i] > 0
            total += value
            squares += value * value
            moment += (middle - week) * value
        mean = total / WEEKS
        found[6, i] = active
        found[7, i] = np.sqrt(max(squares / WEEKS - mean * mean, 0.0)) / mean if total > 0 else np.nan
        found[8, i] = moment / spread / mean if total > 0 else np.nan


@compiled_within
def by_day(found, seen, dates, first, gap_reach, recency_reach):
    """Sets the longest stretch without use and the days since the last use, NaN where no day in reach was used."""
    for i in range(len(dates)):
        today = dates[i] - first
        last = longest = -1
        open_since = today - gap_reach - 1
        for place in range(max(today - gap_reach, 0), today):
            if seen[place] <= today:
                longest = max(longest, place - open_since - 1)
                open_since = last = place
        found[9, i] = max(longest, today - last - 1) if last >= 0 else np.nan
        found[10, i] = np.nan
        for place in range(today - 1, max(today - recency_reach, 0) - 1, -1):
            if seen[place] <= today:
                found[10, i] = today - place
                break
