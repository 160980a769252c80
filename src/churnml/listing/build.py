"""The list put together: who the accounts are, what champions and health rules say of them, and the order."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

import numpy as np
import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.data.tables import Tables
from churnml.explain.silence import SILENCE, is_named, silences
from churnml.features.catalog import available
from churnml.features.engines import build_by
from churnml.features.peers import with_parts
from churnml.features.spec import Feature
from churnml.learn.log_odds import sigmoid
from churnml.learn.models.rules.rules import health_score
from churnml.learn.require_columns import require_columns
from churnml.learn.term_kinds import is_beyond
from churnml.listing.book_reasons import reasons_of_book
from churnml.listing.capacity import by_csm, expected_gain
from churnml.listing.champions import Champion
from churnml.listing.columns import HEALTH_COMPONENT, PREFIX, Column, schema, state_terms
from churnml.listing.growth.accounts import READ as GROWTH_READS
from churnml.listing.growth.growth_lists import growth_side
from churnml.listing.horizon import GROWS_WITHIN, UNPAID, chances, comes_within, leaves_within, unpaid_within
from churnml.listing.interval import chance_interval, with_interval
from churnml.listing.lifetime import WITHIN
from churnml.listing.list_settings import ListSettings
from churnml.listing.metadata import ListMetadata
from churnml.listing.next_steps import next_steps
from churnml.listing.ranking import order_of, rank_churn, rank_expansion
from churnml.listing.status import NEW, READ, account_status, allowed, thin_data
from churnml.outcomes import label
from churnml.params.features import Features
from churnml.params.health import Health
from churnml.params.plays import Plays
from churnml.params.score import Score
from churnml.params.snapshots import Revenue


def make_list(
    tables: Tables, metadata: ListMetadata, accounts: pd.DataFrame, champions: Mapping[str, Champion],
    settings: ListSettings, readings: pd.DataFrame | None = None, plays: Plays | None = None,
    orders: Mapping[str, Champion] | None = None,
) -> tuple[pd.DataFrame, tuple[Column, ...], pd.DataFrame]:  # fmt: skip
    """The live accounts ranked, with reasons and next steps, unrounded; the list's columns; and the growth lists beside it.

    What changed is not said yet. ``readings`` are the bands of an earlier day (``rank_churn``), ``orders`` the models that only order.
    """
    score, health = settings.score, settings.health
    require_columns(health)
    spoke = [one.scores.values for one in (*champions.values(), *(orders or {}).values())]
    rows = ruled(tables, accounts, health, settings.features, spoke)
    points = health_score(rows, health).reset_index(drop=True)
    points = points.rename(
        columns={"health": "health_rules"} | {name: HEALTH_COMPONENT + name for name in health.components}
    )
    known = account_status(rows, settings.snapshots.min_history_days)
    silence = silences(rows)
    book = _who(tables, metadata, accounts, settings.revenue, next(iter(spoke), rows))
    book = book.join(points).join(known["standing"])
    for outcome, prefix in PREFIX.items():
        champion = champions.get(outcome)
        book = book.join(_chances(outcome, champion, known["standing"]))
        book = book.join(
            reasons_of_book(outcome, champion, rows, known, health, score, silence).add_prefix(prefix)
        )
    leaving = champions.get("churn")
    lifetime = leaving.bundle.lifetime if leaving else None
    book = book.assign(
        thin_data=thin_data(rows, known["standing"], score.min_history_days),
        is_silent_decline=bool(leaving) & is_named(book, silence),
    )
    days, book = score.horizon_days, _within_horizon(book, champions, orders or {}, rows, score)
    book[UNPAID] = unpaid_within(tables, metadata.as_of, book, days, settings.revenue.grace_days)
    ranked = rank_churn(book, days, score.capacity_share, score.bands, metadata.churn.is_proven, readings)
    ranked = ranked.join(by_csm(ranked, score.capacity_share, score.csm_capacity))
    ranked["expected_gain_usd"] = (
        expected_gain(ranked, WITHIN[days], settings.profit) if settings.profit else np.nan
    )
    ranked = rank_expansion(ranked, days, metadata.expansion.is_proven)
    ranked = ranked.join(next_steps(ranked, plays, metadata.as_of))
    growing = growth_side(tables, ranked, rows, settings.growth)
    ranked = ranked.join(growing.cells, on="account_id")
    columns = _columns(leaving, settings)
    shown = (
        (ranked, growing.lists) if metadata.is_priced else _without_dollars(columns, ranked, growing.lists)
    )
    return shown[0], state_terms(columns, lifetime), shown[1]


def _within_horizon(
    book: pd.DataFrame, champions: Mapping[str, Champion], orders: Mapping[str, Champion], rows: pd.DataFrame, score: Score
) -> pd.DataFrame:  # fmt: skip
    """The book with each account's chances to leave and to grow within so many days, how sure the first is, how long it may stay, and what orders where nothing is proven."""
    days, leaving, growing = score.horizon_days, champions.get("churn"), champions.get("expansion")
    lifetime, seen = (leaving.bundle.lifetime, leaving.scores.values) if leaving else (None, rows)
    book = book.join(chance_interval(leaving, len(book), score.interval)).join(chances(lifetime, seen, book))
    grows, of = (
        book["expansion_probability"].to_numpy(dtype=float),
        growing.scores.values if growing else rows,
    )
    ordering = {
        order_of(outcome): comes_within(outcome, one.bundle.lifetime, book, one.scores.values, sigmoid(one.scores.log_odds), days)
        for outcome, one in orders.items()
    }  # fmt: skip
    book = book.assign(**{GROWS_WITHIN: comes_within("expansion", None, book, of, grows, days)}, **ordering)
    return with_interval(book, partial(leaves_within, lifetime, book, seen, days=days))


