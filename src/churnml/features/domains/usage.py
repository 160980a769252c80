"""Usage: volume, people, breadth, depth and rhythm, each against the account's own past, its season and its size."""

from churnml.features.spec import UNKNOWN, ZERO, Direction, Feature, over, ratio
from churnml.features.usage_measures import BASELINE, MEASURES, QUARTER, RECENT
from churnml.timeline import Window

WEEK, HALF_YEAR, YEAR = Window(7), Window(182), Window(365)
MONTH_BEFORE, QUARTER_BEFORE, SEASON = Window(28, ago=28), Window(91, ago=91), Window(28, ago=365)


def counted(measure: str, name: str, windows: tuple[Window, ...]) -> tuple[Feature, ...]:
    """Counts that only other features are made of: by themselves they say how large an account is."""
    return over(windows, Feature(name, MEASURES[measure].source, "adoption", "count", f"{{value}} {name.replace(chr(95), chr(32))} in {{window}}", 0, 0, ZERO,
                                 measure=measure, noun=f"{name.replace(chr(95), chr(32))} in {{days}} days", is_input=False))  # fmt: skip


def trend(
    name: str,
    concept: str,
    phrase: str,
    none: str,
    part: str,
    whole: str,
    days: tuple[int, int] = (1, 1),
    reach: int = 0,
    tells: str = "",
) -> Feature:
    """The level of one stretch over that of another; a higher one is health.

    Unknown until the account is ``reach`` days old, so that what was not there yet is not taken for a rise. ``tells`` names the
    level that is told to have moved.
    """
    level = ratio(f"({part} / {days[0]}.0)", f"({whole} / {days[1]}.0)", 3)
    formula = f"CASE WHEN tenure_days >= {reach} THEN {level} END" if reach else level
    return Feature(
        name, "usage", concept, "ratio", phrase, -1, 1, UNKNOWN, formula=formula, none=none, level=tells
    )


def own(measure: str, name: str, concept: str, unit: str, phrase: str, churn: Direction, expansion: Direction, no_rows: float | None, none: str = "",
        window: Window | None = None, noun: str = "") -> Feature:  # fmt: skip
    """A measure that is a feature as it stands."""
    return Feature(
        name,
        MEASURES[measure].source,
        concept,
        unit,
        phrase,
        churn,
        expansion,
        no_rows,
        measure=measure,
        none=none,
        noun=noun,
        window=window,
    )


COUNTS = (
    *counted("units", "usage_events", (WEEK, RECENT, BASELINE, QUARTER, QUARTER_BEFORE, SEASON, YEAR)),
    *counted(
        "active_users", "active_users", (RECENT, MONTH_BEFORE, BASELINE, QUARTER, QUARTER_BEFORE, SEASON)
    ),
    *counted("user_days", "user_days", (RECENT, MONTH_BEFORE, BASELINE)),
    *counted("features_used", "features_used", (MONTH_BEFORE,)),
)

