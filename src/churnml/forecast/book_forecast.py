"""The book's coming quarters as a stage tells them: what the champions say today, put into dollars."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from churnml.data.snapshots import current
from churnml.data.tables import NO_PRICES, Tables
from churnml.errors import NotEnoughError
from churnml.forecast.drift import Drift, learn_drift, past_openings
from churnml.forecast.levels import levels
from churnml.forecast.position import position, quarter_ends
from churnml.forecast.projection import COLUMNS, Money, forecast, ripe_renewals, summarise
from churnml.learn.arrays import FloatArray
from churnml.learn.dataset import OUTCOMES
from churnml.learn.level import Level
from churnml.listing.champions import Champion, ask
from churnml.listing.metadata import read_verdicts
from churnml.listing.status import NEW, account_status
from churnml.params.features import Features
from churnml.params.forecast import Forecast
from churnml.params.score import Score
from churnml.params.snapshots import Revenue, Snapshots
from churnml.results.forecast import BookForecast, InGrace, OutcomeLevel
from churnml.results.stored import NotEnough


@dataclass(frozen=True)
class Past:
    """What earlier stages know of the past: outcomes of snapshots, and the snapshots themselves."""

    outcomes: pd.DataFrame
    snapshots: pd.DataFrame


@dataclass(frozen=True)
class SimulatedForecast:
    """The forecast, and the accounts' distributions."""

    content: BookForecast
    money: Money


def forecast_or_reason(
    book: Tables, day: date, champion: Path, past: Past, settings: Forecast,
    score: Score, revenue: Revenue, snapshots: Snapshots, features: Features,
) -> tuple[BookForecast | NotEnough, pd.DataFrame]:  # fmt: skip
    """The forecast and the accounts' distributions; for a book too young or without prices, why there is none, and nobody has one."""
    try:
        simulated = forecast_book(book, day, champion, past, settings, score, revenue, snapshots, features)
    except NotEnoughError as error:
        about = {"book": book.book, "as_of": day.isoformat()}
        return NotEnough(str(error), about), pd.DataFrame(columns=COLUMNS)
    return simulated.content, simulated.money.accounts


def forecast_book(
    book: Tables, day: date, champion: Path, past: Past, settings: Forecast,
    score: Score, revenue: Revenue, snapshots: Snapshots, features: Features,
) -> SimulatedForecast:  # fmt: skip
    """Expected dollars, GRR and NRR of the coming quarters, seen from a day, with intervals and what they rest on.

    An outcome without a proven model enters with its base rate by group; so does every outcome of a new account, which the list does
    not judge either. Raises NotEnoughError where no account is live, no renewal is ripe or contracts have no prices.
    """
    if not book.is_priced:
        raise NotEnoughError(f"book '{book.book}' has {NO_PRICES}. There are no dollars to forecast.")
    ends = quarter_ends(day, settings.n_quarters)
    at_opening = position(book, day, ends, revenue, snapshots)
    renewals = ripe_renewals(past.outcomes, past.snapshots, day, snapshots.rolling_horizon_days)
    if at_opening.empty or renewals.empty:
        lacks = "live contract" if at_opening.empty else "ripe renewal"
        raise NotEnoughError(
            f"book '{book.book}' has no {lacks} on {day}: there is nothing to forecast from."
        )
    verdicts = read_verdicts(champion / "verdicts.json")
    accounts = current(book, day, revenue, snapshots)
    models = ask(
        champion,
        {name: each for name, each in verdicts.items() if each.is_proven},
        book,
        accounts,
        (),
        features,
    )
    predicted = {
        name: pd.Series(_judged(one, snapshots), index=accounts["account_id"]) for name, one in models.items()
    }
    learned = max((one.bundle.trained_through for one in models.values()), default=day)
    openings = {
        o: position(book, o, quarter_ends(o, 1), revenue, snapshots) for o in past_openings(day, settings)
    }
    drift = learn_drift(book, openings, day, revenue)
    at_level = levels(models, renewals, day, settings)
    leaves = _leaves(models.get("churn"), accounts, day, ends, snapshots)
    money = forecast(at_opening, predicted, leaves, renewals, drift, at_level, ends, settings, snapshots)
    content = _content(book, day, at_opening, predicted, money, drift, at_level, ends, settings)
    content = replace(
        content, level_changes={name: one.level_change for name, one in verdicts.items() if one.level_change},
        learned_through=learned.isoformat() if learned > day else None,
    )  # fmt: skip
    return SimulatedForecast(content, money)


def _judged(champion: Champion, snapshots: Snapshots) -> FloatArray:
    known = account_status(champion.scores.values, snapshots.min_history_days)["standing"]
    return np.where(known == NEW, np.nan, champion.scores.probability)


def _leaves(
    champion: Champion | None, accounts: pd.DataFrame, day: date, ends: Sequence[date], snapshots: Snapshots
) -> pd.DataFrame | None:
    """By account (rows), the chance to leave in each quarter of one that has reached it, from the curve that the list goes by; NaN where the list does not judge.

    None without a champion or where it has no survival model.
    """
    if champion is None or champion.bundle.lifetime is None:
        return None
    chance = _judged(champion, snapshots)
    curve = champion.bundle.lifetime.curve(accounts, champion.scores.values, chance)
    stays = np.column_stack(
        [np.ones(len(accounts)), curve.survival(np.array([(end - day).days for end in ends], dtype=float))]
    )
    reached = np.where(stays[:, :-1] > 0, stays[:, :-1], 1.0)
    return pd.DataFrame(1.0 - stays[:, 1:] / reached, index=accounts["account_id"])


def _content(
    book: Tables, day: date, stand: pd.DataFrame, predicted: Mapping[str, pd.Series], money: Money, drift: Drift,
    at_level: Mapping[str, Level], ends: list[date], settings: Forecast,
) -> BookForecast:  # fmt: skip
    """The forecast, rounded so that no sum's last digit moves a byte."""
    live, is_late = ~stand["is_in_grace"], stand["is_in_grace"]
    return BookForecast(
        book=book.book, as_of=day.isoformat(), interval=settings.interval, paths=settings.n_paths,
        accounts=int(live.sum()), arr_usd=_dollars(stand[live]),
        in_grace=InGrace(int(is_late.sum()), _dollars(stand[is_late]), round(drift.returned, 4)),
        unproven=tuple(name for name in OUTCOMES if name not in predicted),
        levels={name: OutcomeLevel(level.shift, level.sd, level.shock_sd, level.quarters) for name, level in at_level.items()},
        past_quarters_of_drift=drift.quarters, scaled_down_share=round(money.scaled_share, 4),
        quarters=summarise(money.paths, ends, settings.interval),
    )  # fmt: skip


def _dollars(accounts: pd.DataFrame) -> float:
    return round(float(accounts["arr_usd"].sum()), 2)
