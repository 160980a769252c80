"""The book's ARR over the coming quarters, put together: chances, sizes, drift, shocks, paths, and what they say in figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.snapshots import KEYS
from churnml.forecast.distribution import Distribution, shifted
from churnml.forecast.drift import Drift, due, facts
from churnml.forecast.levels import MOVES, groups_of, quarter_ahead
from churnml.forecast.simulate import Exposure, simulate
from churnml.forecast.sizes import Sizes, rates
from churnml.learn.arrays import FloatArray
from churnml.learn.level import Level
from churnml.outcomes import CHURN, CONTRACTION, EXPANSION, FLAT
from churnml.params.forecast import Forecast
from churnml.params.snapshots import Snapshots
from churnml.results.forecast import Quarter, Rate

QUARTER_DAYS = 365.25 / 4
COLUMNS = ("account_id", "arr_usd", "renewal", CHURN, CONTRACTION, FLAT, EXPANSION, "expected_arr_usd")
"""Of the accounts' distributions."""


@dataclass(frozen=True)
class Money:
    """A forecast: dollars by path and quarter, each account's distribution, and how often it had to be scaled down."""

    paths: pd.DataFrame
    accounts: pd.DataFrame
    scaled_share: float


def ripe_renewals(outcomes: pd.DataFrame, snapshots: pd.DataFrame, day: date, horizon: int) -> pd.DataFrame:
    """One row for each renewal whose outcome was known on a day, as seen about a quarter ahead, with ``is_rolling``."""
    known = outcomes[
        outcomes["is_ripe"] & (outcomes["ripe_on"] < pd.Timestamp(day)) & (outcomes["arr_usd"] > 0)
    ]
    joined = known.merge(snapshots[[*KEYS, "is_rolling"]], on=KEYS, how="left", validate="one_to_one")
    return quarter_ahead(joined.assign(is_rolling=joined["is_rolling"].eq(True)), horizon)


def forecast(
    book: pd.DataFrame, predicted: Mapping[str, pd.Series], leaves: pd.DataFrame | None, renewals: pd.DataFrame, drift: Drift,
    levels: Mapping[str, Level], ends: Sequence[date], settings: Forecast, snapshots: Snapshots,
) -> Money:  # fmt: skip
    """What a book at this ``position`` may come to at the ``ends`` of the coming quarters.

    ``predicted`` holds each proven outcome's probability by account; where an outcome has none its base rate by group, at today's level, stands
    in. ``leaves`` are the survival curve's chances to leave in each quarter by account (a column a quarter), the list's own; without, an
    account leaves at due decisions. ``renewals`` are ``ripe_renewals``. Chances are brought to a quarter: a rolling account's span its
    horizon; those of a term shorter than a quarter come round several times in it.
    """
    before = renewals["arr_usd"].to_numpy(dtype=float)
    groups = groups_of(renewals)
    past = groups.of(before, renewals["is_rolling"].to_numpy(dtype=bool))
    after = renewals["arr_after_usd"].to_numpy(dtype=float)
    sizes = Sizes.fit(before, after, renewals["outcome"], past, settings.size_prior_moves)
    base = {
        name: shifted(rates(renewals["outcome"], name, past, settings.size_prior_moves), 0.0 if name in predicted else levels[name].shift)
        for name in MOVES
    }  # fmt: skip
    arr = book["arr_usd"].to_numpy(dtype=float)
    group = groups.of(arr, book["is_rolling"].to_numpy(dtype=bool))
    chance = _chances(book, predicted, base, group)
    exposure = _exposure(book, chance, group, leaves, drift, ends, snapshots)
    paths = simulate(exposure, sizes, drift, levels, settings.n_paths, settings.seed)
    after = chance.expected_arr(arr, *(sizes.mean(name, group) for name in (CONTRACTION, FLAT, EXPANSION)))
    accounts = (
        book[["account_id", "arr_usd", "renewal"]].join(chance.as_frame()).assign(expected_arr_usd=after)
    )
    return Money(paths, accounts, chance.scaled_share)


