"""What is counted about usage: each measure said once, as the SQL that defines it; the sweep computes the same values faster.

A row is one event (or roll-up) with a user, a product feature and a quantity. ``{when}`` stands for the window's filter. Measures that
look at each user, week or day by itself stand on a view of their own and have fixed windows.
"""

from dataclasses import dataclass

from churnml.features.spec import View
from churnml.timeline import Window

RECENT, BASELINE = Window(28), Window(91, ago=28)
WEEKS = 13
QUARTER = Window(7 * WEEKS)
MONTH = 31
HALF_BASELINE = RECENT.days + BASELINE.days // 2  # who came before is known well enough by then
SINCE = "date_diff('day', CAST(clock AS DATE), CAST(as_of AS DATE))"


@dataclass(frozen=True)
class Measure:
    """One thing counted about usage: its SQL over ``source``, and the canonical columns it needs.

    An ``is_count`` is 0 where there are no rows; the others are unknown there. ``observed`` is the share of its window that must have been
    observable: all of it where the number of days is in the value; ``reach_days`` is how much of the past one with windows of its own needs.
    ``coarsest_days`` are the days of the longest period by which usage may arrive for it to be told: 0 where its window says so.
    ``instead`` is the column that serves where a book does not give what is needed.
    """

    sql: str
    source: str | View = "usage"
    needs: tuple[str, ...] = ()
    is_count: bool = True
    observed: float = 1.0
    reach_days: int = 0
    coarsest_days: int = 1
    instead: str = ""

    @property
    def is_windowed(self) -> bool:
        """Whether it takes any window; what looks at each user, week or day by itself has its own."""
        return self.source == "usage"

    @property
    def is_by_user(self) -> bool:
        """Whether it looks at each user's own windows."""
        return self.source == BY_USER


# What each user did in the last four weeks and in the thirteen weeks before them.
BY_USER = View("by_user", "usage", f"""
    SELECT snapshot, as_of, user_id, max(clock) AS clock, sum(quantity) FILTER (clock >= as_of - INTERVAL {RECENT.days} DAY) AS recent,
           sum(quantity) FILTER (clock < as_of - INTERVAL {RECENT.days} DAY) AS baseline
    FROM ({{door}}) WHERE user_id IS NOT NULL GROUP BY snapshot, as_of, user_id""", needs=("user_id",), reach_days=BASELINE.reach)  # fmt: skip

# The last thirteen weeks, counted back from the as-of date: week 0 is the newest.
BY_WEEK = View("by_week", "usage", f"""
    SELECT snapshot, as_of, week, max(clock) AS clock, CAST(sum(quantity) AS DOUBLE) AS units
    FROM (SELECT *, ({SINCE} - 1) // 7 AS week FROM ({{door}})) GROUP BY snapshot, as_of, week""", reach_days=QUARTER.reach)  # fmt: skip

# The days used in the last thirteen weeks, each with the number of days without use before it.
BY_DAY = View("by_day", "usage", f"""
    SELECT snapshot, as_of, clock, idle, day FROM (
        SELECT *, coalesce(lag(ago) OVER (PARTITION BY snapshot ORDER BY ago DESC), {QUARTER.days + 1}) - ago - 1 AS idle, ago AS day
        FROM (SELECT snapshot, as_of, {SINCE} AS ago, max(clock) AS clock FROM ({{door}}) GROUP BY snapshot, as_of, ago))""",
    reach_days=QUARTER.reach)  # fmt: skip

MEASURES: dict[str, Measure] = {
    "events": Measure("count(*) {when}"),
    "units": Measure("sum(quantity) {when}", coarsest_days=0),
    "active_days": Measure("count(DISTINCT CAST(clock AS DATE)) {when}"),
    "user_days": Measure("count(DISTINCT CASE WHEN user_id IS NOT NULL THEN struct_pack(u := user_id, d := CAST(clock AS DATE)) END) {when}",
                         needs=("user_id",)),
    "active_users": Measure("count(DISTINCT user_id) {when}", needs=("user_id",), observed=0.5, coarsest_days=0, instead="active_users"),
    "features_used": Measure("count(DISTINCT feature) {when}", needs=("feature",), observed=0.5, coarsest_days=0),
    "recency_days": Measure("date_diff('day', CAST(max(clock) {when} AS DATE), CAST(max(as_of) AS DATE))", is_count=False),
    "heaviest_user_share": Measure("CAST(max(recent) AS DOUBLE) / nullif(sum(recent), 0)", BY_USER, is_count=False, reach_days=RECENT.days, coarsest_days=MONTH),
    "champion_share": Measure("CAST(max(baseline) AS DOUBLE) / nullif(sum(baseline), 0)", BY_USER, is_count=False, reach_days=HALF_BASELINE, coarsest_days=MONTH),
    # The champion did most in the thirteen weeks before; of several equally heavy users, one who still comes is enough.
    "champion_gone": Measure("CASE WHEN max(baseline) > 0 THEN CAST(coalesce(max(baseline) FILTER (recent IS NOT NULL), -1) < max(baseline)"
                             " AS INTEGER) END", BY_USER, is_count=False, reach_days=HALF_BASELINE, coarsest_days=MONTH),
    "lost_units_share": Measure("CAST(coalesce(sum(baseline) FILTER (recent IS NULL), 0) AS DOUBLE) / nullif(sum(baseline), 0)", BY_USER,
                                is_count=False, reach_days=HALF_BASELINE, coarsest_days=MONTH),
    "lost_users": Measure("count(baseline) FILTER (recent IS NULL)", BY_USER, reach_days=HALF_BASELINE, coarsest_days=MONTH),
    "new_users": Measure("count(recent) FILTER (baseline IS NULL)", BY_USER, reach_days=BASELINE.reach, coarsest_days=MONTH),
    "active_weeks": Measure("count(*)", BY_WEEK, reach_days=QUARTER.days, coarsest_days=7),
    # Standard deviation over mean of the thirteen weekly totals, weeks without use counting as 0.
    "weekly_variation": Measure(f"sqrt(greatest(sum(units * units) / {WEEKS} - power(sum(units) / {WEEKS}, 2), 0)) / nullif(sum(units) / {WEEKS}, 0)",
                                BY_WEEK, is_count=False, reach_days=QUARTER.days, coarsest_days=7),
    # The least-squares line through the thirteen weekly totals: its change over a week, as a share of the mean week.
    "weekly_slope": Measure(f"sum(({WEEKS // 2} - week) * units) / {sum((WEEKS // 2 - w) ** 2 for w in range(WEEKS))}.0 / nullif(sum(units) / {WEEKS}, 0)",
                            BY_WEEK, is_count=False, reach_days=QUARTER.days, coarsest_days=7),
    "longest_gap_days": Measure("greatest(max(idle), min(day) - 1)", BY_DAY, is_count=False, reach_days=QUARTER.days),
}  # fmt: skip
