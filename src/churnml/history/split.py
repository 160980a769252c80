"""A probability's change, split exactly: what the account did, what passing days did, and what a refit did."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from churnml.errors import ChurnmlError
from churnml.history.list_facts import Facts
from churnml.learn.arrays import FloatArray
from churnml.learn.artifact.bundle import Bundle
from churnml.listing.change_columns import PARTS
from churnml.listing.status import NOTICE

Rebuild = Callable[[pd.DataFrame], pd.DataFrame]
"""From keys of an earlier day to their feature rows as of that day."""

P = "churn_probability"
COLUMNS = ("change", *(f"change_{part}" for part in PARTS))


def split(now: Facts, then: Facts, bundle: Bundle | None, rebuild: Rebuild | None = None) -> pd.DataFrame:
    """The change of each of today's accounts and its three parts, by account; NaN where it was not judged on both days.

    With f today's model and its calibration, D the account's data and C its calendar columns, 0 then and 1 now:
    model = f(D0, C0) - p0; calendar and data share f(D1, C1) - f(D0, C0) by the mean of both orders (Shapley), so that neither
    gains by going first. The calendar moves only where the same renewal came nearer; where it is another one, or a notice of
    cancellation was given or taken back, all but the model's part is data.

    Where the earlier rows lack a column that today's model reads, ``rebuild`` makes them; if it cannot, all is the model's part.
    """
    changes = pd.DataFrame(np.nan, index=now.rows.index, columns=list(COLUMNS))
    judged_twice = now.rows.index[
        now.rows[P].notna() & now.rows.index.isin(then.rows.index[then.rows[P].notna()])
    ]
    if bundle is None or not len(judged_twice):
        return changes
    today, before = now.rows.loc[judged_twice], then.rows.loc[judged_twice]
    p1, p0 = (rows[P].to_numpy(dtype=float) for rows in (today, before))
    had, has = ((rows["standing"] == NOTICE).to_numpy() for rows in (before, today))
    is_nearer = (today["renewal"] == before["renewal"]).to_numpy() & ~had & ~has
    seen = _seen(then, before, bundle, rebuild)
    if seen is None:
        start, nearer = p1, np.zeros(len(judged_twice))
    else:
        start, nearer = _paths(seen, now.seen(bundle.columns).loc[judged_twice], p1, bundle)
        start = np.where(had, p0, start)  # a notice is a fact, whatever a model would say
    calendar = np.where(is_nearer, nearer, 0.0)
    parts = {"data": p1 - start - calendar, "calendar": calendar, "model": start - p0}
    changes.loc[judged_twice, "change"] = p1 - p0
    for part in PARTS:
        changes.loc[judged_twice, f"change_{part}"] = parts[part]
    return changes


def _paths(
    before: pd.DataFrame, today: pd.DataFrame, p1: FloatArray, bundle: Bundle
) -> tuple[FloatArray, FloatArray]:
    """f(D0, C0), and the calendar's part of f(D1, C1) - f(D0, C0) as the mean of going first and going last."""
    moves = [feature.column for feature in bundle.features if feature.is_calendar and feature.is_input]
    before = before.astype(today.dtypes.to_dict())
    rows = [before, before.assign(**today[moves]), today.assign(**before[moves])]
    start, moved_first, moved_last = np.split(bundle.probability(pd.concat(rows, ignore_index=True)), 3)
    return start, ((moved_first - start) + (p1 - moved_last)) / 2


def _seen(then: Facts, before: pd.DataFrame, bundle: Bundle, rebuild: Rebuild | None) -> pd.DataFrame | None:
    """What today's model reads, as it stood then: as stored, else built again; None where neither can be had."""
    columns = bundle.columns
    stored = then.seen(columns)
    if set(columns) <= set(stored):
        return stored.loc[before.index, columns]
    if rebuild is None:
        return None
    keys = before[["renewal", "lead_days"]].assign(as_of=pd.Timestamp(then.day)).reset_index()
    try:
        return rebuild(keys)[columns].set_axis(before.index)
    except ChurnmlError:
        return None
