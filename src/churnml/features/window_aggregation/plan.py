"""Which windows a set of usage features needs, and where each of its columns stands among what the sweep computes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from churnml.features.spec import Feature
from churnml.features.usage_measures import BASELINE, MEASURES, QUARTER, RECENT, WEEKS
from churnml.features.window_aggregation.kernel import FIXED
from churnml.features.window_aggregation.layout import ACTIVE_DAYS, EVENTS, UNITS, USER_DAYS
from churnml.timeline import Window

SUMS = {"events": EVENTS, "units": UNITS, "active_days": ACTIVE_DAYS, "user_days": USER_DAYS}
YEAR = Window(365)


class Plan(NamedTuple):
    """What the sweep is told: sums (what, reach, ago), windows (reach, ago), the slot of each column, and how far it all reaches.

    A slot is a row of what the sweep computes: sums, distinct users, distinct features, then the measures with windows of their own.
    """

    specs: NDArray[np.int64]
    weeks: int
    user_windows: NDArray[np.int64]
    feature_windows: NDArray[np.int64]
    targets: NDArray[np.int64]
    gap_reach: int
    recency_reach: int
    reach: int


def plan(features: Sequence[Feature]) -> Plan:
    """The plan for these usage features, whose columns come out in their order."""
    used = {feature.measure for feature in features}
    sums = [(SUMS[f.measure], *_days(f.window)) for f in features if f.measure in SUMS]
    weeks = len(sums) if used & {"active_weeks", "weekly_variation", "weekly_slope"} else -1
    weekly = [(what, 7 * (week + 1), 7 * week) for what in (EVENTS, UNITS) for week in range(WEEKS)]
    by_user = any(MEASURES[name].is_by_user for name in used)
    users = ([RECENT, BASELINE] if by_user else []) + [
        f.window for f in features if f.measure == "active_users"
    ]
    breadths = [f.window for f in features if f.measure == "features_used"]
    recency = next((f.window for f in features if f.measure == "recency_days"), YEAR)
    specs = _table([*sums, *(weekly if weeks >= 0 else [])], 3)
    targets = np.full(len(specs) + len(users) + len(breadths) + len(FIXED), -1, np.int64)
    slots = {"sum": 0, "active_users": len(specs) + 2 * by_user, "features_used": len(specs) + len(users)}
    for column, feature in enumerate(features):
        if feature.measure in FIXED:
            targets[FIXED.index(feature.measure) - len(FIXED)] = column
        else:
            kind = feature.measure if feature.measure in slots else "sum"
            targets[slots[kind]] = column
            slots[kind] += 1
    windows = [f.window for f in features if f.window] + [BASELINE] * by_user + [QUARTER, recency or YEAR]
    return Plan(
        specs, weeks, _table([_days(w) for w in users], 2), _table([_days(w) for w in breadths], 2), targets, QUARTER.days,
        (recency or YEAR).reach, max(window.reach for window in windows),
    )  # fmt: skip


def _days(window: Window | None) -> tuple[int, int]:
    """Reach and ago; a measure without a window looks back over all that is kept."""
    assert window is not None, "a windowed usage measure needs a window"
    return window.reach, window.ago


def _table(rows: Sequence[tuple[int, ...]], width: int) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), width)
