"""Usage: volume, people, breadth, depth and rhythm, each against the account's own past, its season and its size."""

from typing import Any

from churnml.features.spec import UNKNOWN, ZERO, Feature, over, ratio
from churnml.features.usage_measures import BASELINE, MEASURES, QUARTER, RECENT
from churnml.timeline import Window

WEEK, HALF_YEAR, YEAR = Window(7), Window(182), Window(365)
MONTH_BEFORE, QUARTER_BEFORE, SEASON = Window(28, ago=28), Window(91, ago=91), Window(28, ago=365)


def counted(measure: str, name: str, windows: tuple[Window, ...]) -> tuple[Feature, ...]:
    """Counts that only other features are made of: by themselves they say how large an account is."""
    words = name.replace("_", " ")
    feature = own(measure=measure, name=name, concept="adoption", unit="count", no_rows=ZERO, is_input=False,
                  phrase=f"{{value}} {words} in {{window}}", noun=f"{words} in {{days}} days")  # fmt: skip
    return over(windows, feature)


def trend(*, part: str, whole: str, days: tuple[int, int] = (1, 1), reach: int = 0, **fields: Any) -> Feature:
    """The level of one stretch (``part``) over that of another (``whole``), each by its days; a higher one is health.

    Unknown until ``reach`` days could have shown use, so that what was not there yet is not taken for a rise.
    """
    level = ratio(f"({part} / {days[0]}.0)", f"({whole} / {days[1]}.0)", 3)
    formula = f"CASE WHEN usage_observed_days >= {reach} THEN {level} END" if reach else level
    return Feature(
        source="usage", unit="ratio", churn=-1, expansion=1, no_rows=UNKNOWN, formula=formula, **fields
    )


