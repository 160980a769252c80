"""The sweep over many accounts: each task is one account with at most 64 of its dates.

All is integer arithmetic up to the last division, so that neither order nor chunks nor threads can move a byte.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from churnml.features.window_aggregation.finalisation import (
    SCALE,
    WEEKS,
    by_day,
    by_user,
    by_week,
    count_distinct,
    sum_windows,
)
from churnml.features.window_aggregation.layout import (
    NEVER,
    UNITS,
    Days,
    Seen,
    is_same,
    jit,
    lay_out,
    shown_after,
    words_of,
)
from churnml.features.window_aggregation.monthly_read import read_month
from churnml.jit import compiled

# The measures with windows of their own, in the order of their slots behind the sums and the distinct counts.
FIXED = (
    "heaviest_user_share", "champion_share", "champion_gone", "lost_units_share", "lost_users", "new_users", "active_weeks",
    "weekly_variation", "weekly_slope", "longest_gap_days", "recency_days",
)  # fmt: skip
BY_USER, BY_WEEK = 6, 9  # where those by user and by week end


@jit
def _finish(out, places, plan, days, seen, lates, dates, first, length, users, words, has_users):
    specs, weeks, user_windows, feature_windows, targets, gap_reach, recency_reach, _ = plan
    slots, n = len(targets), len(dates)
    whole = np.empty((len(specs), n), np.int64)
    sum_windows(whole, specs, days, seen.late, lates, dates, first, length)
    for s in range(len(specs)):
        if targets[s] >= 0:
            _write(out[targets[s]], places, whole[s] / (SCALE if specs[s, 0] == UNITS else 1.0))
    slot = len(specs)
    users_and_features = (
        (seen.user_dates, len(user_windows), users, words[0]),
        (seen.feature_dates, len(feature_windows), len(seen.feature_dates), words[1]),
    )
    for masks, windows, size, used in users_and_features:
        counts = np.empty((windows, n), np.int64)
        count_distinct(counts, masks, size, used)
        for w in range(len(counts)):
            if targets[slot] >= 0:
                _write(out[targets[slot]], places, counts[w])
            slot += 1
    fixed = np.empty((len(FIXED), n))
    if has_users:
        by_user(fixed[:BY_USER], users, seen.user_dates, len(user_windows), seen.user_units)
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


def _compiled(sources: str) -> Callable[..., None]:
    """The sweep; the compiler's cache tells versions apart by what the function closes over, not by the files it stands on."""

    @compiled
    def sweep(columns, tasks, dates, local, n_features, plan, sizes, places, out):
        """Writes ``out[target of a slot, places[date]]`` for each task (first run, end, first date, end, users).

        ``columns`` are the arrays of account days; ``sizes`` are the most days, users, late cells and dates of a task.
        """
        _ = sources
        _, _, user_windows, feature_windows, targets, _, _, reach = plan
        n_days, n_users, n_late, n_dates = sizes
        days = Days(
            np.zeros((4, n_days + 2), np.int64), np.zeros(n_days + 2, np.int32), np.zeros(n_days + 3, np.int32),
            np.zeros((n_days + 1, len(user_windows)), np.uint64), np.zeros((n_days + 1, len(feature_windows)), np.uint64),
            np.zeros(n_days + 1, np.int32), np.zeros((n_days + 1, 4), np.int32), shown_after(user_windows), shown_after(feature_windows),
        )  # fmt: skip
        seen = Seen(
            np.zeros((n_users, len(user_windows)), np.uint64), np.zeros((n_users, 2, n_dates + 1), np.int64),
            np.zeros((n_features + 1, len(feature_windows)), np.uint64), np.zeros((n_late, 5), np.int64),
        )  # fmt: skip
        has_users = targets[-len(FIXED) : -len(FIXED) + BY_USER].max() >= 0
        before = dates[:0]
        for t in range(len(tasks)):
            first_run, last_run, low, high, users = tasks[t]
            own = dates[low:high]
            first = own[0] - reach
            length = own[-1] - first
            if not is_same(own, before):
                lay_out(days, own, first, length, user_windows, feature_windows)
            before = own
            days.sums[:, : length + 1] = 0
            days.seen[:length] = NEVER
            seen.user_dates[:users] = 0
            seen.user_units[:users, :, : len(own) + 1] = 0
            seen.feature_dates[:] = 0
            words = words_of(own, user_windows), words_of(own, feature_windows)
            lates = 0
            for run in range(first_run, last_run):
                lates = read_month(columns, run, first, length, words, local, days, seen, lates, has_users)
            _finish(
                out, places[low:high], plan, days, seen, lates, own, first, length, users, words, has_users
            )

    return sweep


def _digest() -> str:
    """The digest of all that is compiled here."""
    names = ("finalisation.py", "layout.py", "monthly_read.py", "kernel.py")
    return hashlib.sha256(b"".join((Path(__file__).parent / name).read_bytes() for name in names)).hexdigest()


sweep = _compiled(_digest())
