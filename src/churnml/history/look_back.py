"""An earlier day that has no list, looked at with today's models: in memory only, and never published."""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from churnml.data.snapshots import KEYS, current
from churnml.data.tables import Tables
from churnml.features.engines import build_by
from churnml.history.list_facts import Facts, facts_of
from churnml.learn.log_odds import sigmoid
from churnml.learn.models.rules.rules import health_score
from churnml.listing.build import ruled
from churnml.listing.champions import Champion
from churnml.listing.columns import PREFIX
from churnml.listing.horizon import comes_within, leaves_within
from churnml.listing.lifetime import WITHIN
from churnml.listing.list_settings import ListSettings
from churnml.listing.ranking import order_of, rank_churn
from churnml.listing.status import account_status, allowed
from churnml.outcomes import label


def accounts_before(tables: Tables, day: date, settings: ListSettings) -> pd.DataFrame | None:
    """The accounts live ``score.look_back_days`` before a day; None where that is not asked for or the book had none."""
    if not settings.score.look_back_days:
        return None
    accounts = current(
        tables, day - timedelta(days=settings.score.look_back_days), settings.revenue, settings.snapshots
    )
    return None if accounts.empty else accounts


def look_back(
    tables: Tables, accounts: pd.DataFrame, champions: Mapping[str, Champion], settings: ListSettings, is_proven: bool,
    orders: Mapping[str, Champion] | None = None,
) -> Facts:  # fmt: skip
    """The facts of the accounts' day as today's champions see them, ranked as that day's list would have been, by ``orders`` where not proven."""
    day = accounts["as_of"].iloc[0].date()
    rows = ruled(
        tables, accounts, settings.health, settings.features, [one.before for one in champions.values()]
    )
    known = account_status(rows, settings.snapshots.min_history_days)["standing"]
    book = accounts.merge(tables.accounts(day), on="account_id", how="left", validate="one_to_one")
    book = book.assign(
        standing=known,
        arr_usd=label(tables, accounts, settings.revenue)["arr_usd"].to_numpy(),
        health_rules=health_score(rows, settings.health)["health"].to_numpy(),
    )
    days, within = settings.score.horizon_days, np.full(len(book), np.nan)
    seen: list[pd.DataFrame] = []
    for outcome in PREFIX:
        chance = np.full(len(book), np.nan)
        if champion := champions.get(outcome):
            built = _rows(champion, tables, accounts, settings)
            chance = allowed(outcome, champion.bundle.probability(built), known)
            seen.append(built.drop(columns=KEYS[1:]).set_index("account_id"))
            if outcome == "churn":
                within = leaves_within(champion.bundle.lifetime, accounts, built, chance, days)
        book[f"{outcome}_probability"] = chance
    book[WITHIN[days]] = within
    if orders and (order := orders.get("churn")):
        built = _rows(order, tables, accounts, settings)
        chance = sigmoid(order.bundle.model.log_odds(built[order.bundle.columns]))
        book[order_of("churn")] = comes_within("churn", order.bundle.lifetime, accounts, built, chance, days)
    ranked = rank_churn(book, days, settings.score.capacity_share, settings.score.bands, is_proven)
    return facts_of(day, ranked, days, seen, is_looked_back=True)


def _rows(champion: Champion, tables: Tables, accounts: pd.DataFrame, settings: ListSettings) -> pd.DataFrame:
    """The feature rows of the earlier day; built anew after Spark, which gave scores and no rows of another day."""
    if champion.before is not None:
        return champion.before
    return build_by(settings.features, tables, accounts, champion.bundle.features)
