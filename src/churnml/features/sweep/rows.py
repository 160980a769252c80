"""Usage rows as arrays for a range of accounts: what the sweep reads, and nothing else of a part."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

ROWS_AT_ONCE = 1 << 27  # about 2 GB of arrays; more rows are read in several ranges of accounts


@dataclass(frozen=True)
class Rows:
    """Rows of one or more parts, part after part, each sorted by account, day, lag and user.

    ``day`` counts from ``first_day``. ``lag`` is empty where every row was known at once, ``count`` (the events a row stands for)
    where each is one. ``runs`` has a row for each stretch of one account: account, first row, end.
    """

    first_day: int
    user: NDArray[np.int32]
    feature: NDArray[np.integer]
    day: NDArray[np.uint16]
    lag: NDArray[np.int32]
    units: NDArray[np.int64]
    count: NDArray[np.int32]
    runs: NDArray[np.int64]


def ranges(parts: Iterable[Path], accounts: int) -> list[range]:
    """Ranges of account codes (from 1) of which each has few enough rows to be held at once."""
    rows = sum(pq.read_metadata(path).num_rows for path in parts)
    edges = np.linspace(1, accounts + 1, 1 + max(1, -(-rows // ROWS_AT_ONCE))).astype(int).tolist()
    return [range(low, high) for low, high in zip(edges[:-1], edges[1:], strict=True) if low < high]


def read_parts(parts: Sequence[Path], accounts: range) -> Rows:
    """The rows of these accounts, in the order of the parts."""
    groups = list(_groups(parts, accounts))
    size = sum(group.num_rows for group in groups)
    is_late = any(group.most("lag") > 0 for group in groups)
    small = max((group.most("feature") for group in groups), default=0) < 1 << 16
    first_day = min((group.least("day") for group in groups), default=0)
    user, units, day = np.empty(size, np.int32), np.empty(size, np.int64), np.empty(size, np.uint16)
    feature, lag = (
        np.empty(size, np.uint16 if small else np.int32),
        np.empty(size if is_late else 0, np.int32),
    )
    runs, place = [], 0
    for group in groups:
        read = group.read(["account", "user", "feature", "day", "units"] + ["lag"] * is_late)
        account = read["account"]
        low, high = np.searchsorted(
            account, np.array((accounts.start, accounts.stop), account.dtype)
        ).tolist()
        kept = slice(place, place + high - low)
        np.subtract(read["day"][low:high], first_day, out=day[kept], casting="unsafe")
        user[kept], feature[kept], units[kept] = (
            read[name][low:high] for name in ("user", "feature", "units")
        )
        if is_late:
            lag[kept] = read["lag"][low:high]
        runs.append(_runs(account[low:high], place))
        place += high - low
    return Rows(
        first_day,
        user[:place],
        feature[:place],
        day[:place],
        lag[:place],
        units[:place],
        np.empty(0, np.int32),
        by_account(runs),
    )


@dataclass(frozen=True)
class _Group:
    """A row group of a part."""

    file: pq.ParquetFile
    number: int

    @property
    def num_rows(self) -> int:
        return int(self.file.metadata.row_group(self.number).num_rows)

    def least(self, name: str) -> int:
        return int(self._statistics(name).min)

    def most(self, name: str) -> int:
        return int(self._statistics(name).max)

    def _statistics(self, name: str) -> pq.Statistics:
        place = self.file.schema_arrow.get_field_index(name)
        return self.file.metadata.row_group(self.number).column(place).statistics

    def read(self, columns: Sequence[str]) -> dict[str, NDArray[np.integer]]:
        table = self.file.read_row_group(self.number, columns=list(columns))
        return {name: table.column(name).combine_chunks().to_numpy() for name in columns}


def _groups(parts: Sequence[Path], accounts: range) -> Iterator[_Group]:
    """The row groups that hold any of the accounts."""
    for path in parts:
        file = pq.ParquetFile(path)
        for number in range(file.metadata.num_row_groups):
            group = _Group(file, number)
            if group.most("account") >= accounts.start and group.least("account") < accounts.stop:
                yield group


def _runs(account: NDArray[np.integer], offset: int) -> NDArray[np.int64]:
    edges = np.flatnonzero(account[1:] != account[:-1]) + 1
    starts = np.append(0, edges) if len(account) else edges
    return np.column_stack(
        [account[starts], starts + offset, np.append(edges, len(account))[: len(starts)] + offset]
    )


def by_account(runs: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """All runs, an account's beside each other in the order of the parts."""
    found = np.concatenate([np.empty((0, 3), np.int64), *runs])
    return found[np.argsort(found[:, 0], kind="stable")]
