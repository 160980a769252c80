"""Whether an outcome's level has changed of late, read from what came alone: no model, so that none can have learned it away.

The same runs of constant level as in ``learn.level``, over the share of renewals with the outcome on each kind of term.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from churnml.learn.arrays import FloatArray
from churnml.learn.level import GRID, QUARTER_DAYS, Runs, likelihoods, quarters_back
from churnml.learn.log_odds import sigmoid
from churnml.results.interval import Interval
from churnml.results.level_change import LevelChange
from churnml.results.verdict import Verdict

NEWS = 6
"""Quarters back within which a change is news; the models have learned an older one."""
SURE = 0.8
"""The chance from which a change is told: four to one."""


def level_changes(
    outcomes: pd.DataFrame, snapshots: pd.DataFrame, names: tuple[str, ...], day: date
) -> dict[str, LevelChange]:
    """The change of each outcome's level within the last quarters, of those that surely changed.

    ``outcomes`` and ``snapshots`` are the tables of those stages; a renewal counts once.
    """
    ripe = outcomes[outcomes["is_ripe"] & (outcomes["ripe_on"] < pd.Timestamp(day))]
    keys = ["account_id", "renewal"]
    kinds = snapshots[[*keys, "is_rolling"]].drop_duplicates(keys)
    renewals = (
        ripe.sort_values("as_of", kind="stable")
        .drop_duplicates(keys, keep="last")
        .merge(kinds, on=keys, how="left")
    )
    found = {
        name: level_change(renewals, np.asarray(renewals["outcome"] == name, dtype=float), day)
        for name in names
    }
    return {name: change for name, change in found.items() if change}


def with_changes(verdicts: Mapping[str, Verdict], changes: Mapping[str, LevelChange]) -> dict[str, Verdict]:
    """The verdicts, each with the change of its outcome's level."""
    return {name: replace(verdict, level_change=changes.get(name)) for name, verdict in verdicts.items()}


def level_change(renewals: pd.DataFrame, y_true: FloatArray, day: date) -> LevelChange | None:
    """The newest change of level in these renewals' outcomes; None where there surely was none.

    ``renewals`` have ``renewal``, ``is_rolling`` and ``arr_usd``, a row each.
    """
    base = _base(renewals["is_rolling"].eq(True).to_numpy(dtype=bool), y_true)
    quarter = quarters_back(renewals["renewal"], day)
    likelihood = likelihoods(base, y_true, np.ones(len(y_true)), quarter)
    first = max(1, len(likelihood) - NEWS)
    runs = Runs.of(likelihood)
    chance = float(runs.began[first:].sum()) if len(likelihood) > 1 else 0.0
    if chance < SURE:
        return None
    began = first + int(np.argmax(runs.began[first:]))
    since = quarter >= began
    before, after = Runs.of(likelihood[:began]).today, runs.level_from(began)
    came = float((y_true[since] * renewals["arr_usd"].to_numpy(dtype=float)[since]).sum())
    usual = _moments(
        before,
        (sigmoid(base[since, None] + GRID) * renewals["arr_usd"].to_numpy(dtype=float)[since, None]).sum(
            axis=0
        ),
    )
    rates = sigmoid(base[since, None] + GRID).mean(axis=0)
    quarters = len(likelihood) - began
    return LevelChange(
        since=(day - timedelta(days=round(quarters * QUARTER_DAYS))).isoformat(), renewals=int(since.sum()),
        before=_rounded(_moments(before, rates), 4), after=_rounded(_moments(after, rates), 4),
        usd=_rounded((came - usual[0], came - usual[2], came - usual[1]), 0) if renewals["arr_usd"].gt(0).any() else None,
        chance=round(chance, 3),
    )  # fmt: skip


def _base(is_rolling: np.ndarray, y_true: FloatArray) -> FloatArray:
    """The log-odds of each renewal's kind of term over all of the past, half a renewal of each end added."""
    found = np.empty(len(y_true))
    for kind in (is_rolling, ~is_rolling):
        rate = (y_true[kind].sum() + 0.5) / (kind.sum() + 1.0)
        found[kind] = np.log(rate / (1.0 - rate))
    return found


def _moments(density: FloatArray, values: FloatArray) -> tuple[float, float, float]:
    """The mean of a rising function of the level, and the ends of its middle nine tenths."""
    low, high = np.interp([0.05, 0.95], np.cumsum(density), values)
    return float(density @ values), float(low), float(high)


def _rounded(values: tuple[float, float, float], digits: int) -> Interval:
    return Interval(*(round(value, digits) for value in values))
