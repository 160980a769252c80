"""Usage features of snapshots: the accounts' rows are read once and swept, whatever the set of as-of dates."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from churnml.data.tables import Tables
from churnml.features.spec import Feature
from churnml.features.usage_measures import MEASURES
from churnml.features.window_aggregation import store
from churnml.features.window_aggregation.account_days import ARRAYS, AccountDays, join, sooner
from churnml.features.window_aggregation.kernel import BY_USER, FIXED, aggregate_windows, scratch
from churnml.features.window_aggregation.layout import DATES
from churnml.features.window_aggregation.plan import Plan, plan
from churnml.features.window_aggregation.rows import ranges, read_parts

IntArray = NDArray[np.int64]


def measure(tables: Tables, snapshots: pd.DataFrame, features: Sequence[Feature]) -> NDArray[np.float64]:
    """One row a feature, one column a snapshot; NaN where a measure has no rows to say anything from, 0 for a count of none.

    All come from exact integers, so that equal input gives equal bytes in any order of rows or snapshots.
    """
    wanted = plan(features)
    if snapshots.empty:
        return _no_rows(features, 0)
    # An (account, as-of date) is swept once, though several snapshots may look from it at several renewals.
    asked = packed(_codes(tables, snapshots["account_id"]), _days(snapshots, "as_of"), _stale(snapshots))
    keys, places, twin = np.unique(asked, return_index=True, return_inverse=True)
    account, dates, stale = unpacked(keys)
    out = _no_rows(features, len(snapshots))
    months = _months(tables, dates, wanted.reach)
    users_of, local = _users(tables)
    for accounts in ranges(tables, months):  # none where no month lies within reach
        low, high = np.searchsorted(account, (accounts.start, accounts.stop)).tolist()
        if low < high:
            found = _read(tables, months, accounts)
            own = slice(low, high)
            _aggregate_as_known(
                found, account[own], dates[own], stale[own], users_of, places[own], local, wanted, out
            )
    is_again = np.ones(len(snapshots), bool)
    is_again[places] = False
    out[:, is_again] = out[:, places[twin[is_again]]]
    return out


def packed(account: IntArray, days: IntArray, stale: IntArray) -> IntArray:
    """One number for each account, day up to which its usage is told, and days since then: what is swept once."""
    found: IntArray = account << 32 | days << 16 | np.minimum(stale, 0xFFFF)
    return found


def unpacked(keys: IntArray) -> tuple[IntArray, NDArray[np.int32], IntArray]:
    """The account, day and days since then of each number that ``packed`` made."""
    return keys >> 32, (keys >> 16 & 0xFFFF).astype(np.int32), keys & 0xFFFF


def _days(snapshots: pd.DataFrame, column: str) -> IntArray:
    found: IntArray = snapshots[column].to_numpy("datetime64[D]").astype(np.int64)
    return found


def _stale(snapshots: pd.DataFrame) -> IntArray:
    """For how many days more than its windows reach each snapshot knows what came."""
    known = "known_by" if "known_by" in snapshots else "as_of"
    return _days(snapshots, known) - _days(snapshots, "as_of")


def _no_rows(features: Sequence[Feature], columns: int) -> NDArray[np.float64]:
    out = np.zeros((len(features), columns))
    out[[not MEASURES[feature.measure].is_count for feature in features]] = np.nan
    return out


def _codes(tables: Tables, account_ids: pd.Series) -> IntArray:
    """Each account's code among those with usage; 0 where it has none."""
    known = pq.read_table(tables.usage_code_file("accounts")).to_pandas().set_index("account_id")["account"]
    codes, names = pd.factorize(account_ids)
    found: IntArray = known.reindex(names).fillna(0).to_numpy(np.int64)
    return found[codes]


def _users(tables: Tables) -> tuple[IntArray, NDArray[np.int32]]:
    """How many users each account code has, and each user code's number among those of its account."""
    table = pq.read_table(tables.usage_code_file("users"), columns=["user", "account"])
    size = pq.read_metadata(tables.usage_code_file("accounts")).num_rows + 1
    user, account = (table.column(name).to_numpy() for name in ("user", "account"))
    return numbered(user, account, size)


