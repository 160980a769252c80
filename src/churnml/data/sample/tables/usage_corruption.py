"""Bad rows of the usage log: unknown accounts, accounts yet to sign, and days that have not come."""

import numpy as np
import pandas as pd

from churnml.data.sample.tables.csv_files import GHOSTS
from churnml.data.sample.world import constants
from churnml.data.sample.world.truth import Story


def dirtied_usage(story: Story, month: str, rows: pd.DataFrame, share: float) -> pd.DataFrame:
    """A month's rows with a share of bad ones, a third of each kind (none is early once all have signed)."""
    if share == 0 or rows.empty:
        return rows
    rng = story.stream(f"dirt usage {month}")
    count = max(1, round(share * len(rows) / 3))
    orphans, early, ahead = (rows.iloc[rng.integers(len(rows), size=count)].copy() for _ in range(3))
    orphans["account"] = len(story.founders.account_id) + rng.integers(len(GHOSTS), size=count)
    ahead["day"] = story.calendar.last_day + constants.FUTURE_DAYS + rng.integers(0, 365, size=count)
    unsigned = np.flatnonzero(story.founders.start > rows["day"].max() + 1)
    if len(unsigned):
        early["account"] = unsigned[rng.integers(len(unsigned), size=count)]
    else:
        early = early.iloc[:0]
    order = ["day", "account", "user", "feature"]
    return pd.concat([rows, orphans, early, ahead]).sort_values(order, kind="stable", ignore_index=True)
