"""What similar accounts show on the day of the list: medians of the same segment and tenure band."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.features.peers import LEAST_PEERS, TENURE_BANDS
from churnml.learn.arrays import FloatArray

SIMILAR, EVERYONE, TYPICAL = "similar accounts:", "all accounts:", "typical account:"


@dataclass(frozen=True)
class Similar:
    """For each account and column the value to hold it against, and whose value that is."""

    values: dict[str, FloatArray]
    whose: dict[str, list[str]]

    @classmethod
    def of(cls, rows: pd.DataFrame, columns: Sequence[str], typical: Mapping[str, float]) -> "Similar":
        """The medians over the accounts of the same segment and tenure band among ``rows``.

        With fewer than ``LEAST_PEERS`` known values among them, over all accounts; with fewer than that in all, the typical value
        of training. An account is its own peer, too.
        """
        numbers = rows[list(columns)].astype("float64").reset_index(drop=True)
        groups = numbers.groupby(kinds(rows).to_numpy(), sort=False)
        near = groups.transform("median").where(groups.transform("count") >= LEAST_PEERS)
        every = numbers.median().where(numbers.count() >= LEAST_PEERS)
        values, whose = {}, {}
        for column in columns:
            of_all, of_training = every[column], typical.get(column, np.nan)
            broad = of_training if np.isnan(of_all) else of_all
            own = near[column].to_numpy(dtype=float)
            values[column] = np.where(np.isnan(own), broad, own)
            label = TYPICAL if np.isnan(of_all) else EVERYONE
            whose[column] = [label if missing else SIMILAR for missing in np.isnan(own)]
        return cls(values, whose)


def kinds(rows: pd.DataFrame) -> pd.Series:
    """The segment and tenure band of each account, as one key, by the rows' index; a book that does not give one compares without it.

    >>> kinds(pd.DataFrame({"segment": ["SMB", "SMB"], "tenure_days": [90.0, 400.0]}, index=["a", "b"]))["b"]
    '2|SMB'
    """
    size = len(rows)
    segment = rows["segment"].fillna("").astype(str).to_numpy() if "segment" in rows else np.full(size, "")
    tenure = rows["tenure_days"].to_numpy(dtype=float) if "tenure_days" in rows else np.zeros(size)
    band = np.digitize(np.nan_to_num(tenure), TENURE_BANDS)
    return pd.Series(
        [f"{position}|{name}" for position, name in zip(band, segment, strict=True)], index=rows.index
    )