def aggregate_days(found: AccountDays, keys: IntArray, users_of: IntArray, local: NDArray[np.int32],
               features: Sequence[Feature]) -> NDArray[np.float64]:  # fmt: skip
    """``measure`` of account days held in memory: one column each of what ``packed`` made, sorted; it runs on one thread.

    An account 0 has no rows. ``users_of`` and ``local`` are those of ``numbered``.
    """
    wanted, out = plan(features), _no_rows(features, len(keys))
    account, dates, stale = unpacked(keys)
    places = np.arange(len(keys))
    _aggregate_as_known(found, account, dates, stale, users_of, places, local, wanted, out, threads=1)
    return out


def _aggregate_as_known(found: AccountDays, account: IntArray, dates: NDArray[np.int32], stale: IntArray, users_of: IntArray,
                        places: IntArray, local: NDArray[np.int32], wanted: Plan, out: NDArray[np.float64], threads: int | None = None) -> None:  # fmt: skip
    """Sweeps dates that lie so many days back with what was known by today: to them each row came so many days sooner."""
    for days in np.unique(stale).tolist():
        chosen = np.flatnonzero(stale == days)
        tasks = _tasks(found, account[chosen], 0, users_of)
        _aggregate(sooner(found, days), tasks, dates[chosen], places[chosen], local, wanted, out, threads)


def numbered(user: IntArray, account: IntArray, size: int) -> tuple[IntArray, NDArray[np.int32]]:
    """How many users each of ``size`` account codes has, and each user's number among those of its account.

    ``user`` holds every code from 1 on once, in any order, and ``account`` whose it is.
    """
    users_of = np.bincount(account, minlength=size)
    order = np.argsort(account, kind="stable")
    local = np.zeros(len(user) + 1, np.int32)
    local[user[order]] = np.arange(len(user)) - np.repeat(np.cumsum(users_of) - users_of, users_of)
    return users_of, local


def _months(tables: Tables, dates: NDArray[np.int32], reach: int) -> list[str]:
    first, last = np.datetime64(int(dates.min()) - reach, "D"), np.datetime64(int(dates.max()), "D")
    return [
        month
        for month in tables.usage_digests()
        if first.astype("datetime64[M]") <= np.datetime64(month) < last
    ]


def _read(tables: Tables, months: list[str], accounts: range) -> AccountDays:
    found = store.kept(tables, months)
    fresh = [month for month in months if month not in found]
    return join([*([read_parts(tables, fresh, accounts)] if fresh else []), *found.values()], accounts)


def _tasks(found: AccountDays, account: IntArray, offset: int, users_of: IntArray) -> IntArray:
    """One row a task: first run, end, first date, end, users; an account with more dates than a mask has bits has several."""
    is_new = np.diff(account, prepend=-1) != 0
    within = np.arange(len(account)) - np.flatnonzero(is_new)[np.cumsum(is_new) - 1]
    start = np.flatnonzero(within % DATES == 0)
    stop = np.append(start[1:], len(account))
    owner = account[start]
    first, last = (np.searchsorted(found.runs[:, 0], owner, side) for side in ("left", "right"))
    return np.column_stack([first, last, start + offset, stop + offset, users_of[owner]])[owner > 0]


def _aggregate(found: AccountDays, tasks: IntArray, dates: NDArray[np.int32], places: IntArray, local: NDArray[np.int32], wanted: Plan,
           out: NDArray[np.float64], threads: int | None = None) -> None:  # fmt: skip
    if not len(tasks):
        return
    columns = (found.first_day, *(_read_only(getattr(found, name)) for name in ARRAYS))
    cells = np.append(0, np.cumsum(found.runs[:, 3] - found.runs[:, 2]))
    sizes = (
        int((dates[tasks[:, 3] - 1] - dates[tasks[:, 2]]).max()) + wanted.reach,
        int(tasks[:, 4].max()),
        int((cells[tasks[:, 1]] - cells[tasks[:, 0]]).max()),
        int((tasks[:, 3] - tasks[:, 2]).max()),
        int(found.feature.max(initial=0)),
    )
    has_users = bool((wanted.targets[-len(FIXED) :][:BY_USER] >= 0).any())

    def run(share: IntArray) -> None:
        aggregate_windows(
            columns, share, dates, local, tuple(wanted), has_users, places, out, *scratch(wanted, *sizes)
        )

    threads = threads or os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, np.array_split(tasks, min(threads, len(tasks)))))


def _read_only(array: NDArray[np.integer]) -> NDArray[np.integer]:
    """The array as what is read from disk is: one compiled form for all."""
    view = array.view(np.ndarray)
    view.flags.writeable = False
    return view
