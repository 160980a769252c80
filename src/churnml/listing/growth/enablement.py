"""What is paid for and lies idle: seats nobody sits in, features that accounts on the same plan use, features left."""

from collections.abc import Iterator

import pandas as pd

from churnml.listing.growth.lines import joined, lines, sentences
from churnml.listing.growth.peers import BOOK, grouped, lacking, without
from churnml.listing.growth.timing import RENEWAL
from churnml.params.score import Growth
from churnml.text.number_format import money

NOW = "now: at risk, too"


def enablement(
    live: pd.DataFrame, used: pd.DataFrame, seat_arr: pd.Series, when: pd.DataFrame, settings: Growth
) -> pd.DataFrame:
    """Lines of the accounts that leave much idle, by the ARR of idle seats, then by ARR.

    Idle ARR is the ARR of the terms that count seats x the share of seats without an active user. An account with
    few idle seats has none, and stands here for its features: those that most accounts on its plan use and it does
    not, and those it used and left.
    """
    idle = (1 - live["active_users_28d"] / live["seats"].where(live["seats"] > 0)).round(4)
    idle = idle[idle >= settings.min_idle_share]
    idle_usd = (idle * seat_arr.reindex(idle.index)).reindex(live.index).fillna(0.0)
    left = _left(live, used, settings)
    columns = (
        sentences(
            live.loc[idle.index, ["active_users_28d", "seats"]],
            "{:,.0f} of {:,.0f} seats active in 28 days".format,
        ),
        _unused(live, used, left, settings),
        _named_things(left, "stopped using ", settings),
    )
    what = joined([column.reindex(live.index) for column in columns], "; ")
    order = live.assign(_idle=idle_usd)[what != ""]
    order = order.sort_values(
        ["_idle", "arr_usd", "expansion_rank"], ascending=[False, False, True], kind="stable"
    )
    why = (
        sentences(idle_usd[idle_usd > 0].to_frame(), lambda usd: f"{money(usd)} of ARR idle")
        .reindex(live.index)
        .fillna("")
    )
    then = when.loc[order.index, RENEWAL].mask(order["is_at_risk"].astype(bool), NOW)
    return lines(live, what.reindex(order.index), why, then)


def _unused(live: pd.DataFrame, used: pd.DataFrame, left: pd.DataFrame, settings: Growth) -> pd.Series:
    """What most accounts on the same plan used in the last quarter and an account that is in use did not; nor has it left it."""
    in_use = used.loc[used["is_in_use"] & used["account_id"].isin(live.index), ["account_id", "thing"]]
    users = live[live.index.isin(in_use["account_id"])]
    missed = lacking(in_use, _plans(users), settings.min_peers, settings.min_feature_share)
    missed = without(missed, left)
    words = pd.Series(list(_shares(missed, live["plan"])), index=missed.index, dtype=object)
    return _named_things(missed.assign(words=words), "does not use ", settings)


def _plans(users: pd.DataFrame) -> pd.Series:
    """Each account's group by plan; one whose plan is not known is compared with the book."""
    return grouped(users["plan"].where(users["plan"] != ""))


def _shares(missed: pd.DataFrame, plans: pd.Series) -> Iterator[str]:
    before = None
    for account, thing, group, share in missed.itertuples(index=False, name=None):
        who = "all accounts" if group == BOOK else f"accounts on plan {plans[account]}"
        yield f"{thing} ({share:.0%})" if account == before else f"{thing} ({share:.0%} of {who} do)"
        before = account


def _left(live: pd.DataFrame, used: pd.DataFrame, settings: Growth) -> pd.DataFrame:
    """Features used for some time within the year and not in the last quarter, the one left last first."""
    days = (used["last_used"] - used["first_used"]).dt.days
    is_left = ~used["is_in_use"] & (days >= settings.min_use_days)
    left = used[is_left & used["account_id"].isin(live.index)]
    left = left.sort_values(
        ["account_id", "last_used", "thing"], ascending=[True, False, True], kind="stable"
    )
    words = sentences(left[["thing", "last_used"]], "{} (last on {:%Y-%m-%d})".format)
    return left[["account_id", "thing"]].assign(words=words)


def _named_things(things: pd.DataFrame, verb: str, settings: Growth) -> pd.Series:
    named = things.groupby("account_id", sort=False)["words"]
    texts = {account: verb + ", ".join(words.head(settings.max_features)) for account, words in named}
    return pd.Series(texts, dtype=object)
