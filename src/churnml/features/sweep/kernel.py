"""The sweep over one account's rows: each row is touched once, whatever the number of dates.

Up to 64 as-of dates of an account are taken together. For each window, a day's *mask* has bit i set if the window of date i holds that
day. A user is active in the windows of those dates that stand in the OR of the masks of the user's days: distinct users are exact and
cost one OR a row. Sums over windows are differences of prefix sums over days. A row that became known late is masked out of the dates
before, and what prefix sums gave too much for those dates is taken back. All is integer arithmetic, so that neither order nor chunks nor
threads can move a byte.

All compiled code stands in this one file, because the compiler's cache notices changes in the file of the outermost function only.
"""

from collections import namedtuple

import numba as nb
import numpy as np

DATES = 64  # bits of a mask
NEVER = 2**30
EVENTS, UNITS, ACTIVE_DAYS, USER_DAYS = range(4)  # what prefix sums run over
RECENT, BASELINE = 0, 1  # the first two windows of users
SCALE = 1e4  # units are ten-thousandths
MONTH = 31  # days at most
WEEKS = 13
# The measures with windows of their own, in the order of their slots behind the sums and the distinct counts.
FIXED = (
    "heaviest_user_share", "champion_share", "champion_gone", "lost_units_share", "lost_users", "new_users", "active_weeks",
    "weekly_variation", "weekly_slope", "longest_gap_days", "recency_days",
)  # fmt: skip
BY_USER, BY_WEEK = 6, 9  # where those by user and by week end

# One account's days: prefix sums (4 x days + 1), the day on which each day's first row was known, dates before each day,
# the masks of users' windows and of features' windows, and [first, end) of the dates whose recent or baseline window holds the day.
Days = namedtuple("Days", "sums seen before user_masks feature_masks changes bounds")  # noqa: PYI024 (numba reads plain ones)
# One account's people and product features, and its late rows: day, lag, events, units, users met first.
Seen = namedtuple("Seen", "user_dates user_units feature_dates late")  # noqa: PYI024

jit = nb.njit(cache=True, nogil=True)


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
def _is_same(dates, others):
    """Whether two accounts stand on the same dates, as all do on a night."""
    if len(dates) != len(others):
        return False
    for i in range(len(dates)):
        if dates[i] != others[i]:
            return False
    return True


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


@jit
def read_days(columns, run, first, length, local, days, seen, has_users):
    """Adds what one month of an account held that was known at once."""
    first_day, runs, day, events, units, users, user, user_day, user_units, feature, feature_days = columns[:11]
    shift = first_day - first
    for c in range(runs[run, 2], runs[run, 3]):
        place = np.int64(day[c]) + shift
        if 0 <= place < length:
            days.seen[place] = min(days.seen[place], place + 1)
            days.sums[EVENTS, place + 1] += events[c]
            days.sums[UNITS, place + 1] += units[c]
            days.sums[USER_DAYS, place + 1] += users[c]
    for c in range(runs[run, 4], runs[run, 5]):
        place = np.int64(user_day[c]) + shift
        if 0 <= place < length:
            here, u = np.uintp(place), np.uintp(local[np.uintp(user[c])])  # an unsigned index spares the check for a negative one
            for w in range(seen.user_dates.shape[1]):
                seen.user_dates[u, w] |= days.user_masks[here, w]
            if has_users:
                _add_units(seen.user_units, u, days.bounds, here, 0, user_units[c])
    base = runs[run, 1] + shift
    low, high = max(base, 0), min(base + MONTH, length)
    if low >= high:
        return
    is_one = days.changes[high - 1] == days.changes[low]
    for c in range(runs[run, 6], runs[run, 7]):
        bits, f = np.uint64(feature_days[c]), np.uintp(feature[c])
        bits = (bits >> np.uint64(low - base)) & ((np.uint64(1) << np.uint64(high - low)) - np.uint64(1))
        here = np.uintp(low)
        while bits:
            if bits & np.uint64(1):
                for w in range(seen.feature_dates.shape[1]):
                    seen.feature_dates[f, w] |= days.feature_masks[here, w]
                if is_one:  # all days of the month lie in the same windows
                    break
            bits >>= np.uint64(1)
            here += np.uintp(1)


