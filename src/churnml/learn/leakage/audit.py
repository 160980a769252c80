"""Every alarm on a table at once: the columns beside what came."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.tables import Tables
from churnml.learn.arrays import BoolArray
from churnml.learn.dataset import OUTCOMES, Dataset
from churnml.learn.leakage.column_counts import Codes, Column
from churnml.learn.leakage.l1_l2_single_column import filled, order, purity, strength
from churnml.learn.leakage.l3_late_signal import late
from churnml.learn.leakage.l4_changed_attribute import rewritten
from churnml.learn.leakage.l6_column_name import named
from churnml.params.leakage import Leakage
from churnml.results.alarms import BACKTEST, Alarm, Audit


def audit_table(
    rows: pd.DataFrame,
    y_true: BoolArray,
    customers: NDArray[np.object_],
    outcome: str,
    limits: Leakage,
    more: tuple[Alarm, ...] = (),
) -> Audit:
    """The alarms on each column of ``rows`` (L1, L2, L6), in the columns' order, and ``more`` that were found elsewhere.

    ``y_true`` is whether the outcome came, ``customers`` whose row it is. With fewer customers in either class than ``min_each_class``
    only the names are looked at: everything else may be chance.
    """
    columns = [Column.of(rows[name], str(name)) for name in rows]
    return _audit(columns, y_true, customers, outcome, limits, None, more)


def audit_book(dataset: Dataset, tables: Tables, limits: Leakage) -> dict[str, Audit]:
    """The alarms on a book's features by outcome; L4 reads the history of its accounts."""
    ripe = dataset.settled()
    accounts = tables.connect().execute("SELECT * FROM accounts").df()
    leads = ripe.keys["lead_days"].to_numpy(dtype=np.int64)
    columns = [Column.of(ripe.rows[f.column], f.column) for f in ripe.inputs]
    names = [column.name for column in columns]
    found = {}
    for outcome in OUTCOMES:
        y_true = ripe.is_outcome(outcome)
        changes = rewritten(accounts, ripe.keys, y_true, names, limits) if len(y_true) else ()
        found[outcome] = _audit(columns, y_true, ripe.accounts, outcome, limits, leads, tuple(changes))
    return found


def nameable(dataset: Dataset, tables: Tables) -> list[str]:
    """What ``leakage.allowed_columns`` may name: the book's features, its accounts' attributes, and the backtest as a whole."""
    attributes = tables.connect().execute("SELECT * FROM accounts LIMIT 0").df().columns
    return [*(feature.column for feature in dataset.features), *map(str, attributes), BACKTEST]


def _audit(
    columns: list[Column],
    y_true: BoolArray,
    customers: NDArray[np.object_],
    outcome: str,
    limits: Leakage,
    lead_days: NDArray[np.int64] | None,
    more: tuple[Alarm, ...] = (),
) -> Audit:
    units = pd.factorize(customers)[0].astype(np.int64)
    folds = _folds(units, limits)
    enough = min(len(np.unique(units[y_true])), len(np.unique(units[~y_true]))) >= limits.min_each_class
    found = [
        alarm
        for column in columns
        for alarm in _on(column, y_true, units, folds, outcome, limits, lead_days if enough else None, enough)
    ]
    return Audit.of(outcome, len(y_true), int(y_true.sum()), [*found, *more], limits.allowed_columns)


def _on(
    column: Column,
    y_true: BoolArray,
    units: Codes,
    folds: Codes,
    outcome: str,
    limits: Leakage,
    lead_days: NDArray[np.int64] | None,
    enough: bool,
) -> Iterator[Alarm]:
    auc = strength(column, y_true, folds, limits) if enough else 0.5
    if enough:
        yield from order(column, auc, limits)
        yield from purity(column, y_true, units, limits)
        yield from filled(column, y_true, units, limits)
    if lead_days is not None:
        yield from late(column, y_true, lead_days, limits)
    yield from named(column.name, outcome, auc, limits)


def _folds(units: Codes, limits: Leakage) -> Codes:
    """A fold for each row, the same for all rows of a customer."""
    size = int(units.max()) + 1 if len(units) else 1
    drawn = np.random.default_rng(limits.seed).permutation(size) % limits.n_folds
    return np.asarray(drawn[units], dtype=np.int64)
