"""Which product an account lacks and most accounts like it own."""

import pandas as pd

from churnml.explain.vs_peers import kinds
from churnml.listing.growth.accounts import is_healthy, open_to_offers
from churnml.listing.growth.lines import lines, sentences
from churnml.listing.growth.peers import BOOK, grouped, lacking, population, without
from churnml.listing.growth.timing import RENEWAL, after
from churnml.params.score import Growth
from churnml.text.number_format import money


def cross_sell(
    live: pd.DataFrame, products: pd.DataFrame, when: pd.DataFrame, settings: Growth
) -> pd.DataFrame:
    """One line an account: of the products it never had, the one that most similar accounts own.

    Similar are those of the same segment and tenure band; with too few of them, all accounts. Not at risk and
    healthy come first, then what the product may bring: the share that own it x what they pay (median). A product
    once given up is not proposed again, one that nobody similar owns never, and none that stands in for its own.
    """
    held = products[products["is_held"] & products["account_id"].isin(live.index)]
    known = live[live.index.isin(held["account_id"])]
    groups = grouped(kinds(known))
    offers = lacking(held, groups, settings.min_peers, settings.min_product_share)
    offers = owned_together(without(offers, products), held, settings.min_co_ownership_share)
    offers = offers[offers["account_id"].isin(open_to_offers(live).index)]
    offers = offers.merge(_paid(held, groups), on=["group", "thing"], how="left")
    best = offers.drop_duplicates("account_id").set_index("account_id")
    best = _ordered(best, live.loc[best.index], settings)
    buyers = live.loc[best.index]
    return lines(live, best["thing"], _why(best, buyers), after(when, when.loc[best.index, RENEWAL]))


def _paid(held: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    paying = held[held["arr_usd"] > 0].merge(population(groups), on="account_id")
    return paying.groupby(["group", "thing"])["arr_usd"].median().rename("paid_usd").reset_index()


def _ordered(best: pd.DataFrame, live: pd.DataFrame, settings: Growth) -> pd.DataFrame:
    order = best.assign(
        _risk=live["is_at_risk"].astype(bool), _ill=~is_healthy(live, settings.min_health),
        _brings=-(best["share"] * best["paid_usd"].fillna(0)), _place=live["expansion_rank"],
    )  # fmt: skip
    order = order.sort_values(["_risk", "_ill", "_brings", "_place"], kind="stable")
    return best.loc[order.index]


def _why(best: pd.DataFrame, live: pd.DataFrame) -> pd.Series:
    return sentences(best[["share", "group", "paid_usd"]].assign(health=live["health_rules"]), _facts)


def _facts(share: float, group: int, paid_usd: float, health: float) -> str:
    facts = [
        f"{share:.0%} of {'all' if group == BOOK else 'similar'} accounts own it",
        "" if pd.isna(paid_usd) else f"they pay {money(paid_usd)} a year for it (median)",
        "" if pd.isna(health) else f"health {health:.0f}",
    ]
    return "; ".join(filter(None, facts))


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