@jit
def read_late(columns, run, first, length, local, days, seen, lates, has_users):
    """Adds one month's rows that became known late; how many late cells there are now."""
    user, feature, day, lag, events, units, is_new = columns[11:]
    shift = columns[0] - first
    for r in range(columns[1][run, 8], columns[1][run, 9]):
        place = np.int64(day[r]) + shift
        if not 0 <= place < length:
            continue
        known = place + 1 + lag[r]
        hidden = days.before[min(known, length + 1)]
        visible = ~np.uint64(0) << np.uint64(hidden) if hidden < DATES else np.uint64(0)
        days.seen[place] = min(days.seen[place], known)
        days.sums[EVENTS, place + 1] += events[r]
        days.sums[UNITS, place + 1] += units[r]
        days.sums[USER_DAYS, place + 1] += is_new[r]
        if user[r] > 0:
            u = local[user[r]]
            for w in range(seen.user_dates.shape[1]):
                seen.user_dates[u, w] |= days.user_masks[place, w] & visible
            if has_users:
                _add_units(seen.user_units, u, days.bounds, place, hidden, units[r])
        for w in range(seen.feature_dates.shape[1] if feature[r] > 0 else 0):
            seen.feature_dates[feature[r], w] |= days.feature_masks[place, w] & visible
        if hidden > days.before[place + 1]:
            lates = _remember(seen.late, lates, place, known, events[r], units[r], is_new[r])
    return lates


@jit
def _add_units(found, user, bounds, place, hidden, units):
    """Adds a user's units to the dates whose recent or baseline window holds the day, as differences along the dates."""
    for w in range(2):
        start, stop = max(bounds[place, 2 * w], hidden), bounds[place, 2 * w + 1]
        if start < stop:
            found[user, w, np.uintp(start)] += units
            found[user, w, np.uintp(stop)] -= units


@jit
def _remember(late, lates, place, known, times, units, met):
    if lates == 0 or late[lates - 1, 0] != place or late[lates - 1, 1] != known:
        late[lates, 0], late[lates, 1] = place, known
        late[lates, 2:] = 0
        lates += 1
    late[lates - 1, 2] += times
    late[lates - 1, 3] += units
    late[lates - 1, 4] += met
    return lates


@jit
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
                    _take_back(found[s], 1, place, days.seen[place], reach, ago, days.before, length)
        else:
            for cell in range(lates):
                value = late[cell, 2 + what] if what <= UNITS else late[cell, 4]
                _take_back(found[s], value, late[cell, 0], late[cell, 1], reach, ago, days.before, length)


@jit
def _take_back(found, value, place, known, reach, ago, before, length):
    """Removes a day's value from the dates whose window holds it before it was known."""
    start = before[min(place + ago + 1, length + 1)]
    stop = before[min(min(known, place + reach + 1), length + 1)]
    for i in range(start, stop):
        found[i] -= value


@jit
def count_distinct(found, masks, size):
    """Sets ``found[w, i]`` to how many of the first ``size`` rows of masks have bit i in window w."""
    found[:] = 0
    for row in range(size):
        for w in range(masks.shape[1]):
            mask = masks[row, w]
            if mask:
                for i in range(found.shape[1]):
                    found[w, i] += (mask >> np.uint64(i)) & np.uint64(1)


@jit
def by_user(found, size, dates, units):
    """Sets the six measures that look at each user, for each date; ``units`` are differences along the dates."""
    for u in range(size):
        for i in range(1, found.shape[1]):
            units[u, RECENT, i] += units[u, RECENT, i - 1]
            units[u, BASELINE, i] += units[u, BASELINE, i - 1]
    for i in range(found.shape[1]):
        bit = np.uint64(1) << np.uint64(i)
        heaviest = champion = staying = -1
        recent = baseline = lost = lost_users = new_users = 0
        for u in range(size):
            comes, came = (dates[u, RECENT] & bit) != 0, (dates[u, BASELINE] & bit) != 0
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


@jit
def by_week(found, events, units):
    """Sets active weeks, variation and slope from the sums of thirteen weeks, the newest first."""
    middle = WEEKS // 2
    spread = 0.0
    for week in range(WEEKS):
        spread += (middle - week) ** 2
    for i in range(found.shape[1]):
        active, total, squares, moment = 0, 0.0, 0.0, 0.0
        for week in range(WEEKS):
            value = units[week, i] / SCALE
            active += events[week, i] > 0
            total += value
            squares += value * value
            moment += (middle - week) * value
        mean = total / WEEKS
        found[0, i] = active
        found[1, i] = np.sqrt(max(squares / WEEKS - mean * mean, 0.0)) / mean if total > 0 else np.nan
        found[2, i] = moment / spread / mean if total > 0 else np.nan


