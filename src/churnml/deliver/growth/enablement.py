"""What is paid for and lies idle: seats nobody sits in, and features that accounts on the same plan use."""

import pandas as pd

from churnml.deliver.growth.lines import joined, lines
from churnml.deliver.growth.peers import BOOK, by_plan, lacking
from churnml.deliver.growth.timing import at_the_renewal
from churnml.params import Growth


def enablement(live: pd.DataFrame, used: pd.DataFrame, seat_arr: pd.Series, settings: Growth) -> pd.DataFrame:
    """Lines of the accounts that leave much idle, by the ARR of idle seats, then by ARR.

    Idle ARR is the ARR of the terms that count seats x the share of seats without an active user. An account with
    too few idle seats has none; it stands here for its features.
    """
    idle = (1 - live["active_users_28d"] / live["seats"].where(live["seats"] > 0)).clip(lower=0)
    idle = idle.where(idle >= settings.idle_share)
    idle_usd = (idle * seat_arr.reindex(live.index)).fillna(0.0)
    seats = pd.Series("", index=live.index, dtype=object)
    known = live.loc[idle.notna(), ["active_users_28d", "seats"]]
    seats.loc[known.index] = [
        f"{n:,.0f} of {all_:,.0f} seats active" for n, all_ in known.itertuples(index=False)
    ]
    what = joined(
        [
            seats,
            _unused(live, used, settings).reindex(live.index),
            _left(live, used, settings).reindex(live.index),
        ],
        "; ",
    )
    order = live.assign(_idle=idle_usd)[what != ""]
    order = order.sort_values(
        ["_idle", "arr_usd", "expansion_rank"], ascending=[False, False, True], kind="stable"
    )
    why = idle_usd.map(lambda usd: f"${usd:,.0f} of ARR idle" if usd else "")
    when = at_the_renewal(order).mask(order["is_at_risk"].astype(bool), "now: at risk, too")
    return lines(live, what.reindex(order.index), why, when)


def _unused(live: pd.DataFrame, used: pd.DataFrame, settings: Growth) -> pd.Series:
    """Features that most accounts on the same plan used in the last quarter, and this one did not."""
    in_use = used.loc[used["is_in_use"].astype(bool), ["account_id", "thing"]]
    users = live[live.index.isin(in_use["account_id"])]
    missed = lacking(
        in_use[in_use["account_id"].isin(users.index)],
        by_plan(users),
        settings.least_peers,
        settings.feature_share,
    )
    plan = missed["account_id"].map(live["plan"])
    told: dict[str, list[str]] = {}
    for account, thing, group, share, name in zip(
        missed["account_id"], missed["thing"], missed["group"], missed["share"], plan, strict=True
    ):
        who = (
            ""
            if account in told
            else (f" of {'all accounts' if group == BOOK else f'accounts on plan {name}'} do")
        )
        told.setdefault(account, []).append(f"{thing} ({share:.0%}{who})")
    shown = settings.features_named
    return pd.Series(
        {account: f"does not use {', '.join(things[:shown])}" for account, things in told.items()},
        dtype=object,
    )


def _left(live: pd.DataFrame, used: pd.DataFrame, settings: Growth) -> pd.Series:
    """Features used over the year and not in the last quarter, the one left last first."""
    left = used[~used["is_in_use"].astype(bool) & used["account_id"].isin(live.index)]
    left = left.sort_values(
        ["account_id", "last_used", "thing"], ascending=[True, False, True], kind="stable"
    )
    told = left["thing"].astype(str) + left["last_used"].map(lambda day: f" (last on {day:%Y-%m-%d})")
    words = told.groupby(left["account_id"]).agg(
        lambda things: ", ".join(things.head(settings.features_named))
    )
    return "has left " + words
