"""Which products are had beside each other, and which stand in for each other, as the editions of one product do."""

import pandas as pd


def owned_together(offers: pd.DataFrame, held: pd.DataFrame, min_share: float) -> pd.DataFrame:
    """The offers that are additions: of the others who hold any of the account's products, enough hold this one, too.

    ``offers`` and ``held`` name an ``account_id`` and a ``thing``. Nobody holds two editions at once, however many
    hold either. A product that no other account holds says nothing of what is had beside it.
    """
    owned = held[["account_id", "thing"]].rename(columns={"thing": "own"})
    pairs = owned.merge(held, on="account_id").groupby(["own", "thing"]).size().rename("both").reset_index()
    asked = offers[["account_id", "thing"]].merge(owned, on="account_id").merge(pairs, how="left")
    others = asked["own"].map(owned["own"].value_counts()) - 1
    is_instead = asked["both"].fillna(0) < min_share * others
    instead = asked.loc[is_instead, ["account_id", "thing"]].drop_duplicates()
    marked = offers.merge(instead, how="left", on=["account_id", "thing"], indicator="found")
    return marked[marked.pop("found") == "left_only"].reset_index(drop=True)