def _exposure(
    book: pd.DataFrame, chance: Distribution, group: NDArray[np.int64], leaves: pd.DataFrame | None, drift: Drift,
    ends: Sequence[date], snapshots: Snapshots,
) -> Exposure:  # fmt: skip
    """What may happen to each account in each quarter: what its curve says of leaving, else its chances where a decision is due."""
    day, numbers = book["as_of"].max().date(), range(1, len(ends) + 1)
    decides = np.column_stack([due(book, number, ends, day) for number in numbers])
    signed = np.column_stack([facts(book, number) for number in numbers])
    span = np.where(
        book["is_rolling"], snapshots.rolling_horizon_days,
        book["term_days"].fillna(QUARTER_DAYS).clip(1, QUARTER_DAYS),
    )  # fmt: skip
    quarterly = chance.over(QUARTER_DAYS / span)
    at_due = np.where(decides, quarterly.churn[:, None], 0.0)
    followed = (
        np.full_like(at_due, np.nan)
        if leaves is None
        else leaves.reindex(book["account_id"]).to_numpy(dtype=float)
    )
    is_followed = np.isfinite(followed).all(axis=1) & ~(book["is_in_grace"] | book["has_notice"]).to_numpy(
        dtype=bool
    )
    return Exposure(
        arr=book["arr_usd"].to_numpy(dtype=float), present=np.where(book["is_in_grace"], drift.returned, 1.0),
        leaves=np.where(is_followed[:, None], followed, at_due), chance=quarterly, group=group,
        due=decides, fact=np.where(decides, 1.0, signed),  # a decision is on all of an account's terms
        is_followed=is_followed,
    )  # fmt: skip


def _chances(
    book: pd.DataFrame, predicted: Mapping[str, pd.Series], base: Mapping[str, FloatArray], group: NDArray[np.int64]
) -> Distribution:  # fmt: skip
    """Each account's distribution at its next decision: the models', base rates where they are silent, and what is known for sure.

    A base rate is a share of what the models leave, so that one never pushes a model aside. Notice given is churn; an account
    in grace that counts at the opening has stayed, by the ledger's rule.
    """
    chances = with_base_rates({
        name: predicted.get(name, pd.Series(dtype=float)).reindex(book["account_id"]).to_numpy(dtype=float)
        for name in MOVES
    }, {name: base[name][group] for name in MOVES})  # fmt: skip
    in_grace, notice = (book[name].to_numpy(dtype=bool) for name in ("is_in_grace", "has_notice"))
    stays = 1.0 - base[CHURN][group]
    for name in (CONTRACTION, EXPANSION):
        given = base[name][group] / np.where(stays > 0, stays, 1.0)
        chances[name] = np.where(in_grace, given, np.where(notice, 0.0, chances[name]))
    churn = np.where(in_grace, 0.0, np.where(notice, 1.0, chances[CHURN]))
    return Distribution.of(churn, chances[CONTRACTION], chances[EXPANSION])


def with_base_rates(
    predicted: Mapping[str, FloatArray], base: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """The chance of each outcome: what its model said, or its base rate among accounts that the other models' outcomes pass by.

    >>> predicted = {"churn": np.array([np.nan]), "contraction": np.array([np.nan]), "expansion": np.array([0.9])}
    >>> base = {"churn": np.array([0.1]), "contraction": np.array([0.0]), "expansion": np.array([0.2])}
    >>> [round(float(chance[0]), 4) for chance in with_base_rates(predicted, base).values()]
    [0.0125, 0.0, 0.9]
    """
    is_silent = {name: np.isnan(predicted[name]) for name in MOVES}
    left = 1.0 - sum(np.where(is_silent[name], 0.0, predicted[name]) for name in MOVES)
    usual = 1.0 - sum(np.where(is_silent[name], 0.0, base[name]) for name in MOVES)
    share = np.clip(left, 0.0, 1.0) / np.where(usual > 0, usual, 1.0)
    return {name: np.where(is_silent[name], base[name] * share, predicted[name]) for name in MOVES}


def summarise(paths: pd.DataFrame, ends: Sequence[date], interval: float) -> dict[str, Quarter]:
    """By quarter (``quarter_1`` ...): expected dollars, and GRR and NRR with the interval that holds this share of the paths; rounded for JSON."""
    tails = [(1 - interval) / 2, (1 + interval) / 2]
    quarters = {}
    for number, end in enumerate(ends, start=1):
        in_quarter = paths[paths["quarter"] == number]
        dollars = {f"{name}_usd": round(float(in_quarter[name].mean()), 0) for name in ("opening", *MOVES)}
        gross, net = (_rate(values, tails) for values in retention(in_quarter))
        quarters[f"quarter_{number}"] = Quarter(end.isoformat(), **dollars, grr=gross, nrr=net)
    return quarters


def _rate(values: FloatArray, tails: Sequence[float]) -> Rate:
    low, high = np.quantile(values, tails)
    return Rate(round(float(values.mean()), 4), round(float(low), 4), round(float(high), 4))


def retention(paths: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """GRR and NRR of each path, as ``data.revenue`` defines them; 1 where nothing was there to retain."""
    opening = paths["opening"].to_numpy(dtype=float)
    kept = opening - paths["churn"].to_numpy(dtype=float) - paths["contraction"].to_numpy(dtype=float)
    base = np.where(opening > 0, opening, 1.0)
    gross = np.where(opening > 0, kept / base, 1.0)
    return gross, np.where(opening > 0, gross + paths["expansion"].to_numpy(dtype=float) / base, 1.0)
