"""What similar accounts have that an account lacks: products, or features in use."""

import numpy as np
import pandas as pd

from churnml.features.peers import TENURE_BANDS

BOOK = -1
"""The group of all accounts, which speaks where too few are similar."""


def by_segment_and_tenure(live: pd.DataFrame) -> pd.Series:
    """Each account's group: the same segment and the same tenure band, as for the features' peers."""
    band = np.digitize(live["tenure_days"].fillna(0), TENURE_BANDS)
    return live.groupby([live["segment"], band]).ngroup()


def by_plan(live: pd.DataFrame) -> pd.Series:
    """Each account's group: the same plan; where none is known, the book."""
    return live.groupby(live["plan"].replace("", np.nan), dropna=True).ngroup()


def population(groups: pd.Series) -> pd.DataFrame:
    """Who stands in each group: ``account_id`` and ``group``, all accounts once more in BOOK."""
    named = groups.rename("group").rename_axis("account_id").reset_index()
    return pd.concat([named[named["group"] != BOOK], named.assign(group=BOOK)], ignore_index=True)


def heard(groups: pd.Series, least_peers: int) -> pd.Series:
    """The group that speaks for each account: its own with ``least_peers`` others in it, else the book."""
    others = groups.map(groups.value_counts()) - 1
    return groups.where(others >= least_peers, BOOK)


def lacking(has: pd.DataFrame, groups: pd.Series, least_peers: int, least_share: float) -> pd.DataFrame:
    """What each account lacks and at least ``least_share`` of the similar accounts have.

    ``has`` holds ``account_id`` and ``thing``, each pair once; ``groups`` every account's group. One line an
    account and thing, most common first: ``account_id``, ``thing``, ``group`` and ``share``, that of the others
    in the group.
    """
    everyone = population(groups)
    others = everyone.groupby("group").size() - 1
    owners = (
        has.merge(everyone, on="account_id").groupby(["group", "thing"]).size().rename("owners").reset_index()
    )
    owners["share"] = owners["owners"] / owners["group"].map(others).clip(lower=1)
    common = owners[owners["share"] >= least_share]
    own = heard(groups, least_peers).rename("group").rename_axis("account_id").reset_index()
    wanted = own.merge(common, on="group")
    held = pd.MultiIndex.from_frame(has[["account_id", "thing"]])
    lacks = wanted[~pd.MultiIndex.from_frame(wanted[["account_id", "thing"]]).isin(held)]
    return lacks.sort_values(
        ["account_id", "share", "thing"], ascending=[True, False, True], ignore_index=True
    )[["account_id", "thing", "group", "share"]]
