"""A world's own past, told once from its seed: the state of every week, every decision with its true chances, every term."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.worlds.state import Decisions, State, born, step, weeks_of
from benchmarks.worlds.world import World

LAST_DAY = date(2025, 1, 1)
KEPT = (
    "health",
    "support",
    "intent",
    "appetite",
    "champion_gone",
    "champion",
    "csm",
    "is_live",
    "seats",
    "add_on_seats",
    "price",
)


@dataclass(frozen=True)
class History:
    """What truly happened: ``weekly`` arrays of (weeks, accounts), ``terms`` and ``decisions`` one row each, ``state`` of the last day."""

    world: World
    seed: int
    first_day: int
    last_day: int
    weekly: dict[str, npt.NDArray[np.float64]]
    terms: pd.DataFrame
    decisions: pd.DataFrame
    state: State

    def ids(self, accounts: npt.NDArray[np.int64]) -> list[str]:
        """The names by which the book calls accounts."""
        return [f"W{account:04d}" for account in accounts]


def told(world: World, seed: int, last_day: date = LAST_DAY) -> History:
    """The history of a world, the same for the same seed."""
    rng = np.random.default_rng(seed)
    end = (last_day - date(1970, 1, 1)).days
    first_day = end - 7 * world.weeks
    state = born(world, first_day, rng)
    weekly: dict[str, list[npt.NDArray[np.float64]]] = {name: [] for name in KEPT}
    terms, decisions = [], []
    for _, day in weeks_of(world, first_day):
        before = state.is_live.copy()
        made = step(state, world, day, end, rng)
        terms.append(_first_terms(state, before))
        if len(made.day):
            terms.append(_next_terms(state, made))
            decisions.append(_frame(made))
        for name, values in weekly.items():
            values.append(np.asarray(getattr(state, name), dtype=np.float64).copy())
    arrays = {name: np.stack(values) for name, values in weekly.items()}
    return History(
        world,
        seed,
        first_day,
        end,
        arrays,
        pd.concat(terms, ignore_index=True),
        pd.concat(decisions, ignore_index=True),
        state,
    )


def _first_terms(state: State, before: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """The first terms of those who were not live at the week's start; who left in it stood before."""
    new = np.nonzero(state.is_live & ~before)[0]
    return _terms(state, new, state.first_start[new], state.term_end[new], state.first_start[new] - 3)


def _next_terms(state: State, made: Decisions) -> pd.DataFrame:
    (accounts,) = made.where
    stays = ~made.left
    found = _terms(
        state,
        accounts[stays],
        state.term_start[accounts[stays]],
        state.term_end[accounts[stays]],
        made.day[stays] - 2,
    )
    return found.assign(paused_from=np.where(made.paused[stays] > 0, made.day[stays], -1))


def _terms(state: State, accounts: npt.NDArray[np.intp], start: npt.NDArray[np.int64], end: npt.NDArray[np.int64],
           signed: npt.NDArray[np.int64]) -> pd.DataFrame:  # fmt: skip
    return pd.DataFrame({
        "account": accounts, "start": start, "end": end, "signed": signed, "seats": state.seats[accounts],
        "add_on_seats": state.add_on_seats[accounts], "price": state.price[accounts], "paused_from": -1,
    })  # fmt: skip


def _frame(made: Decisions) -> pd.DataFrame:
    (accounts,) = made.where
    return pd.DataFrame({
        "account": accounts, "day": made.day, "p_churn": made.p_churn, "p_growth": made.p_growth, "left": made.left, "grew": made.grew,
        "failed": made.failed, "paused": made.paused, **{f"drive_{name}": value for name, value in made.drives.items()},
    })  # fmt: skip
