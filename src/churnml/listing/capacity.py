"""Who can be called, and how many calls pay: capacity by book and by CSM, and the most profitable length of the list.

The profit of a call is that of EMPB (``churnml.learn.metrics.evaluate``), with the account's own chance in place of what came: the
share of those asked who accept keeps its value less the incentive, and everyone called costs a call.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.learn.metrics.call_value import call_value
from churnml.params.evaluate import Profit
from churnml.text.number_format import counted, money

GAIN = "expected_gain_usd"


@dataclass(frozen=True)
class CallList:
    """How many accounts from the top of the list are called, and what that is expected to bring: as the team can, and at best."""

    accounts: int
    gain_usd: float
    best_accounts: int
    best_gain_usd: float

    @property
    def line(self) -> str:
        """The most profitable length of the list in a sentence."""
        if self.best_accounts == 0:
            return "No call is expected to pay at the costs of evaluate.profit."
        return (
            f"Calls pay best for the first {counted(self.best_accounts, 'account')}: {money(self.best_gain_usd)} expected; "
            f"the {self.accounts:,} the team can call bring {money(self.gain_usd)}."
        )


def capacity(accounts: int, share: float) -> int:
    """How many accounts the team can call: the share of the book, rounded up.

    >>> capacity(25, 0.1)
    3
    """
    return math.ceil(round(accounts * share, 9))  # rounded first: 30 x 0.1 is 3, not 3.0000000000000004


def expected_gain(listed: pd.DataFrame, within: str, profit: Profit) -> pd.Series:
    """What calling each account is expected to bring, in dollars, by its chance in the column ``within``; unknown without one, and for those already lost."""
    chance, arr = (listed[name].to_numpy(dtype=float) for name in (within, "arr_usd"))
    gain = np.where(listed["standing"].eq(""), call_value(chance, arr, profit), np.nan)
    return pd.Series(gain, index=listed.index)


def by_csm(ranked: pd.DataFrame, share: float, most: int | None) -> pd.DataFrame:
    """Each account's place among those of its CSM and whether it is among the first that one can call.

    ``most`` is how many a CSM can call; None: ``share`` of those the CSM looks after. ``ranked`` is in the order of the list.
    """
    groups = ranked.groupby(ranked["csm"].fillna("").astype(str), sort=False)
    csm_rank = groups.cumcount() + 1
    size = groups["account_id"].transform("size")
    can = pd.Series(most, index=ranked.index) if most else size.map(lambda count: capacity(int(count), share))
    return pd.DataFrame({"csm_rank": csm_rank, "is_within_csm_capacity": csm_rank <= can})


def call_list(ranked: pd.DataFrame) -> CallList | None:
    """The most profitable length of the list in its order, beside what the team can call; None where no chance is known."""
    gain = ranked[GAIN]
    if gain.isna().all():
        return None
    called = ranked["is_within_capacity"]
    summed = np.r_[0.0, gain.fillna(0.0).to_numpy().cumsum()]
    best = int(summed.argmax())
    listed = int(gain.notna().to_numpy()[:best].sum())
    return CallList(int(called.sum()), float(gain[called].sum()), listed, float(summed[best]))