@jit
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
        found[0, i] = max(longest, today - last - 1) if last >= 0 else np.nan
        found[1, i] = np.nan
        for place in range(today - 1, max(today - recency_reach, 0) - 1, -1):
            if seen[place] <= today:
                found[1, i] = today - place
                break


@jit
def sweep(columns, tasks, dates, local, n_features, specs, weeks, user_windows, feature_windows, gap_reach, recency_reach,
          sizes, targets, places, out):  # fmt: skip
    """Writes ``out[targets[slot], places[date]]`` for each task (first run, end, first date, end, users).

    ``sizes`` are the most days, users and rows of a task; ``weeks`` is the first of 2 x 13 weekly specs, or -1.
    """
    n_days, n_users, n_rows, reach = sizes
    runs = columns[1]
    days = Days(
        np.zeros((4, n_days + 2), np.int64), np.zeros(n_days + 2, np.int32), np.zeros(n_days + 3, np.int32),
        np.zeros((n_days + 1, len(user_windows)), np.uint64), np.zeros((n_days + 1, len(feature_windows)), np.uint64),
        np.zeros(n_days + 1, np.int32), np.zeros((n_days + 1, 4), np.int32),
    )  # fmt: skip
    seen = Seen(
        np.zeros((n_users, len(user_windows)), np.uint64), np.zeros((n_users, 2, DATES + 1), np.int64),
        np.zeros((n_features + 1, len(feature_windows)), np.uint64), np.zeros((n_rows, 5), np.int64),
    )  # fmt: skip
    has_users = targets[-len(FIXED) : -len(FIXED) + BY_USER].max() >= 0
    before = dates[:0]
    for t in range(len(tasks)):
        first_run, last_run, low, high, users = tasks[t]
        own = dates[low:high]
        first = own[0] - reach
        length = own[-1] - first
        if not _is_same(own, before):
            lay_out(days, own, first, length, user_windows, feature_windows)
        before = own
        days.sums[:, : length + 1] = 0
        days.seen[:length] = NEVER
        seen.user_dates[:users] = 0
        seen.user_units[:users, :, : len(own) + 1] = 0
        seen.feature_dates[:] = 0
        lates = 0
        for run in range(first_run, last_run):
            lates = read_rows(
                rows, runs[run, 1], runs[run, 2], first, length, local, days, seen, lates, has_users
            )
        _finish(
            out,
            places[low:high],
            targets,
            days,
            seen,
            lates,
            own,
            first,
            length,
            users,
            specs,
            weeks,
            gap_reach,
            recency_reach,
            has_users,
        )


@jit
def _finish(
    out,
    places,
    targets,
    days,
    seen,
    lates,
    dates,
    first,
    length,
    users,
    specs,
    weeks,
    gap_reach,
    recency_reach,
    has_users,
):
    slots, n = len(targets), len(dates)
    whole = np.empty((len(specs), n), np.int64)
    sum_windows(whole, specs, days, seen.late, lates, dates, first, length)
    for s in range(len(specs)):
        if targets[s] >= 0:
            _write(out[targets[s]], places, whole[s] / (SCALE if specs[s, 0] == UNITS else 1.0))
    slot = len(specs)
    for masks, size in ((seen.user_dates, users), (seen.feature_dates, len(seen.feature_dates))):
        counts = np.empty((masks.shape[1], n), np.int64)
        count_distinct(counts, masks, size)
        for w in range(len(counts)):
            if targets[slot] >= 0:
                _write(out[targets[slot]], places, counts[w])
            slot += 1
    fixed = np.empty((len(FIXED), n))
    if has_users:
        by_user(fixed[:BY_USER], users, seen.user_dates, seen.user_units)
    if weeks >= 0:
        by_week(
            fixed[BY_USER:BY_WEEK], whole[weeks : weeks + WEEKS], whole[weeks + WEEKS : weeks + 2 * WEEKS]
        )
    by_day(fixed[BY_WEEK:], days.seen, dates, first, gap_reach, recency_reach)
    for s in range(slots - len(FIXED), slots):
        if targets[s] >= 0:
            _write(out[targets[s]], places, fixed[s - slots + len(FIXED)])


@jit
def _write(row, places, values):
    for i in range(len(places)):
        row[places[i]] = values[i]