FEATURES: tuple[Feature, ...] = (
    *COUNTS,
    Feature("lost_users", MEASURES["lost_users"].source, "people lost", "users", "{value} users lost", 0, 0, ZERO, measure="lost_users", is_input=False),
    Feature("new_users", MEASURES["new_users"].source, "new people", "users", "{value} new users", 0, 0, ZERO, measure="new_users", is_input=False),
    # Rhythm
    *over((WEEK, RECENT, BASELINE), own("active_days", "active_days", "usage rhythm", "days", "used on {value} of {window}", -1, 1, ZERO,
                                        none="not used on any of {window}", noun="days with use among {days}")),
    trend("active_days_trend", "usage rhythm", "used on {value} as many days as in the 13 weeks before", "not used any more, unlike in the 13 weeks before",
          "active_days_28d", "active_days_91d_before_28d", (28, 91), reach=119, tells="active_days_28d"),
    own("active_weeks", "active_weeks", "usage rhythm", "weeks", "used in {value} of the last 13 weeks", -1, 1, ZERO,
        none="not used in any of the last 13 weeks"),
    own("weekly_variation", "weekly_variation", "usage rhythm", "ratio", "weekly usage varies by {value} of its mean", 0, 0, UNKNOWN),
    own("longest_gap_days", "longest_gap_days", "usage gaps", "days", "longest time without use in the last 13 weeks: {value}", 1, -1, QUARTER.days),
    own("recency_days", "usage_recency_days", "usage gaps", "days", "last used {value} ago", 1, -1, YEAR.days, window=YEAR),
    # Level against the account's own past
    trend("usage_trend_week", "usage trend", "last week's usage is at {value} of its own 13-week level", "no usage last week against its own 13-week level",
          "usage_events_7d", "usage_events_91d_before_28d", (7, 91), reach=119, tells="usage_events_7d"),
    trend("usage_trend", "usage trend", "usage is at {value} of its own 13-week level", "no usage left against its own 13-week level",
          "usage_events_28d", "usage_events_91d_before_28d", (28, 91), reach=119, tells="usage_events_28d"),
    trend("usage_trend_quarter", "usage trend", "usage over 13 weeks is at {value} of the 13 weeks before", "no usage in 13 weeks against the 13 weeks before",
          "usage_events_91d", "usage_events_91d_before_91d", reach=182, tells="usage_events_91d"),
    own("weekly_slope", "weekly_slope", "usage trend", "ratio", "usage changes by {value} of its mean a week over 13 weeks", -1, 1, UNKNOWN),
    trend("usage_year_level", "usage trend", "usage is at {value} of its level over the year", "no usage left against its level over the year",
          "usage_events_28d", "usage_events_365d", (28, 365), reach=365, tells="usage_events_28d"),
    trend("usage_same_season", "usage trend", "usage is at {value} of the same weeks a year ago", "no usage left against the same weeks a year ago",
          "usage_events_28d", "usage_events_28d_before_365d", reach=393, tells="usage_events_28d"),
    trend("active_users_same_season", "usage trend", "active users are at {value} of the same weeks a year ago",
          "no active user left against the same weeks a year ago", "active_users_28d", "active_users_28d_before_365d", reach=393, tells="active_users_28d"),
    trend("active_users_trend", "usage trend", "active users are at {value} of the 4 weeks before", "no active user left of the 4 weeks before",
          "active_users_28d", "active_users_28d_before_28d", reach=56, tells="active_users_28d"),
    trend("active_users_trend_quarter", "usage trend", "active users over 13 weeks are at {value} of the 13 weeks before",
          "no active user in 13 weeks against the 13 weeks before", "active_users_91d", "active_users_91d_before_91d", reach=182, tells="active_users_91d"),
    # Breadth
    *over((RECENT, BASELINE, QUARTER, YEAR), own("features_used", "features_used", "feature breadth", "features", "{value} product features used in {window}",
                                                 -1, 1, ZERO, none="no product feature used in {window}", noun="product features used in {days} days")),
    trend("features_trend", "feature breadth", "product features used are at {value} of the 4 weeks before", "no product feature used any more",
          "features_used_28d", "features_used_28d_before_28d", reach=56, tells="features_used_28d"),
    Feature("features_abandoned_share", "usage", "features unused", "share", "{value} of the features used over the year lay unused for 13 weeks", 1, -1, UNKNOWN,
            none="every feature used over the year is still in use", formula="1 - features_used_91d / nullif(features_used_365d, 0)"),
    Feature("features_per_user_28d", "usage", "feature breadth", "ratio", "{value} product features for each active user", 0, 0, UNKNOWN,
            formula=ratio("features_used_28d", "active_users_28d", 50)),
    # Adoption: usage against what is paid for
    Feature("events_per_seat_28d", "usage", "adoption", "per seat", "{value} events per seat in the last 28 days", -1, 1, UNKNOWN,
            none="no event per seat in the last 28 days", noun="events per seat in 28 days", formula="usage_events_28d / nullif(seats, 0)"),
    Feature("events_per_seat_91d_before_28d", "usage", "adoption", "per seat", "{value} events per seat in the 13 weeks before", 0, 0, UNKNOWN,
            formula="usage_events_91d_before_28d / nullif(seats, 0)"),
    Feature("seat_utilisation", "usage", "adoption", "share", "{value} of paid seats active in the last 28 days", -1, 1, UNKNOWN,
            none="no paid seat active in the last 28 days", noun="the share of paid seats in use", level="active_users_28d", formula=ratio("active_users_28d", "seats", 3)),
    Feature("seat_utilisation_before", "usage", "adoption", "share", "{value} of paid seats active in the 13 weeks before", 0, 0, UNKNOWN,
            none="no paid seat active in the 13 weeks before", formula=ratio("active_users_91d_before_28d", "seats", 3)),
    Feature("seat_utilisation_91d", "usage", "adoption", "share", "{value} of paid seats active in the last 13 weeks", -1, 1, UNKNOWN,
            none="no paid seat active in the last 13 weeks", noun="the share of paid seats in use", level="active_users_91d", formula=ratio("active_users_91d", "seats", 3)),
    Feature("events_per_1000_usd_28d", "usage", "adoption", "per $1,000", "{value} events for each $1,000 of ARR in the last 28 days", -1, 1, UNKNOWN,
            none="no event in the last 28 days for what is paid", formula=ratio("usage_events_28d", "(arr_usd / 1000)", 1e6)),
    # Depth and stickiness
    Feature("events_per_user_28d", "usage", "depth of use", "events", "{value} events for each active user in the last 28 days", -1, 1, UNKNOWN, noun="events for each active user in 28 days",
            formula="usage_events_28d / nullif(active_users_28d, 0)"),
    Feature("events_per_user_91d_before_28d", "usage", "depth of use", "events", "{value} events for each active user in the 13 weeks before", 0, 0, UNKNOWN,
            formula="usage_events_91d_before_28d / nullif(active_users_91d_before_28d, 0)"),
    # By the day of a user, which is as long in both stretches; distinct users are fewer in the shorter one even of a steady account.
    trend("depth_trend", "depth of use", "on a day of use an active user does {value} of what it was in the 13 weeks before", "active users do nothing any more",
          "usage_events_28d / nullif(user_days_28d, 0)", "usage_events_91d_before_28d / nullif(user_days_91d_before_28d, 0)", reach=119),
    Feature("stickiness_28d", "usage", "stickiness", "share", "an active user comes on {value} of days", -1, 1, UNKNOWN, noun="the share of days on which an active user comes",
            formula="user_days_28d / 28 / nullif(active_users_28d, 0)"),
    Feature("stickiness_28d_before_28d", "usage", "stickiness", "share", "an active user came on {value} of days in the 4 weeks before", 0, 0, UNKNOWN,
            formula="user_days_28d_before_28d / 28 / nullif(active_users_28d_before_28d, 0)"),
    trend("stickiness_trend", "stickiness", "active users come {value} as often as in the 4 weeks before", "active users come no more",
          "stickiness_28d", "stickiness_28d_before_28d", reach=56, tells="stickiness_28d"),
    # People
    own("champion_share", "champion_baseline_share", "few hands", "share", "the heaviest user did {value} of all work before", 0, 0, UNKNOWN),
    own("heaviest_user_share", "heaviest_user_share_28d", "few hands", "share", "one user does {value} of all work", 0, 0, UNKNOWN),
    Feature("heaviest_user_trend", "usage", "few hands", "ratio", "the heaviest user's share of all work is {value} of what it was", 0, 0, UNKNOWN,
            formula=ratio("heaviest_user_share_28d", "champion_baseline_share", 3)),
    Feature("has_one_user", "usage", "few hands", "yes/no", "a single person uses the product", 1, -1, UNKNOWN,
            formula="CASE WHEN active_users_28d > 0 THEN CAST(active_users_28d = 1 AS INTEGER) END"),
    own("champion_gone", "is_champion_gone", "people lost", "yes/no", "the heaviest user has not signed in for 28 days", 1, -1, UNKNOWN),
    own("lost_units_share", "lost_users_share", "people lost", "share", "{value} of earlier usage came from people now inactive", 1, -1, UNKNOWN,
        none="no earlier user has fallen silent"),
    Feature("users_fallen_silent_share", "usage", "people lost", "share", "{value} of the users of the 13 weeks before did not come in the last 28 days", 1, -1, UNKNOWN,
            none="every user of the 13 weeks before came in the last 28 days", formula=ratio("lost_users", "active_users_91d_before_28d", 1)),
    Feature("new_users_share", "usage", "new people", "share", "{value} of active users are new", 0, 1, UNKNOWN,
            none="no active user is new", formula=ratio("new_users", "active_users_28d", 1)),
    # Against similar accounts
    *(Feature(f"peer_{column}", "usage", "adoption", "ratio", "similar accounts: {value}", 0, 0, UNKNOWN, peer_of=column, is_input=False)
      for column in ("events_per_seat_28d", "seat_utilisation", "features_used_91d", "usage_trend")),
    trend("usage_vs_peers", "adoption", "usage per seat is at {value} of similar accounts", "no usage against similar accounts",
          "events_per_seat_28d", "peer_events_per_seat_28d", tells="events_per_seat_28d"),
    trend("utilisation_vs_peers", "adoption", "the share of seats in use is {value} of similar accounts'", "no seat in use, unlike similar accounts",
          "seat_utilisation", "peer_seat_utilisation", tells="seat_utilisation"),
    trend("breadth_vs_peers", "feature breadth", "product features used are {value} of similar accounts'", "no product feature used, unlike similar accounts",
          "features_used_91d", "peer_features_used_91d", tells="features_used_91d"),
    trend("trend_vs_peers", "usage trend", "usage moved to {value} of where similar accounts moved", "no usage left, unlike similar accounts",
          "usage_trend", "peer_usage_trend", tells="usage_events_28d"),
)  # fmt: skip
