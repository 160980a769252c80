"""A flat file made ready: which customers, what came, what it is worth, and columns as features without leans."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.data.book import Dialect
from churnml.errors import BookError, SettingsError
from churnml.features.spec import UNKNOWN, Feature
from churnml.flat.column_types import Style, Typed, date_style, typed, written
from churnml.learn.arrays import BoolArray, FloatArray
from churnml.params.flat import Flat
from churnml.params.section import did_you_mean

YES = {"1", "yes", "y", "true", "t"}
NO = {"0", "no", "n", "false", "f"}


@dataclass(frozen=True)
class Roles:
    """What the user says of the file's columns."""

    outcome: str
    yes: str | None = None
    id: str | None = None
    value: str | None = None
    drop: tuple[str, ...] = ()
    dates: Style | None = None


@dataclass(frozen=True)
class FlatTable:
    """One row a customer. ``rows`` holds every column that may be looked at; ``features`` are those fit for a model.

    ``positions`` are the rows of the file that have an outcome. ``notices`` say what was left out and why.
    """

    roles: Roles
    rows: pd.DataFrame
    features: tuple[Feature, ...]
    customers: NDArray[np.object_]
    y_true: BoolArray
    value: FloatArray | None
    positions: NDArray[np.int64]
    notices: tuple[str, ...]


def flat_table(raw: pd.DataFrame, roles: Roles, settings: Flat, dialect: Dialect | None = None) -> FlatTable:
    """The file's table; SettingsError for columns it does not have, BookError for an outcome, an id, numbers or days that cannot be read."""
    _require(raw, roles)
    y_true, is_known = _outcome(written(raw[roles.outcome]), roles)
    kept = raw[is_known].reset_index(drop=True)
    customers = _customers(kept, roles)
    spoken_for = {roles.outcome, roles.id, *roles.drop}
    rest = kept[[name for name in kept if name not in spoken_for]]
    style = roles.dates or _one_style(rest)
    read = {str(name): typed(rest[name], settings.max_stray_share, style, dialect) for name in rest}
    left_out = {name: why for name, column in read.items() if (why := _unfit(column, settings))}
    notices = [f"{int((~is_known).sum()):,} rows without an outcome"] if not is_known.all() else []
    notices += [
        f"{name}: {len(column.strays):,} values like '{column.strays[0]}', which are no {column.kind} as the others are"
        for name, column in read.items()
        if column.strays
    ]
    notices += [f"{name}: {why}" for name, why in left_out.items()]
    idle = [name for name, why in left_out.items() if why in {ONE_VALUE, AN_ID}]
    columns = {name: column for name, column in read.items() if name not in idle}
    return FlatTable(
        roles,
        pd.DataFrame({name: _numbers_or_words(column) for name, column in columns.items()}, index=kept.index),
        tuple(_feature(name, column) for name, column in read.items() if name not in left_out),
        customers, y_true[is_known], _value(read, roles), np.flatnonzero(is_known), tuple(notices),
    )  # fmt: skip


ONE_VALUE, AN_ID = "one value", "another for every row"


def _require(raw: pd.DataFrame, roles: Roles) -> None:
    known = [str(name) for name in raw]
    wanted = [name for name in (roles.outcome, roles.id, roles.value, *roles.drop) if name]
    absent = [f"no column '{name}'{did_you_mean(name, known)}" for name in wanted if name not in known]
    if absent:
        raise SettingsError.of("the file lacks columns that were named:", absent)


def _outcome(text: "pd.Series[Any]", roles: Roles) -> tuple[BoolArray, BoolArray]:
    """Whether the outcome came, and whether it is known at all."""
    values = sorted(text.dropna().unique())
    yes_values = {roles.yes} if roles.yes is not None else {v for v in values if v.lower() in YES}
    others = [v for v in values if v not in yes_values]
    is_plain = roles.yes is not None or (len(yes_values) == 1 and all(v.lower() in NO for v in others))
    if not is_plain or not yes_values & set(values) or not others:
        shown = ", ".join(f"'{v}'" for v in values[:6]) + (", …" if len(values) > 6 else "")
        raise BookError(
            f"'{roles.outcome}' must hold two kinds of rows; it holds {shown}. Say which one means yes: --yes VALUE."
        )
    return text.isin(yes_values).to_numpy(dtype=bool), text.notna().to_numpy(dtype=bool)