def _without_dollars(
    columns: Sequence[Column], ranked: pd.DataFrame, growing: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List and growth lists with nothing in their columns of dollars: what ranked a book without prices was 1 an account."""
    dollars = [column.name for column in columns if column.kind == "usd"]
    return ranked.assign(**dict.fromkeys(dollars, np.nan)), growing.assign(arr_usd=np.nan)


def _columns(leaving: Champion | None, settings: ListSettings) -> tuple[Column, ...]:
    """The list's columns, with the components' weights as churn's champion found them."""
    fitted, score = leaving.bundle.health if leaving else None, settings.score
    weights = {part.name: part.weight for part in fitted.parts} if fitted else None
    return schema(
        score.max_reasons_for,
        score.max_reasons_against,
        tuple(settings.health.components),
        weights,
        score.horizon_days,
    )


def _who(
    tables: Tables, metadata: ListMetadata, accounts: pd.DataFrame, revenue: Revenue, rows: pd.DataFrame
) -> pd.DataFrame:
    """One line an account in the given order: name and attributes, renewal and horizon, ARR on the day."""
    named = accounts.merge(
        tables.accounts(metadata.as_of), on="account_id", how="left", validate="one_to_one"
    )
    leads = metadata.longest_lead_days
    return named.assign(
        is_beyond_horizon=False if leads is None else is_beyond(named, rows, leads),
        arr_usd=label(tables, accounts, revenue)["arr_usd"].to_numpy(),
    )


def ruled(
    tables: Tables, accounts: pd.DataFrame, health: Health, engine: Features, built: Iterable[pd.DataFrame | None]
) -> pd.DataFrame:  # fmt: skip
    """Rows with what health rules, standing, silence and the growth side read, as far as the book gives it.

    ``built`` are rows of the accounts that were built before, for the champions: they serve where they have all of it.
    """
    ruling = {rule.column for rules in health.components.values() for rule in rules}
    columns = READ | SILENCE | GROWTH_READS | ruling
    needed = _needed(available(tables), columns)
    has_all = (rows for rows in built if rows is not None and {f.column for f in needed} <= set(rows))
    built_rows = next(has_all, None)
    if built_rows is None:
        return build_by(engine, tables, accounts, needed)
    return built_rows.assign(**{key: accounts[key].to_numpy() for key in KEYS})


def _needed(features: Sequence[Feature], columns: AbstractSet[str]) -> tuple[Feature, ...]:
    """The features of these columns, the building blocks their formulas need, and what says who an account's peers are."""
    needs = set(columns)
    for feature in features:
        if feature.column in columns and feature.formula:
            needs |= feature.words & {block.column for block in features}
    if peers := [feature for feature in features if feature.peer_of and feature.column in needs]:
        needs |= {block.column for block in with_parts(peers, features)}
    return tuple(feature for feature in features if feature.column in needs)


def _chances(outcome: str, champion: Champion | None, known: pd.Series) -> pd.DataFrame:
    """The probability and, for churn, fitted health; NaN without a champion.

    Where notice is given nothing is left to predict: it counts as lost, with no chance to grow. A new
    account is not judged.
    """
    unknown = np.full(len(known), np.nan)
    chance, fitted = (
        (champion.scores.probability, champion.scores.fitted_health) if champion else (unknown, unknown)
    )
    if champion:
        chance, fitted = allowed(outcome, chance, known), np.where(known == NEW, np.nan, fitted)
    columns = {f"{outcome}_probability": chance}
    return pd.DataFrame(columns | ({"health_fitted": fitted} if outcome == "churn" else {}))
