"""Parts of usage to account days: the only reader of a part's rows, and of nothing else of a part."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from churnml.data.tables import Tables
from churnml.features.window_aggregation.account_days import AccountDays
from churnml.features.window_aggregation.compaction import ROW_COLUMNS, Compactor

ROWS_AT_ONCE = (
    1 << 28
)  # rows become account days of a few GB at most; more are read in several ranges of accounts


def every_account(tables: Tables) -> range:
    """The codes of all accounts with usage."""
    return range(1, 1 + int(pq.read_metadata(tables.usage_code_file("accounts")).num_rows))


def ranges(tables: Tables, months: Sequence[str]) -> list[range]:
    """Ranges of account codes of which each has few enough rows to be held at once; none where there is no row."""
    parts, accounts = tables.usage_parts(), every_account(tables)
    groups = [group for month in months for group in _Part(parts[month], accounts).spans()]
    if not groups:
        return []
    last, rows = np.array(sorted(groups)).T  # the last account of each row group, and its rows
    at = np.flatnonzero(np.diff(np.cumsum(rows) // ROWS_AT_ONCE))
    edges = [accounts.start, *(int(code) + 1 for code in last[at]), accounts.stop]
    return [range(low, high) for low, high in pairwise(edges) if low < high]


def read_parts(tables: Tables, months: Sequence[str], accounts: range) -> AccountDays:
    """The account days of these accounts in these months, from the parts of the book."""
    parts = {
        month: _Part(path, accounts) for month, path in tables.usage_parts().items() if month in set(months)
    }
    users, features = (
        int(pq.read_metadata(tables.usage_code_file(kind)).num_rows) for kind in ("users", "features")
    )
    first_day = min((_first_day(month) for month in parts), default=0)
    is_late = any(part.is_late for part in parts.values())
    compactor = Compactor(
        sum(part.size for part in parts.values()), first_day, users, features, is_late=is_late
    )
    with _plain_memory():
        for month, part in parts.items():
            compactor.begin(_first_day(month))
            for rows in part.read(is_late=is_late):
                compactor.add(rows)
    return compactor.account_days()


def _first_day(month: str) -> int:
    return int(np.datetime64(month, "D").astype(int))


@contextmanager
def _plain_memory() -> Iterator[None]:
    """The system's own memory pool: it hands the memory of one row group to the next, where the default one asks for it anew."""
    usual = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)


class _Part:
    """One part, of which only the row groups that hold any of the accounts are read."""

    def __init__(self, path: Path, accounts: range) -> None:
        self.file, self.accounts = pq.ParquetFile(path, pre_buffer=False), accounts
        self.groups = [n for n in range(self.file.metadata.num_row_groups) if self._holds(n)]
        self.size = sum(self.file.metadata.row_group(n).num_rows for n in self.groups)

    def _bounds(self, group: int, column: str) -> tuple[int, int]:
        place = self.file.schema_arrow.get_field_index(column)
        known = self.file.metadata.row_group(group).column(place).statistics
        return known.min, known.max

    def _holds(self, group: int) -> bool:
        low, high = self._bounds(group, "account")
        return high >= self.accounts.start and low < self.accounts.stop

    def spans(self) -> list[tuple[int, int]]:
        """The last account of each row group, and how many rows it holds."""
        return [
            (self._bounds(n, "account")[1], self.file.metadata.row_group(n).num_rows) for n in self.groups
        ]

    @property
    def is_late(self) -> bool:
        """Whether any row became known later than the next morning."""
        return any(self._bounds(group, "lag")[1] > 0 for group in self.groups)

    def read(self, *, is_late: bool) -> Iterator[dict[str, NDArray[np.integer]]]:
        """The rows of the accounts, a row group at a time; without lags unless some row is late."""
        for group in self.groups:
            names = [name for name in ROW_COLUMNS if name != "lag" or is_late]
            table = self.file.read_row_group(group, columns=names, use_threads=False)
            rows = {name: np.asarray(table.column(name).combine_chunks().to_numpy()) for name in names}
            if not is_late:
                rows["lag"] = np.empty(0, np.int32)
                rows["lag"].flags.writeable = False  # like what is read: one compiled form for all
            account = rows["account"]
            kept = slice(
                *np.searchsorted(account, np.array((self.accounts.start, self.accounts.stop), account.dtype))
            )
            yield {name: array[kept] for name, array in rows.items()}
