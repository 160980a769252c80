"""The sweep over many accounts: each task is one account with at most 64 of its dates.

All is integer arithmetic up to the last division, so that neither order nor chunks nor threads can move a byte.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from churnml.features.window_aggregation.finalisation import (
    SCALE,
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
    Results,
    Seen,
    is_same,
    lay_out,
    shown_after,
    words_of,
)
from churnml.features.window_aggregation.monthly_read import read_month
from churnml.jit import compiled, compiled_within

# The measures with windows of their own, in the order of their slots behind the sums and the distinct counts.
FIXED = (
    "heaviest_user_share", "champion_share", "champion_gone", "lost_units_share", "lost_users", "new_users", "active_weeks",
    "weekly_variation", "weekly_slope", "longest_gap_days", "recency_days",
)  # fmt: skip
BY_USER = 6  # where those by user end


def scratch(
    plan: Any, n_days: int, n_users: int, n_late: int, n_dates: int, n_features: int
) -> tuple[Days, Seen, Results]:
    """What a thread works in, for tasks of so many days, users, late cells and dates: made here, since numpy's own forms of it compile slowly."""
    users, features = len(plan.user_windows), len(plan.feature_windows)
    days = Days(
        np.zeros((4, n_days + 2), np.int64), np.zeros(n_days + 2, np.int32), np.zeros(n_days + 3, np.int32),
        np.zeros((n_days + 1, users), np.uint64), np.zeros((n_days + 1, features), np.uint64),
        np.zeros(n_days + 1, np.int32), np.zeros((n_days + 1, 4), np.int32), shown_after(users), shown_after(features),
    )  # fmt: skip
    seen = Seen(
        np.zeros((n_users, users), np.uint64), np.zeros((n_users, 2, n_dates + 1), np.int64),
        np.zeros((n_features + 1, features), np.uint64), np.zeros((n_late, 5), np.int64),
    )  # fmt: skip
    results = Results(
        np.empty((len(plan.specs), n_dates), np.int64), np.empty(64 * max(users, features), np.int64), np.empty((len(FIXED), n_dates)),
    )  # fmt: skip
    return days, seen, results


@compiled_within
def _write_slots(
    out, places, low, plan, days, seen, results, lates, dates, first, length, users, words, has_users
):
    specs, weeks, user_windows, feature_windows, targets, gap_reach, recency_reach, _ = plan
    n = len(dates)
    sum_windows(results.sums, specs, days, seen.late, lates, dates, first, length)
    if has_users:
        by_user(results.fixed, n, users, seen.user_dates, len(user_windows), seen.user_units)
    if weeks >= 0:
        by_week(results.fixed, n, results.sums, weeks)
    by_day(results.fixed, days.seen, dates, first, gap_reach, recency_reach)
    for s in range(len(specs)):
        if targets[s] >= 0:
            scale = SCALE if specs[s, 0] == UNITS else 1.0
            for i in range(n):
                out[targets[s], places[low + i]] = results.sums[s, i] / scale
    slot = len(specs)
    count_distinct(results.counts, seen.user_dates, users, words[0])
    _write_counts(out, places, low, n, results.counts, targets, slot, len(user_windows))
    slot += len(user_windows)
    count_distinct(results.counts, seen.feature_dates, len(seen.feature_dates), words[1])
    _write_counts(out, places, low, n, results.counts, targets, slot, len(feature_windows))
    slot += len(feature_windows)
    for s in range(len(FIXED)):
        if targets[slot + s] >= 0:
            for i in range(n):
                out[targets[slot + s], places[low + i]] = results.fixed[s, i]


@compiled_within
def _write_counts(out, places, low, n, counts, targets, slot, windows):
    for w in range(windows):
        if targets[slot + w] >= 0:
            for i in range(n):
                out[targets[slot + w], places[low + i]] = counts[i * windows + w]


@compiled_within
def _clear(days, seen, length, users, n):
    for place in range(length + 1):
        for what in range(4):
            days.sums[what, place] = 0
        days.seen[place] = NEVER
    for u in range(users):
        for k in range(seen.user_dates.shape[1]):
            seen.user_dates[u, k] = 0
        for w in range(2):
            for i in range(n + 1):
                seen.user_units[u, w, i] = 0
    for f in range(len(seen.feature_dates)):
        for k in range(seen.feature_dates.shape[1]):
            seen.feature_dates[f, k] = 0


def _compiled(sources: str) -> Callable[..., None]:
    """The sweep; the compiler's cache tells versions apart by what the function closes over, not by the files it stands on."""

    @compiled
    def aggregate_windows(columns, tasks, dates, local, plan, has_users, places, out, days, seen, results):
        """Writes ``out[target of a slot, places[date]]`` for each task (first run, end, first date, end, users).

        ``columns`` are the arrays of account days; the last three are what ``scratch`` makes.
        """
        _ = sources
        _, _, user_windows, feature_windows, _, _, _, reach = plan
        before = dates[:0]
        for t in range(len(tasks)):
            first_run, last_run, low, high, users = tasks[t]
            own = dates[low:high]
            first = own[0] - reach
            length = own[-1] - first
            if not is_same(own, before):
                lay_out(days, own, first, length, user_windows, feature_windows)
            before = own
            _clear(days, seen, length, users, len(own))
            words = words_of(own, user_windows), words_of(own, feature_windows)
            lates = np.int64(0)  # a plain 0 would compile all that takes it a second time
            for run in range(first_run, last_run):
                lates = read_month(columns, run, first, length, words, local, days, seen, lates, has_users)
            _write_slots(
                out,
                places,
                low,
                plan,
                days,
                seen,
                results,
                lates,
                own,
                first,
                length,
                users,
                words,
                has_users,
            )

    return aggregate_windows


def _digest() -> str:
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


aggregate_windows = _compiled(_digest())
