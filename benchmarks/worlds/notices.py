"""How often a change of level is told, over seeds: ``python -m benchmarks.worlds.notices [SEEDS] [NAME ...]`` (a second of CPU a seed).

What is told rests on outcomes alone, so that no model is needed and none is run: the decisions that were ripe on the last day go straight
into ``level_change``. Worlds without a change of level may tell one in 2 of 40 seeds.
"""

import sys

import numpy as np
import pandas as pd

from benchmarks.worlds.history import History
from benchmarks.worlds.project import history_of
from benchmarks.worlds.world import CHOOSING, JUDGING
from churnml.learn.selection.level_change import level_change
from churnml.results.level_change import LevelChange

FIRST_SEED, GRACE_DAYS = 2000, 30
SIDES = {"churn": "left", "expansion": "grew"}


def told(history: History, side: str) -> LevelChange | None:
    """The change of level that a world's ripe decisions show."""
    ripe = history.decisions[history.decisions["day"] + GRACE_DAYS < history.last_day].reset_index(drop=True)
    rows = pd.DataFrame({
        "renewal": pd.to_datetime(ripe["day"].to_numpy().astype("M8[D]")), "arr_usd": 1.0,
        "is_rolling": history.state.months[ripe["account"].to_numpy()] == 1,
    })  # fmt: skip
    day = np.datetime64(int(history.last_day), "D").astype(object)
    return level_change(rows, ripe[SIDES[side]].to_numpy(dtype=float), day)


def main() -> None:
    """Prints how many seeds of each world told a change, by side, and the middle of the days since when."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    for name in sys.argv[2:] or [*CHOOSING, *JUDGING]:
        found: dict[str, list[str]] = {side: [] for side in SIDES}
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            history = history_of(name, seed)
            for side in SIDES:
                change = told(history, side)
                found[side] += [change.since] if change else []
        print(
            f"{name:15}",
            *(f"{side} {len(days)} of {seeds}{f', middle day {sorted(days)[len(days) // 2]}' if days else ''}" for side, days in found.items()),
            sep="  ", flush=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