def own(*, measure: str, **fields: Any) -> Feature:
    """A measure that is a feature as it stands."""
    return Feature(measure=measure, source=MEASURES[measure].source, **fields)


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
    Feature(name="lost_users", measure="lost_users", source=MEASURES["lost_users"].source, unit="users",
            concept="people lost", no_rows=ZERO, is_input=False, phrase="{value} users lost"),
    Feature(name="new_users", measure="new_users", source=MEASURES["new_users"].source, concept="new people",
            unit="users", no_rows=ZERO, is_input=False, phrase="{value} new users"),
    # Rhythm
    *over((WEEK, RECENT, BASELINE), own(name="active_days", measure="active_days", concept="usage rhythm",
                                        unit="days", churn=-1, expansion=1, no_rows=ZERO,
                                        phrase="used on {value} of {window}",
                                        none="not used on any of {window}",
                                        noun="days with use among {days}")),
    trend(name="active_days_trend", concept="usage rhythm",
          phrase="used on {value} as many days as in the 13 weeks before",
          none="not used any more, unlike in the 13 weeks before", level="active_days_28d",
          part="active_days_28d", whole="active_days_91d_before_28d", days=(28, 91), reach=119),
    own(name="active_weeks", measure="active_weeks", concept="usage rhythm", unit="weeks", churn=-1,
        expansion=1, no_rows=ZERO, phrase="used in {value} of the last 13 weeks",
        none="not used in any of the last 13 weeks"),
    own(name="weekly_variation", measure="weekly_variation", concept="usage rhythm", unit="ratio",
        no_rows=UNKNOWN, phrase="weekly usage varies by {value} of its mean"),
    own(name="longest_gap_days", measure="longest_gap_days", concept="usage gaps", unit="days", churn=1,
        expansion=-1, no_rows=QUARTER.days, phrase="longest time without use in the last 13 weeks: {value}"),
    own(name="usage_recency_days", measure="recency_days", concept="usage gaps", unit="days", churn=1,
        expansion=-1, no_rows=YEAR.days, window=YEAR, phrase="{value} without use"),
    # Level against the account's own past
    trend(name="usage_trend_week", concept="usage trend",
          phrase="last week's usage is at {value} of its own 13-week level",
          none="no usage last week against its own 13-week level", level="usage_events_7d",
          part="usage_events_7d", whole="usage_events_91d_before_28d", days=(7, 91), reach=119),
    trend(name="usage_trend", concept="usage trend", phrase="usage is at {value} of its own 13-week level",
          none="no usage left against its own 13-week level", level="usage_events_28d",
          part="usage_events_28d", whole="usage_events_91d_before_28d", days=(28, 91), reach=119),
    trend(name="usage_trend_quarter", concept="usage trend",
          phrase="usage over 13 weeks is at {value} of the 13 weeks before",
          none="no usage in 13 weeks against the 13 weeks before", level="usage_events_91d",
          part="usage_events_91d", whole="usage_events_91d_before_91d", reach=182),
    own(name="weekly_slope", measure="weekly_slope", concept="usage trend", unit="ratio", churn=-1,
        expansion=1, no_rows=UNKNOWN, phrase="usage changes by {value} of its mean a week over 13 weeks"),
    trend(name="usage_year_level", concept="usage trend",
          phrase="usage is at {value} of its level over the year",
          none="no usage left against its level over the year", level="usage_events_28d",
          part="usage_events_28d", whole="usage_events_365d", days=(28, 365), reach=365),
    trend(name="usage_same_season", concept="usage trend",
          phrase="usage is at {value} of the same weeks a year ago",
          none="no usage left against the same weeks a year ago", level="usage_events_28d",
          part="usage_events_28d", whole="usage_events_28d_before_365d", reach=393),
    trend(name="active_users_same_season", concept="usage trend",
          phrase="active users are at {value} of the same weeks a year ago",
          none="no active user left against the same weeks a year ago", level="active_users_28d",
          part="active_users_28d", whole="active_users_28d_before_365d", reach=393),
    trend(name="active_users_trend", concept="usage trend",
          phrase="active users are at {value} of the 4 weeks before",
          none="no active user left of the 4 weeks before", level="active_users_28d",
          part="active_users_28d", whole="active_users_28d_before_28d", reach=56),
    trend(name="active_users_trend_quarter", concept="usage trend",
          phrase="active users over 13 weeks are at {value} of the 13 weeks before",
          none="no active user in 13 weeks against the 13 weeks before", level="active_users_91d",
          part="active_users_91d", whole="active_users_91d_before_91d", reach=182),
    # Breadth
    *over((RECENT, BASELINE, QUARTER, YEAR), own(name="features_used", measure="features_used", churn=-1,
                                                 concept="feature breadth", unit="features", expansion=1,
                                                 no_rows=ZERO, none="no product feature used in {window}",
                                                 phrase="{value} product features used in {window}",
                                                 noun="product features used in {days} days")),
    trend(name="features_trend", concept="feature breadth",
          phrase="product features used are at {value} of the 4 weeks before",
          none="no product feature used any more", level="features_used_28d", part="features_used_28d",
          whole="features_used_28d_before_28d", reach=56),
    Feature(name="features_abandoned_share", source="usage", concept="features unused", unit="share",
            churn=1, expansion=-1, no_rows=UNKNOWN, none="every feature used over the year is still in use",
            phrase="{value} of the features used over the year lay unused for 13 weeks",
            formula="1 - features_used_91d / nullif(features_used_365d, 0)"),
    Feature(name="features_per_user_28d", source="usage", concept="feature breadth", unit="ratio",
            no_rows=UNKNOWN, phrase="{value} product features for each active user",
            formula=ratio("features_used_28d", "active_users_28d", 50)),
    # Adoption: usage against what is paid for
    Feature(name="events_per_seat_28d", source="usage", concept="adoption", unit="per seat", churn=-1,
            expansion=1, no_rows=UNKNOWN, phrase="{value} events per seat in the last 28 days",
            none="no event per seat in the last 28 days", noun="events per seat in 28 days",
            formula="usage_events_28d / nullif(seats, 0)"),
    Feature(name="events_per_seat_91d_before_28d", source="usage", concept="adoption", unit="per seat",
            no_rows=UNKNOWN, phrase="{value} events per seat in the 13 weeks before",
            formula="usage_events_91d_before_28d / nullif(seats, 0)"),
    Feature(name="seat_utilisation", source="usage", concept="adoption", unit="share", churn=-1, expansion=1,
            no_rows=UNKNOWN, phrase="{value} of paid seats active in the last 28 days",
            none="no paid seat active in the last 28 days", noun="the share of paid seats in use",
            level="active_users_28d", formula=ratio("active_users_28d", "seats", 3)),
    Feature(name="seat_utilisation_before", source="usage", concept="adoption", unit="share",
            no_rows=UNKNOWN, phrase="{value} of paid seats active in the 13 weeks before",
            none="no paid seat active in the 13 weeks before",
            formula=ratio("active_users_91d_before_28d", "seats", 3)),
    Feature(name="seat_utilisation_91d", source="usage", concept="adoption", unit="share", churn=-1,
            expansion=1, no_rows=UNKNOWN, phrase="{value} of paid seats active in the last 13 weeks",
            none="no paid seat active in the last 13 weeks", noun="the share of paid seats in use",
            level="active_users_91d", formula=ratio("active_users_91d", "seats", 3)),
    Feature(name="events_per_1000_usd_28d", source="usage", concept="adoption", unit="per $1,000", churn=-1,
            expansion=1, no_rows=UNKNOWN, phrase="{value} events for each $1,000 of ARR in the last 28 days",
            none="no event in the last 28 days for what is paid",
            formula=ratio("usage_events_28d", "(arr_usd / 1000)", 1e6)),
    # Depth and stickiness
    Feature(name="events_per_user_28d", source="usage", concept="depth of use", unit="events", churn=-1,
            expansion=1, no_rows=UNKNOWN, phrase="{value} events for each active user in the last 28 days",
            noun="events for each active user in 28 days",
            formula="usage_events_28d / nullif(active_users_28d, 0)"),
    Feature(name="events_per_user_91d_before_28d", source="usage", concept="depth of use", unit="events",
            no_rows=UNKNOWN, phrase="{value} events for each active user in the 13 weeks before",
            formula="usage_events_91d_before_28d / nullif(active_users_91d_before_28d, 0)"),
    # By the day of a user, which is as long in both stretches; distinct users are fewer in the shorter one even of a steady account.
    trend(name="depth_trend", concept="depth of use",
          phrase="on a day of use an active user does {value} of what it was in the 13 weeks before",
          none="active users do nothing any more", part="usage_events_28d / nullif(user_days_28d, 0)",
          whole="usage_events_91d_before_28d / nullif(user_days_91d_before_28d, 0)", reach=119),
    Feature(name="stickiness_28d", source="usage", concept="stickiness", unit="share", churn=-1, expansion=1,
            no_rows=UNKNOWN, phrase="an active user comes on {value} of days",
            noun="the share of days on which an active user comes",
            formula="user_days_28d / 28 / nullif(active_users_28d, 0)"),
    Feature(name="stickiness_28d_before_28d", source="usage", concept="stickiness", unit="share",
            no_rows=UNKNOWN, phrase="an active user came on {value} of days in the 4 weeks before",
            formula="user_days_28d_before_28d / 28 / nullif(active_users_28d_before_28d, 0)"),
    trend(name="stickiness_trend", concept="stickiness",
          phrase="active users come {value} as often as in the 4 weeks before",
          none="active users come no more", level="stickiness_28d", part="stickiness_28d",
          whole="stickiness_28d_before_28d", reach=56),
    # People
    own(name="champion_baseline_share", measure="champion_share", concept="few hands", unit="share",
        no_rows=UNKNOWN, phrase="the heaviest user did {value} of all work before"),
    own(name="heaviest_user_share_28d", measure="heaviest_user_share", concept="few hands", unit="share",
        no_rows=UNKNOWN, phrase="one user does {value} of all work"),
    Feature(name="heaviest_user_trend", source="usage", concept="few hands", unit="ratio", no_rows=UNKNOWN,
            phrase="the heaviest user's share of all work is {value} of what it was",
            formula=ratio("heaviest_user_share_28d", "champion_baseline_share", 3)),
    Feature(name="has_one_user", source="usage", concept="few hands", unit="yes/no", churn=1, expansion=-1,
            no_rows=UNKNOWN, phrase="a single person uses the product",
            formula="CASE WHEN active_users_28d > 0 THEN CAST(active_users_28d = 1 AS INTEGER) END"),
    own(name="is_champion_gone", measure="champion_gone", concept="people lost", unit="yes/no", churn=1,
        expansion=-1, no_rows=UNKNOWN, phrase="the heaviest user has not signed in for 28 days"),
    own(name="lost_users_share", measure="lost_units_share", concept="people lost", unit="share", churn=1,
        expansion=-1, no_rows=UNKNOWN, phrase="{value} of earlier usage came from people now inactive",
        none="no earlier user has fallen silent"),
    Feature(name="users_fallen_silent_share", source="usage", concept="people lost", unit="share", churn=1,
            expansion=-1, no_rows=UNKNOWN, none="every user of the 13 weeks before came in the last 28 days",
            phrase="{value} of the users of the 13 weeks before did not come in the last 28 days",
            formula=ratio("lost_users", "active_users_91d_before_28d", 1)),
    Feature(name="new_users_share", source="usage", concept="new people", unit="share", expansion=1,
            no_rows=UNKNOWN, phrase="{value} of active users are new", none="no active user is new",
            formula=ratio("new_users", "active_users_28d", 1)),
    # Against similar accounts
    *(Feature(name=f"peer_{column}", source="usage", concept="adoption", unit="ratio", no_rows=UNKNOWN,
              is_input=False, phrase="similar accounts: {value}", peer_of=column)
      for column in ("events_per_seat_28d", "seat_utilisation", "features_used_91d", "usage_trend")),
    trend(name="usage_vs_peers", concept="adoption",
          phrase="usage per seat is at {value} of similar accounts",
          none="no usage against similar accounts", level="events_per_seat_28d", part="events_per_seat_28d",
          whole="peer_events_per_seat_28d"),
    trend(name="utilisation_vs_peers", concept="adoption",
          phrase="the share of seats in use is {value} of similar accounts'",
          none="no seat in use, unlike similar accounts", level="seat_utilisation", part="seat_utilisation",
          whole="peer_seat_utilisation"),
    trend(name="breadth_vs_peers", concept="feature breadth",
          phrase="product features used are {value} of similar accounts'",
          none="no product feature used, unlike similar accounts", level="features_used_91d",
          part="features_used_91d", whole="peer_features_used_91d"),
    trend(name="trend_vs_peers", concept="usage trend",
          phrase="usage moved to {value} of where similar accounts moved",
          none="no usage left, unlike similar accounts", level="usage_events_28d", part="usage_trend",
          whole="peer_usage_trend"),
)  # fmt: skip
