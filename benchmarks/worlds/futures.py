"""What could be known on the last day: as many futures as asked, told on from the true state of that day by the same step."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.worlds.history import History
from benchmarks.worlds.state import step

FUTURES, AHEAD = 200, 53  # weeks


@dataclass(frozen=True)
class Futures:
    """Arrays of (futures, live accounts): the days from the last day until the account left (a large number where it stays the year) and
    its ARR a year on; ``accounts`` says which they are, ``arr`` what they bring on the day.
    """

    accounts: npt.NDArray[np.intp]
    arr: npt.NDArray[np.float64]
    left_after: npt.NDArray[np.int64]
    arr_after: npt.NDArray[np.float64]

    def leaves_within(self, days: int) -> npt.NDArray[np.float64]:
        """Each account's true chance to have left within so many days."""
        chance: npt.NDArray[np.float64] = (self.left_after <= days).mean(axis=0)
        return chance

    def retention(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """GRR and NRR of each future, over the accounts that are live on the day."""
        opening = self.arr.sum()
        return np.minimum(self.arr_after, self.arr).sum(axis=1) / opening, self.arr_after.sum(
            axis=1
        ) / opening


def futures(history: History, n: int = FUTURES, seed: int = 1) -> Futures:
    """The futures of the accounts that are live on the last day."""
    rng = np.random.default_rng([history.seed, seed])
    live = np.nonzero(history.state.is_live)[0]
    opening = history.state.arr[live]
    state = history.state.copies(n)
    left = np.full(state.health.shape, 10_000, dtype=np.int64)
    for week in range(AHEAD):
        made = step(state, history.world, history.last_day + 7 * week, history.last_day, rng)
        gone = tuple(place[made.left] for place in made.where)
        left[gone] = made.day[made.left] - history.last_day + 1
    return Futures(live, opening, left[:, live], state.arr[:, live])
