"""A flat file from end to end: read, alarmed, cross-validated, judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from churnml.data.book import Dialect
from churnml.errors import BookError
from churnml.evidence.leakage import alarm_lines, vouched
from churnml.flat.cross_validation import FAMILIES, cross_validate
from churnml.flat.table import FlatTable, Roles, flat_table, same_customers
from churnml.ingest.raw.files import TEXT_KINDS, kind
from churnml.ingest.raw.parts import open_part, rows_sql, settled
from churnml.ingest.raw.text import FileError
from churnml.learn.arrays import FloatArray
from churnml.learn.candidates import MODELS
from churnml.learn.leakage.audit import audit_table
from churnml.learn.leakage.l4_changed_attribute import changed
from churnml.learn.metrics.bootstrap import (
    Metric,
    account_weights,
    brier,
    calibration_slope,
    captured,
    over_folds,
    roc_auc,
)
from churnml.learn.metrics.intervals import bootstrap_interval
from churnml.params.flat import Flat
from churnml.params.root import Params
from churnml.results.alarms import Alarm, Audit
from churnml.results.interval import Interval
from churnml.text.number_format import interval

NO_TIME = (
    "NOTHING HERE IS PROVED ABOUT TIME. The table has no history: customers are parted at random, and a column written after\n"
    "someone left cannot be told from one that warned of it. Figures on tomorrow's customers may be lower."
)

NO_SIGNAL = "No proven signal: neither model orders customers surely better than chance."

WIDTH = max(len(MODELS[name].title) for name in FAMILIES)


@dataclass(frozen=True)
class FlatFile:
    """A flat file's rows, every record of it; ``lines`` of a text file were counted."""

    name: str
    rows: pd.DataFrame
    lines: int | None = None


@dataclass(frozen=True)
class Opened:
    """A flat file that was read, and what the alarms found in it."""

    file: FlatFile
    table: FlatTable
    audit: Audit


def open_flat(
    file: Path, roles: Roles, earlier: Path | None, params: Params, dialect: Dialect | None = None
) -> Opened:
    """The file's table and its audit; with an earlier export of it, what was changed after the outcome, too (L4)."""
    read = read_flat(file, dialect)
    table = flat_table(read.rows, roles, params.flat, dialect)
    changes: tuple[Alarm, ...] = ()
    if earlier is not None:
        before, after, y_true, columns = same_customers(table, read.rows, read_flat(earlier, dialect).rows)
        changes = tuple(changed(before, after, y_true, columns, params.leakage))
    audit = audit_table(
        table.rows, table.y_true, table.customers, roles.outcome, params.leakage, more=changes
    )
    return Opened(read, table, audit)


def judge_table(table: FlatTable, params: Params) -> dict[str, Any]:
    """The figures of its cross-validation (``judge_flat``)."""
    return judge_flat(cross_validate(table, params.train, params.health, params.flat), params.flat)


def judge_flat(predictions: pd.DataFrame, settings: Flat) -> dict[str, Any]:
    """Every figure, as value, low and high; ranking within a fold only, since each fold has its own model.

    Keys: counts, confidence, top_share, ``models`` (by family: roc_auc, brier, calibration_slope and, where customers have a value,
    the share of the lost value in the top share by probability, by probability x value, and the paired differences
    between the two and from ranking by value alone),
    ``trees_over_logistic`` (paired, ROC-AUC), ``by_value_alone``.
    """
    customers = predictions["customer"].to_numpy(dtype=object)
    weights = account_weights(customers, settings.n_bootstraps, settings.seed)
    judged = {name: _model(predictions, name, weights, settings) for name in FAMILIES}
    aucs = [judged[name]["roc_auc"] for name in FAMILIES]
    figures_of_table: dict[str, Any] = {
        "counts": {"customers": int(predictions["customer"].nunique()), **_rate(predictions)},
        "confidence": settings.confidence,
        "top_share": settings.capacity_share,
        "models": {
            name: {key: bootstrap_interval(values, settings.confidence) for key, values in figures.items()}
            for name, figures in judged.items()
        },
        "trees_over_logistic": bootstrap_interval(aucs[0] - aucs[1], settings.confidence),
    }
    if "value" in predictions:
        value = predictions["value"].to_numpy(dtype=float)
        figures_of_table["by_value_alone"] = bootstrap_interval(
            _over(predictions, captured(settings.capacity_share), value, weights, value), settings.confidence
        )
    return figures_of_table


