"""What similar accounts have that an account lacks: products, or features in use."""

import pandas as pd

BOOK = -1
"""The group of all accounts."""


def grouped(alike: pd.Series) -> pd.Series:
    """Each account's group, from 0 on: those that are alike in this; one of which it is unknown stands in BOOK."""
    groups: pd.Series = alike.groupby(alike, dropna=True).ngroup()
    return groups


def population(groups: pd.Series) -> pd.DataFrame:
    """Who stands in each group: ``account_id``, ``group``; everyone once more in BOOK."""
    named = groups.rename("group").rename_axis("account_id").reset_index()
    return pd.concat([named[named["group"] != BOOK], named.assign(group=BOOK)], ignore_index=True)


def lacking(has: pd.DataFrame, groups: pd.Series, min_peers: int, min_share: float) -> pd.DataFrame:
    """What each account lacks and at least ``min_share`` of the others in its group have.

    ``has`` holds ``account_id`` and ``thing``, each pair once, and ``groups`` every account's group. Where that has
    fewer than ``min_peers`` others the book speaks; where even the book has, nobody does. One line an account and
    thing, most common first: ``account_id``, ``thing``, ``group`` and ``share``.
    """
    everyone = population(groups)
    others = everyone["group"].value_counts() - 1
    owners = (
        has.merge(everyone, on="account_id").groupby(["group", "thing"]).size().rename("owners").reset_index()
    )
    owners["share"] = owners["owners"] / owners["group"].map(others).clip(lower=1)
    common = owners[(owners["share"] >= min_share) & (owners["group"].map(others) >= min_peers)]
    speaks = groups.where(groups.map(others) >= min_peers, BOOK)
    wanted = speaks.rename("group").rename_axis("account_id").reset_index().merge(common, on="group")
    lacks = without(wanted, has).sort_values(["account_id", "share", "thing"], ascending=[True, False, True])
    return lacks.reset_index(drop=True)[["account_id", "thing", "group", "share"]]


def without(offers: pd.DataFrame, has: pd.DataFrame) -> pd.DataFrame:
    """The lines of ``offers`` whose account and thing are not among those of ``has``."""
    return offers[~_pairs(offers).isin(_pairs(has))].reset_index(drop=True)


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["account_id", "thing"]])
