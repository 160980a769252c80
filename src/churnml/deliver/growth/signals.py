"""Signs that an account is growing, as facts: seats near the limit, breadth rising, more people or more use, health."""

import pandas as pd

from churnml.deliver.growth.account import is_healthy
from churnml.deliver.growth.used import EARLIER
from churnml.params import Growth

SEATS, BREADTH, RISING, HEALTHY = "seats", "breadth", "rising", "healthy"
SIGNS = (SEATS, BREADTH, RISING, HEALTHY)


def signs(live: pd.DataFrame, used: pd.DataFrame, settings: Growth) -> pd.DataFrame:
    """What each sign says of each account: a column a sign, empty where it does not hold or is not known."""
    found = pd.DataFrame("", index=live.index, columns=list(SIGNS), dtype=object)
    for sign, told in (
        (SEATS, _seats(live, settings.seats_near)),
        (BREADTH, _breadth(live, used, settings.breadth_by)),
        (RISING, _rising(live, settings.rising_from)),
        (HEALTHY, _healthy(live, settings.healthy_from)),
    ):
        found.loc[told.index, sign] = told
    return found


def _seats(live: pd.DataFrame, near: float) -> pd.Series:
    use = live["seat_utilisation"]
    use = use[use.round(2) >= near]
    return use.map(lambda share: f"seats {'near' if share <= 1 else 'over'} the limit ({share:.0%} in use)")


def _breadth(live: pd.DataFrame, used: pd.DataFrame, by: int) -> pd.Series:
    """Counted over stretches of the same length; an account that was not a customer then has not risen."""
    counts = used.groupby("account_id")[["is_recent", "was_earlier"]].sum().astype(int)
    counts = counts.reindex(live.index[live["tenure_days"] >= EARLIER.reach]).dropna().astype(int)
    risen = counts[counts["is_recent"] - counts["was_earlier"] >= by]
    return pd.Series(
        [f"breadth rising ({before} to {now} features)" for now, before in risen.itertuples(index=False)],
        index=risen.index, dtype=object,
    )  # fmt: skip


def _rising(live: pd.DataFrame, least: float) -> pd.Series:
    """People first; usage where they are not counted or not rising."""
    people, usage = live["active_users_trend_quarter"], live["usage_trend_quarter"]
    told = usage[usage.round(2) >= least].map(lambda level: f"usage at {level:.0%} of the quarter before")
    more = people[people.round(2) >= least].map(
        lambda level: f"active users at {level:.0%} of the quarter before"
    )
    return more.combine_first(told)


def _healthy(live: pd.DataFrame, least: float) -> pd.Series:
    return live.loc[is_healthy(live, least), "health_rules"].map(lambda points: f"health {points:.0f}")