def _customers(kept: pd.DataFrame, roles: Roles) -> NDArray[np.object_]:
    if roles.id is None:
        return np.array([f"{row:09d}" for row in range(len(kept))], dtype=object)
    ids = written(kept[roles.id])
    faulty = int(ids.isna().sum() + ids.dropna().duplicated().sum())
    if faulty:
        raise BookError(
            f"{faulty:,} rows have no '{roles.id}' of their own; a flat table has one row a customer. Rows over time are a book "
            "(docs/books.md): there churnml can prove more."
        )
    return np.asarray(ids.to_numpy(dtype=object))


def _one_style(rest: pd.DataFrame) -> Style | None:
    """The style that columns of days prove, where they agree; it reads those that prove none."""
    is_typed = (pd.api.types.is_numeric_dtype, pd.api.types.is_datetime64_any_dtype)
    texts = [rest[name] for name in rest if not any(kind(rest[name]) for kind in is_typed)]
    proven = {style for text in texts if (style := date_style(text))}
    return proven.pop() if len(proven) == 1 else None


def _unfit(column: Typed, settings: Flat) -> str | None:
    known = column.values.dropna()
    levels, rows = known.nunique(), len(column.values)
    if levels <= 1 and (levels == 0 or len(known) == rows):
        return ONE_VALUE
    is_text = column.kind == "category"
    if levels == rows and (is_text or (column.kind == "number" and _counts_up(known))):
        return AN_ID
    if is_text and levels > settings.max_levels:
        return f"text of {levels:,} different values"
    return None


def _counts_up(values: "pd.Series[Any]") -> bool:
    """Whether different numbers are one after the other: 1001, 1002, 1003 in any order."""
    return bool(values.max() - values.min() == len(values) - 1 and (values % 1 == 0).all())


def _numbers_or_words(column: Typed) -> "pd.Series[Any]":
    if column.kind != "date":
        return column.values
    days: pd.Series[Any] = (column.values.max() - column.values) / pd.Timedelta(days=1)
    return days


def _feature(name: str, column: Typed) -> Feature:
    phrase = f"{name.replace('{', '').replace('}', '')} {{value}}"
    return Feature(
        name=name, source="flat", concept=name, unit=column.kind, no_rows=UNKNOWN, phrase=phrase,
        is_category=column.kind == "category",
    )  # fmt: skip


def _value(read: dict[str, Typed], roles: Roles) -> FloatArray | None:
    """What each customer is worth; unknown and negative count as nothing."""
    if roles.value is None:
        return None
    column = read.get(roles.value)
    if column is None or column.kind != "number":
        raise BookError(f"'{roles.value}' cannot be the value: it holds no numbers, or was dropped.")
    amounts = np.asarray(np.clip(column.values.fillna(0.0).to_numpy(dtype=float), 0.0, None))
    if not amounts.any():
        raise BookError(f"'{roles.value}' cannot be the value: nothing in it is above zero.")
    return amounts


def same_customers(
    table: FlatTable, raw: pd.DataFrame, earlier: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, BoolArray, Sequence[str]]:
    """Both exports as text for the customers in both, whether the outcome came between them, and the columns to compare.

    A customer who had the outcome already in the earlier export is left out. SettingsError where ids were not named.
    """
    if table.roles.id is None or table.roles.id not in earlier:
        raise SettingsError("--earlier needs --id COLUMN, and that column in both files.")
    old = earlier.assign(_id=written(earlier[table.roles.id])).drop_duplicates("_id").set_index("_id")
    new = raw.iloc[table.positions].set_axis(pd.Index(table.customers), axis=0)
    in_both = new.index.intersection(old.index)
    y_true = pd.Series(table.y_true, index=new.index)[in_both].to_numpy(dtype=bool)
    if table.roles.outcome in old:
        before = written(old.loc[in_both, table.roles.outcome])
        is_new = ~before.isin(
            written(raw[table.roles.outcome]).iloc[table.positions][table.y_true].unique()
        ).to_numpy(dtype=bool)
        in_both, y_true = in_both[is_new], y_true[is_new]
    columns = [str(name) for name in table.rows if name in old]
    texts = [
        pd.DataFrame({name: written(frame.loc[in_both, name]) for name in columns}) for frame in (old, new)
    ]
    return texts[0], texts[1], y_true, columns
