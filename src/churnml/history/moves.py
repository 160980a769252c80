"""Who is new among those to call, who is no longer among them and why, and how far the others moved."""

import numpy as np
import pandas as pd

from churnml.history.list_facts import Facts
from churnml.listing.status import NOTICE
from churnml.text.number_format import money, share

ON_LIST, OFF_LIST, NEW_ACCOUNT = "new on the list", "off the list", "new account"
OFF = ("account_id", "name", "csm", "arr_usd", "rank_before", "why")


def moves(now: Facts, then: Facts) -> pd.DataFrame:
    """``rank_before`` and ``movement`` of each of today's accounts, by account.

    On and off the list means among those to call; any other account moved up or down by places, or is new.
    """
    before = then.rows.reindex(now.rows.index)
    rank = before["rank"].astype(float)
    was_called = before["is_within_capacity"].eq(True)  # an absent account is NaN, and was not
    is_called = now.rows["is_within_capacity"]
    gained = (rank - now.rows["rank"]).fillna(0).astype(int)
    shifts = [f"up {ranks:,}" if ranks > 0 else f"down {-ranks:,}" if ranks else "" for ranks in gained]
    movement = np.select(
        [is_called & ~was_called, ~is_called & was_called, rank.isna()],
        [ON_LIST, OFF_LIST, NEW_ACCOUNT],
        default=shifts,
    )
    return pd.DataFrame({"rank_before": rank, "movement": movement.astype(object)}, index=now.rows.index)


def off_the_list(now: Facts, then: Facts) -> pd.DataFrame:
    """The accounts that were to be called then and are not now, in their order then, each with why (columns OFF)."""
    called = then.rows[then.rows["is_within_capacity"]].sort_values("rank")
    if now.rows["arr_usd"].isna().all():  # no prices
        called = called.assign(arr_usd=np.nan)
    today = now.rows.reindex(called.index)
    off = called[~today["is_within_capacity"].eq(True)]  # an absent account is NaN, and is not
    lines = [
        (account, row["name"], row["csm"], row["arr_usd"], row["rank"], _why(row, live, now))
        for (account, row), (_, live) in zip(off.iterrows(), today.loc[off.index].iterrows(), strict=True)
    ]
    return pd.DataFrame(lines, columns=list(OFF))


def _why(before: pd.Series, today: pd.Series, now: Facts) -> str:
    """Why an account is off the list, in words: the first of these that holds."""
    if today.isna()["rank"]:
        is_late = before.name in now.in_grace
        return "term ended, next not recorded yet" if is_late else "left: no live contract any more"
    if today["standing"] == NOTICE != before["standing"]:
        return "notice of cancellation given"
    if not before["is_rolling"] and today["renewal"] > before["renewal"]:
        is_past = before["renewal"] <= pd.Timestamp(now.day)
        return (
            f"renewed: due {before['renewal']:%Y-%m-%d}, {'still a customer' if is_past else 'signed ahead'}"
        )
    return _fell(before, today)


def _fell(before: pd.Series, today: pd.Series) -> str:
    p0, p1 = before["within"], today["within"]
    if pd.isna(p1) or pd.isna(p0):
        h0, h1 = before["health_rules"], today["health_rules"]
        risen = f"health rose: {h0:.0f} to {h1:.0f} of 100"
        return risen if h1 > h0 and f"{h0:.0f}" != f"{h1:.0f}" else _behind(before, today)
    if pd.isna(before["arr_usd"]) or pd.isna(today["arr_usd"]):
        return (
            f"risk fell: {share(p0)} to {share(p1)}"
            if p1 < p0 and share(p0) != share(p1)
            else _behind(before, today)
        )
    by_chance = (p1 - p0) * (before["arr_usd"] + today["arr_usd"]) / 2
    by_arr = (today["arr_usd"] - before["arr_usd"]) * (p0 + p1) / 2
    if by_chance + by_arr >= 0:
        return _behind(before, today)
    is_chance = by_chance <= by_arr
    was, now = (share(p0), share(p1)) if is_chance else (money(before["arr_usd"]), money(today["arr_usd"]))
    if was == now:  # too small a fall to be read
        return _behind(before, today)
    return f"{'risk' if is_chance else 'ARR'} fell: {was} to {now}"


def _behind(before: pd.Series, today: pd.Series) -> str:
    return f"others rose: place {before['rank']:,.0f} to {today['rank']:,.0f}"
