"""L4: two snapshots of the same attribute, before the outcome and after it, compared customer by customer."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.data.tables import ATTRIBUTES
from churnml.learn.arrays import BoolArray
from churnml.params.leakage import Leakage
from churnml.results.alarms import Alarm, Level


def changed(
    before: pd.DataFrame, after: pd.DataFrame, y_true: BoolArray, columns: Sequence[str], limits: Leakage,
    level: Level = "stop",
) -> Iterator[Alarm]:  # fmt: skip
    """An alarm for each column that differs between the two almost only where the outcome came in between.

    Both frames hold the same customers row by row. A column that changes for everyone (tenure, a month's usage) is as it should be.
    """
    if min(int(y_true.sum()), int((~y_true).sum())) < limits.min_each_class:
        return
    for column in columns:
        differs = _differs(before[column], after[column])
        leavers, others = float(differs[y_true].mean()), float(differs[~y_true].mean())
        if leavers >= limits.min_changed_share and others <= limits.max_changed_ratio * leavers:
            says = f"changed for {leavers:.0%} of those with the outcome since the earlier snapshot, and for {others:.1%} of the others"
            yield Alarm("L4", column, level, leavers, says)


def rewritten(
    accounts: pd.DataFrame, outcomes: pd.DataFrame, y_true: BoolArray, inputs: Sequence[str], limits: Leakage
) -> Iterator[Alarm]:
    """L4 on a book: attributes whose dated history was rewritten after the outcome came.

    ``accounts`` is the canonical table, ``outcomes`` one row a snapshot, ``y_true`` whether it ended in the outcome. Each account's
    attributes on the day before its last ripe renewal stand beside its newest ones. Only to be looked at: the history is dated, so the
    features (``inputs``) see what was known then; an export without it would leak.
    """
    last = outcomes[KEYS].assign(y_true=y_true).sort_values(KEYS).drop_duplicates("account_id", keep="last")
    columns = [c for c in ATTRIBUTES if c in inputs and c in accounts and accounts[c].notna().any()]
    if "valid_from" not in accounts or not columns or not accounts["account_id"].duplicated().any():
        return
    history = accounts.sort_values(["account_id", "valid_from"], na_position="first")
    dated = history.merge(last[["account_id", "renewal"]], on="account_id")
    is_before = dated["valid_from"].isna() | (dated["valid_from"] < dated["renewal"])
    before = _newest(dated[is_before])
    after = _newest(history).reindex(before.index)
    held = last.set_index("account_id")["y_true"].reindex(before.index).to_numpy(dtype=bool)
    yield from changed(before, after, held, columns, limits, "look")


def _newest(history: pd.DataFrame) -> pd.DataFrame:
    return history.drop_duplicates("account_id", keep="last").set_index("account_id")


def _differs(before: "pd.Series[Any]", after: "pd.Series[Any]") -> BoolArray:
    """Whether each value is another; a missing one equals a missing one."""
    old, new = before.to_numpy(dtype=object), after.to_numpy(dtype=object)
    both_missing = np.asarray(pd.isna(old) & pd.isna(new))
    return np.asarray((old != new) & ~both_missing)
