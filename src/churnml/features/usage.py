"""Usage: volume, active users, breadth, recency, cadence, and each against the account's own past."""

from churnml.features.spec import UNKNOWN, ZERO, Feature, View, over, ratio
from churnml.timeline import Window

MONTH, BASELINE, YEAR = Window(28), Window(91, ago=28), 365

# What each user did in the last four weeks and in the thirteen weeks before them.
USERS = View("users", "usage", """
    SELECT snapshot, as_of, user_id, sum(quantity) FILTER (clock >= as_of - INTERVAL 28 DAY) AS recent,
           sum(quantity) FILTER (clock < as_of - INTERVAL 28 DAY) AS baseline, max(clock) AS clock
    FROM ({door}) WHERE user_id IS NOT NULL GROUP BY snapshot, as_of, user_id""", needs=("user_id", "quantity"), reach_days=BASELINE.reach)  # fmt: skip

FEATURES: tuple[Feature, ...] = (
    *over((MONTH, BASELINE), Feature(
        "usage_events", "usage", "adoption", "events", "{value} product events in {window}", -1, 1, ZERO,
        none="no product event in {window}", aggregate="sum(quantity) {when}", is_input=False)),
    *over((MONTH, BASELINE), Feature(
        "active_days", "usage", "usage rhythm", "days", "used on {value} of {window}", -1, 1, ZERO,
        none="not used on any of {window}", aggregate="count(DISTINCT CAST(clock AS DATE)) {when}")),
    *over((MONTH, BASELINE), Feature(
        "features_used", "usage", "feature breadth", "features", "{value} product features used in {window}", -1, 1, ZERO,
        none="no product feature used in {window}", aggregate="count(DISTINCT feature) {when}")),
    Feature("active_users_28d", USERS, "adoption", "users", "{value} active users in the last 28 days", -1, 1, ZERO,
            aggregate="count(*) FILTER (recent > 0)", is_input=False),
    Feature("active_users_91d_before_28d", USERS, "adoption", "users", "{value} active users in the 13 weeks before", -1, 1, ZERO,
            aggregate="count(*) FILTER (baseline > 0)", is_input=False),
    Feature("champion_baseline_share", USERS, "people lost", "share", "the heaviest user did {value} of all work before", 0, 0, UNKNOWN,
            aggregate="max(baseline) / nullif(sum(baseline), 0)"),
    Feature("is_champion_gone", USERS, "people lost", "yes/no", "the heaviest user has not signed in for 28 days", 1, -1, UNKNOWN,
            aggregate="CAST(arg_max(recent IS NULL, struct_pack(b := baseline, u := user_id)) FILTER (baseline > 0) AS INTEGER)"),
    Feature("lost_users_share", USERS, "people lost", "share", "{value} of earlier usage came from people now inactive", 1, -1, UNKNOWN,
            none="no earlier user has fallen silent", aggregate="coalesce(sum(baseline) FILTER (recent IS NULL), 0) / nullif(sum(baseline), 0)"),
    Feature("usage_recency_days", "usage", "usage rhythm", "days", "last used {value} ago", 1, -1, YEAR,
            aggregate="date_diff('day', max(clock) {when}, max(as_of))", window=Window(YEAR)),
    Feature("usage_trend", "usage", "usage trend", "ratio", "usage is at {value} of its own 13-week level", -1, 1, UNKNOWN,
            none="no usage left against its own 13-week level", formula=ratio("(usage_events_28d / 28)", "(usage_events_91d_before_28d / 91)", 3)),
    Feature("active_users_trend", USERS, "usage trend", "ratio", "active users are at {value} of the 13 weeks before", -1, 1, UNKNOWN,
            none="no active user left of the 13 weeks before", formula=ratio("active_users_28d", "active_users_91d_before_28d", 3)),
    Feature("events_per_seat_28d", "usage", "adoption", "per seat", "{value} events per seat in the last 28 days", -1, 1, UNKNOWN,
            none="no event per seat in the last 28 days", formula="usage_events_28d / nullif(seats, 0)"),
    Feature("events_per_seat_91d_before_28d", "usage", "adoption", "per seat", "{value} events per seat in the 13 weeks before",
            -1, 1, UNKNOWN, formula="usage_events_91d_before_28d / nullif(seats, 0)"),
    Feature("seat_utilisation", USERS, "adoption", "share", "{value} of paid seats active in the last 28 days", -1, 1, UNKNOWN,
            none="no paid seat active in the last 28 days", formula=ratio("active_users_28d", "seats", 3)),
    Feature("seat_utilisation_before", USERS, "adoption", "share", "{value} of paid seats active in the 13 weeks before", -1, 1,
            UNKNOWN, none="no paid seat active in the 13 weeks before", formula=ratio("active_users_91d_before_28d", "seats", 3)),
)  # fmt: skip