def _model(
    predictions: pd.DataFrame, name: str, weights: FloatArray, settings: Flat
) -> dict[str, FloatArray]:
    """One family's figures in the table as it is (first) and in each resample."""
    probability = predictions[f"probability_{name}"].to_numpy(dtype=float)
    y_true = predictions["is_outcome"].to_numpy(dtype=float)
    inside = np.clip(probability, 1e-12, 1 - 1e-12)
    figures = {
        "roc_auc": _over(predictions, roc_auc, probability, weights),
        "brier": _over(predictions, brier, probability, weights),
        "calibration_slope": calibration_slope(np.log(inside / (1 - inside)), y_true, weights),
    }
    if "value" in predictions:
        value, top = predictions["value"].to_numpy(dtype=float), captured(settings.capacity_share)
        figures["by_probability"] = _over(predictions, top, probability, weights, value)
        figures["by_expected_loss"] = _over(predictions, top, probability * value, weights, value)
        figures["gain"] = figures["by_expected_loss"] - figures["by_probability"]
        figures["over_value_alone"] = figures["by_expected_loss"] - _over(
            predictions, top, value, weights, value
        )
    return figures


def _over(
    predictions: pd.DataFrame, metric: Metric, score: FloatArray, weights: FloatArray, value: FloatArray | float = 1.0
) -> FloatArray:  # fmt: skip
    y_true = predictions["is_outcome"].to_numpy(dtype=float)
    return over_folds(metric, predictions["fold"].to_numpy(dtype=np.int64), score, y_true * value, weights)


def _rate(predictions: pd.DataFrame) -> dict[str, float]:
    y_true = predictions.loc[predictions["repeat"] == 0, "is_outcome"]
    return {"outcomes": int(y_true.sum()), "base_rate": round(float(y_true.mean()), 5)}


def read_flat(file: Path, dialect: Dialect | None = None) -> FlatFile:
    """The file with all its rows. Raises BookError where it is absent, of no known kind, empty, or cannot be read whole, by the line."""
    of_name = kind(file) or file.suffix.lower().lstrip(".")
    if of_name not in (*TEXT_KINDS, "xlsx", "parquet"):
        known = ", ".join(f".{name}" for name in (*TEXT_KINDS, "xlsx", "parquet"))
        raise BookError(f"'{file.name}' is of no kind that can be read; save it as one of {known}.")
    if not file.is_file():
        raise BookError(f"'{file}' does not exist.")
    try:
        readers: dict[str, Callable[[Path], pd.DataFrame]] = {"xlsx": _sheet, "parquet": pd.read_parquet}
        rows, lines = (
            (readers[of_name](file), None) if of_name in readers else _text(file, dialect or Dialect())
        )
    except FileError as error:
        raise BookError(f"'{file.name}' {error.on_command_line()}") from None
    except (duckdb.Error, OSError, ValueError) as error:
        raise BookError(f"'{file.name}' cannot be read: {str(error).splitlines()[0]}") from None
    if rows.empty:
        raise BookError(f"'{file.name}' holds no rows.")
    rows.columns = [str(name).strip() for name in rows.columns]
    twice = sorted(set(rows.columns[rows.columns.duplicated()]))
    if twice:
        raise BookError(
            f"'{file.name}' has columns of the same name: {', '.join(twice)}. Rename one of each."
        )
    return FlatFile(file.name, rows, lines)


