"""Signs that an account is growing, as facts: seats near the limit, breadth rising, more people, health."""

import pandas as pd

from churnml.listing.growth.accounts import is_healthy
from churnml.listing.growth.growth_facts import YEAR_AGO
from churnml.listing.growth.lines import sentences
from churnml.params.score import Growth

SEATS, BREADTH, RISING, HEALTHY = "seats", "breadth", "rising", "healthy"
SIGNS = (SEATS, BREADTH, RISING, HEALTHY)


def signs(live: pd.DataFrame, used: pd.DataFrame, settings: Growth) -> pd.DataFrame:
    """What each sign says of each account: a column a sign, empty where it does not hold or is not known."""
    texts = pd.DataFrame("", index=live.index, columns=list(SIGNS), dtype=object)
    for sign, column in (
        (SEATS, _seats(live, settings.min_seat_utilisation)),
        (BREADTH, _breadth(live, used, settings.min_breadth_gain)),
        (RISING, _rising(live, settings.min_usage_ratio)),
        (
            HEALTHY,
            sentences(
                live.loc[is_healthy(live, settings.min_health), ["health_rules"]], "health {:.0f}".format
            ),
        ),
    ):
        texts.loc[column.index, sign] = column
    return texts


def _seats(live: pd.DataFrame, near: float) -> pd.Series:
    use = live[["seat_utilisation"]].round(2)
    return sentences(use[use["seat_utilisation"] >= near], _in_use)


def _in_use(share: float) -> str:
    return f"seats {'near' if share <= 1 else 'over'} the limit ({share:.0%} in use)"


def _breadth(live: pd.DataFrame, used: pd.DataFrame, by: int) -> pd.Series:
    """This quarter against that of a year ago; one that was not a customer then, or of whose usage nothing is known, has not risen."""
    counts = used.groupby("account_id")[["is_in_use", "was_in_use"]].sum().astype(int)
    counts = counts.reindex(live.index[live["tenure_days"] >= YEAR_AGO.reach]).dropna().astype(int)
    risen = counts[(counts["was_in_use"] > 0) & (counts["is_in_use"] - counts["was_in_use"] >= by)]
    return sentences(
        risen[["was_in_use", "is_in_use"]], "breadth rising ({} to {} features in a year)".format
    )


def _rising(live: pd.DataFrame, least: float) -> pd.Series:
    """People where they are counted, else usage: use that rises without people has not pointed to growth."""
    people = live["active_users_trend_quarter"]
    usage = live["usage_trend_quarter"].where(people.isna())
    measures = {"active users": people, "usage": usage}
    risen = [
        sentences(
            level[level.round(2) >= least].to_frame(), (what + " at {:.0%} of the quarter before").format
        )
        for what, level in measures.items()
    ]
    return risen[0].combine_first(risen[1])
