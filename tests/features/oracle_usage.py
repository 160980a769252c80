"""The features of usage in plain Python."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from math import ceil, sqrt

from tests.features.oracle import Book, Row, Values, as_day, capped, days_between, divided, within
from tests.features.oracle_observed import no_longer_than_seen, observed_days

WINDOWS = {"7d": (7, 0), "28d": (28, 0), "28d_before_28d": (28, 28), "91d_before_28d": (91, 28), "91d": (91, 0), "91d_before_91d": (91, 91), "28d_before_365d": (28, 365),
           "365d": (365, 0)}  # fmt: skip


# How many days must have been seen for a stretch of the past to be compared with.
REACH = {
    "usage_trend_week": 119, "usage_trend": 119, "usage_trend_quarter": 182, "usage_year_level": 365, "usage_same_season": 393,
    "active_users_same_season": 393, "active_users_trend": 56, "active_users_trend_quarter": 182, "features_trend": 56,
    "active_days_trend": 119, "depth_trend": 119, "stickiness_trend": 56,
}  # fmt: skip


# Of these nothing is said before so many days could have shown it.
SEEN = {
    "active_weeks": 91, "weekly_variation": 91, "weekly_slope": 91, "longest_gap_days": 91, "champion_baseline_share": 73,
    "is_champion_gone": 73, "lost_users_share": 73, "lost_users": 73, "heaviest_user_share_28d": 28, "new_users": 119,
}  # fmt: skip


def usage_values(book: Book, account: str, as_of: date, arr: float, seats: float | None) -> Values:
    # A row of nothing that names nobody says that nothing was used.
    rows = [
        row for row in book.known("usage", account, as_of) if row["quantity"] or row["user_id"] is not None
    ]
    found: Values = {}
    for label, (days, ago) in WINDOWS.items():
        inside = [row for row in rows if within(row["occurred_at"], as_of, days, ago)]
        by_user = {
            (row["user_id"], as_day(row["occurred_at"])) for row in inside if row["user_id"] is not None
        }
        found[f"usage_events_{label}"] = float(sum(row["quantity"] for row in inside))
        found[f"active_users_{label}"] = len({user for user, _ in by_user})
        found[f"user_days_{label}"] = len(by_user)
        found[f"active_days_{label}"] = len({as_day(row["occurred_at"]) for row in inside})
        found[f"features_used_{label}"] = len(
            {row["feature"] for row in inside if row["feature"] is not None}
        )
    found |= rhythm(rows, as_of) | people(rows, as_of)
    days, user_days, feature_days = (
        observed_days(book, "usage", account, as_of, column) for column in ("", "user_id", "feature")
    )
    for name, needed in seen_from().items():
        seen = (
            user_days
            if name.startswith(("active_users", "user_days"))
            else feature_days
            if "features" in name
            else days
        )
        found[name] = found[name] if seen >= needed else None
    for name in nameless(rows, as_of, found):
        found[name] = None
    no_longer_than_seen(found, days, "usage_recency_days_365d")
    found |= ratios(found, arr, seats)
    young = {name for name, needed in REACH.items() if days < needed}
    found |= {name: None if name in young else value for name, value in levels(found).items()}
    return found


def nameless(rows: list[Row], as_of: date, found: Values) -> list[str]:
    """What rows cannot show that name no user, or no feature."""

    def is_nameless(column: str, days: int, ago: int) -> bool:
        names = [row[column] for row in rows if within(row["occurred_at"], as_of, days, ago)]
        return bool(names) and all(name is None for name in names)

    unseen = [
        f"{name}_{label}"
        for label, stretch in WINDOWS.items()
        if is_nameless("user_id", *stretch)
        for name in ("active_users", "user_days")
    ]
    unseen += [
        f"features_used_{label}" for label, stretch in WINDOWS.items() if is_nameless("feature", *stretch)
    ]
    if is_nameless("user_id", 28, 0) or is_nameless("user_id", 91, 28):
        unseen += people([], as_of)
    return unseen


def seen_from() -> dict[str, int]:
    """How many days must have been seen for each count: its whole window, or half of it where different ones are counted."""
    needed = dict(SEEN)
    for label, (days, ago) in WINDOWS.items():
        needed |= {f"{name}_{label}": ago + days for name in ("usage_events", "user_days", "active_days")}
        needed |= {f"{name}_{label}": ago + ceil(days / 2) for name in ("active_users", "features_used")}
    return needed


def rhythm(rows: list[Row], as_of: date) -> Values:
    ago = sorted({days_between(row["occurred_at"], as_of) for row in rows})  # yesterday is 1
    quarter = [day for day in ago if day <= 91]
    weeks = [Decimal(0)] * 13
    for row in rows:
        day = days_between(row["occurred_at"], as_of)
        if day <= 91:
            weeks[(day - 1) // 7] += row["quantity"]
    mean = sum(weeks) / 13
    spread = sum((week - mean) ** 2 for week in weeks) / 13
    slope = sum((6 - number) * week for number, week in enumerate(weeks)) / sum(
        (6 - number) ** 2 for number in range(13)
    )
    silences = [late - early - 1 for early, late in zip([0, *quarter], [*quarter, 92], strict=True)]
    return {
        "active_weeks": len({(day - 1) // 7 for day in quarter}),
        "weekly_variation": sqrt(spread) / float(mean) if mean else None,
        "weekly_slope": float(slope / mean) if mean else None,
        "longest_gap_days": max(silences) if quarter else 91,
        "usage_recency_days_365d": ago[0] if ago and ago[0] <= 365 else 365,
    }


def people(rows: list[Row], as_of: date) -> Values:
    recent: dict[str, Decimal] = defaultdict(Decimal)
    before: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["user_id"] is not None and within(row["occurred_at"], as_of, 28):
            recent[row["user_id"]] += row["quantity"]
        if row["user_id"] is not None and within(row["occurred_at"], as_of, 91, 28):
            before[row["user_id"]] += row["quantity"]
    heaviest = max(before.values(), default=Decimal(0))
    champions = {user for user, units in before.items() if units == heaviest}
    lost = before.keys() - recent.keys()
    return {
        "champion_baseline_share": divided(float(heaviest), float(sum(before.values()))),
        "heaviest_user_share_28d": divided(float(max(recent.values(), default=Decimal(0))), float(sum(recent.values()))),
        "is_champion_gone": int(not champions & recent.keys()) if heaviest > 0 else None,
        "lost_users_share": divided(float(sum(before[user] for user in lost)), float(sum(before.values()))),
        "lost_users": len(lost), "new_users": len(recent.keys() - before.keys()),
    }  # fmt: skip


def ratios(f: Values, arr: float, seats: float | None) -> Values:
    users, before = f["active_users_28d"], f["active_users_91d_before_28d"]
    unused = divided(f["features_used_91d"], f["features_used_365d"])
    return {
        "features_abandoned_share": None if unused is None else 1 - unused,
        "features_per_user_28d": capped(f["features_used_28d"], users, 50),
        "events_per_seat_28d": divided(f["usage_events_28d"], seats),
        "events_per_seat_91d_before_28d": divided(f["usage_events_91d_before_28d"], seats),
        "seat_utilisation": capped(users, seats, 3), "seat_utilisation_before": capped(before, seats, 3),
        "seat_utilisation_91d": capped(f["active_users_91d"], seats, 3),
        "events_per_1000_usd_28d": capped(f["usage_events_28d"], arr / 1000, 1e6),
        "events_per_user_28d": divided(f["usage_events_28d"], users),
        "events_per_user_91d_before_28d": divided(f["usage_events_91d_before_28d"], before),
        "stickiness_28d": divided(divided(f["user_days_28d"], 28), users),
        "stickiness_28d_before_28d": divided(divided(f["user_days_28d_before_28d"], 28), f["active_users_28d_before_28d"]),
        "has_one_user": int(users == 1) if users else None,
        "users_fallen_silent_share": capped(f["lost_users"], before, 1),
        "new_users_share": capped(f["new_users"], users, 1),
    }  # fmt: skip


def level(now: float | None, before: float | None, days: int = 1, days_before: int = 1) -> float | None:
    """The pace of one stretch over that of another, at most three times."""
    return capped(None if now is None else now / days, None if before is None else before / days_before, 3)


def levels(f: Values) -> Values:
    base = f["usage_events_91d_before_28d"]
    return {
        "usage_trend_week": level(f["usage_events_7d"], base, 7, 91),
        "usage_trend": level(f["usage_events_28d"], base, 28, 91),
        "usage_trend_quarter": level(f["usage_events_91d"], f["usage_events_91d_before_91d"]),
        "usage_year_level": level(f["usage_events_28d"], f["usage_events_365d"], 28, 365),
        "usage_same_season": level(f["usage_events_28d"], f["usage_events_28d_before_365d"]),
        "active_users_same_season": level(f["active_users_28d"], f["active_users_28d_before_365d"]),
        "active_users_trend": level(f["active_users_28d"], f["active_users_28d_before_28d"]),
        "active_users_trend_quarter": level(f["active_users_91d"], f["active_users_91d_before_91d"]),
        "features_trend": level(f["features_used_28d"], f["features_used_28d_before_28d"]),
        "active_days_trend": level(f["active_days_28d"], f["active_days_91d_before_28d"], 28, 91),
        "heaviest_user_trend": level(f["heaviest_user_share_28d"], f["champion_baseline_share"]),
        "depth_trend": level(
            divided(f["usage_events_28d"], f["user_days_28d"]),
            divided(f["usage_events_91d_before_28d"], f["user_days_91d_before_28d"]),
        ),
        "stickiness_trend": level(f["stickiness_28d"], f["stickiness_28d_before_28d"]),
    }