def _text(file: Path, dialect: Dialect) -> tuple[pd.DataFrame, int | None]:
    """The rows of a text file, every record of it, every field as text, and its lines."""
    con = duckdb.connect()
    with TemporaryDirectory() as copies:
        part = settled(con, open_part(file, file.name, dialect, Path(copies)), Path(copies))
        if part.header and part.header.notices:
            raise FileError(f"has columns of one name: {'; '.join(part.header.notices)}; rename it")
        rows: pd.DataFrame = con.execute(rows_sql(con, [part])).df()
    return rows, part.lines


def _sheet(file: Path) -> pd.DataFrame:
    if find_spec("openpyxl") is None:
        raise BookError(
            f"reading '{file.name}' needs the package openpyxl: install it, or save the sheet as CSV."
        )
    return pd.read_excel(file, keep_default_na=False, na_values=[""])


def render_flat(opened: Opened, figures: Mapping[str, Any]) -> str:
    """The whole answer: what is not proved, what was read and used, alarms to look at, order, money, calibration."""
    counts, table, audit = figures["counts"], opened.table, opened.audit
    head = (
        f"{counts['customers']:,} customers, {counts['outcomes']:,} with {table.roles.outcome} ({counts['base_rate']:.1%}); "
        f"{len(table.features)} columns; intervals of {figures['confidence']:.0%} over customers"
    )
    alarms = [f"look at {line}" for line in alarm_lines(audit)] + vouched(audit)
    notices = [f"not used: {notice}" for notice in table.notices]
    return "\n".join(
        [
            NO_TIME,
            "",
            _read(opened),
            head,
            *notices,
            *alarms,
            "",
            *_order(figures),
            *_money(table, figures),
            "",
        ]
    )


def _read(opened: Opened) -> str:
    """What became of the file's lines and rows: none is lost without a word."""
    lines = "" if opened.file.lines is None else f"{opened.file.lines:,} lines, "
    read, kept = len(opened.file.rows), len(opened.table.rows)
    return f"{opened.file.name}: {lines}{read:,} rows read, {kept:,} kept, {read - kept:,} left out"


def _order(figures: Mapping[str, Any]) -> list[str]:
    lines = [
        f"{MODELS[name].title:<{WIDTH}} ROC-AUC {_figure(each['roc_auc'])}   calibration slope {_figure(each['calibration_slope'], 2)}   "
        f"Brier {_figure(each['brier'])}"
        for name, each in figures["models"].items()
    ]
    lows = [each["roc_auc"].low for each in figures["models"].values()]
    verdict = [] if any(low is not None and low > 0.5 for low in lows) else [NO_SIGNAL]
    return [
        *verdict,
        *lines,
        f"bag - logistic (paired)  ROC-AUC {_figure(figures['trees_over_logistic'], sign='+')}",
    ]


def _money(table: FlatTable, figures: Mapping[str, Any]) -> list[str]:
    if "by_value_alone" not in figures:
        return []
    head = f"share of the lost {table.roles.value} in the top {figures['top_share']:.0%} of customers"
    lines = [
        f"{MODELS[name].title:<{WIDTH}} by probability {_figure(each['by_probability'])}   by expected loss "
        f"{_figure(each['by_expected_loss'])}"
        for name, each in figures["models"].items()
    ]
    paired = [
        f"{MODELS[name].title:<{WIDTH}} expected loss - probability {_figure(each['gain'], sign='+')}   expected loss - {table.roles.value} alone "
        f"{_figure(each['over_value_alone'], sign='+')}"
        for name, each in figures["models"].items()
    ]
    alone = f"{'no model':<{WIDTH}} by {table.roles.value} alone {_figure(figures['by_value_alone'])}"
    return ["", head, *lines, alone, "paired:", *paired]


def _figure(figure: Interval, digits: int = 3, sign: str = "") -> str:
    return interval(figure, f"{{:{sign}.{digits}f}}".format)
