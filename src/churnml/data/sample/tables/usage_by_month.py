"""usage_monthly.parquet: of accounts that run the product themselves, sums by month; no user is named."""

import numpy as np
import pandas as pd
import pyarrow as pa

from churnml.data.sample.tables.usage import LOADED_AT
from churnml.data.sample.world import constants
from churnml.data.sample.world.rng import Flags
from churnml.data.sample.world.timestamps import DAY
from churnml.data.sample.world.truth import Story


def by_month(story: Story) -> Flags:
    """Whether the usage of each account comes by month."""
    everyone = len(story.founders.start)
    return np.asarray(story.stream("by month").random(everyone) < constants.BY_MONTH)


def month_sums(story: Story, month: str, rows: pd.DataFrame) -> pa.Table:
    """One row an account that used the product in the month, if that is over and delivered; some count their users."""
    first, end = (int((np.datetime64(month, "M") + k).astype("M8[D]").astype(np.int64)) for k in (0, 1))
    loaded = end * DAY + LOADED_AT
    sums = rows.groupby("account").agg(events=("events", "sum"), users=("user", "nunique"))
    if loaded >= story.calendar.last_day * DAY:
        sums = sums.iloc[:0]
    counts = story.stream("users counted").random(len(story.founders.start)) < constants.BY_MONTH_COUNTED
    return pa.table(
        {
            "account_id": pa.array(story.ids(sums.index.to_numpy()), pa.string()),
            "month": pa.array(np.full(len(sums), first).astype("M8[D]")),
            "events": pa.array(sums["events"].to_numpy().astype(np.int32)),
            "active_users": pa.array(sums["users"].to_numpy().astype(np.int32), mask=~counts[sums.index]),
            "loaded_at": pa.array(np.full(len(sums), loaded).astype("M8[s]").astype("M8[us]")),
        }
    )
