"""What an account's page says beyond the table's row: reasons, health, what is to come, and its past."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from churnml.explain.select import AGAINST, FOR
from churnml.formats.html.embed import bare
from churnml.formats.html.table_json import dates, reason_columns
from churnml.history.phrases import TENTHS, summing
from churnml.history.timelines import STARTED, Timelines, Weekly
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import HEALTH_COMPONENT, PREFIX
from churnml.listing.horizon import GROWS_WITHIN
from churnml.text.width import plain

SIDES = {
    "for": (PREFIX["churn"], FOR), "against": (PREFIX["churn"], AGAINST),
    "grow": (PREFIX["expansion"], FOR), "hold": (PREFIX["expansion"], AGAINST),
}  # fmt: skip
FIGURES = {
    "fitted": ("health_fitted", 1), "months": ("months_left", 1), "months_low": ("months_left_low", 1),
    "months_high": ("months_left_high", 1), "in_90": ("churn_probability_90d", 4), "in_180": ("churn_probability_180d", 4),
    "in_365": ("churn_probability_365d", 4), "kept_12": ("arr_kept_12m_usd", 0), "worth": ("lifetime_value_usd", 0),
    "at_renewal": ("churn_probability", 4), "grow_chance": (GROWS_WITHIN, 4), "grow_multiple": ("expansion_base_multiple", 2),
    "grow_arr": ("expansion_arr_usd", 0),
    "low": ("churn_probability_low", 4), "high": ("churn_probability_high", 4), "loss_low": ("expected_loss_low_usd", 0),
    "loss_high": ("expected_loss_high_usd", 0), "gain": ("expected_gain_usd", 0), "change": ("change", 3),
    "change_data": ("change_data", 3), "change_calendar": ("change_calendar", 3), "change_model": ("change_model", 3),
    "rank_before": ("rank_before", 0),
}  # fmt: skip
"""Figures of the list by their short name, with decimals; one that a list lacks is left out."""
TEXTS = (
    "next_step", "next_step_owner", "growth_signal", "growth_timing", "cross_sell", "advocacy", "enablement",
)  # fmt: skip


def account_data(list_snapshot: ListSnapshot) -> dict[str, Any]:
    """Every account's details, in the list's order, with what they share: the weeks, and what a weight means."""
    listed, lines = summing(list_snapshot.listed, TENTHS), list_snapshot.timelines
    details: dict[str, list[Any]] = {side: _reasons(listed, *where) for side, where in SIDES.items()}
    details |= {
        name: bare(listed[column], digits) for name, (column, digits) in FIGURES.items() if column in listed
    }
    details |= {name: [plain(text) for text in listed[name]] for name in TEXTS if name in listed}
    if "next_step_by" in listed:
        details["next_step_by"] = dates(listed["next_step_by"])
    if "is_silent_decline" in listed:
        details["is_silent"] = listed["is_silent_decline"].astype(int).tolist()
    components = [str(column) for column in listed if str(column).startswith(HEALTH_COMPONENT)]
    points = [bare(listed[component], 0) for component in components]
    details["parts"] = [list(row) for row in zip(*points, strict=True)] if components else [[]] * len(listed)
    shared: dict[str, Any] = {
        "parts": [component.removeprefix(HEALTH_COMPONENT) for component in components],
        "weight": next(
            (column.note for column in list_snapshot.columns if column.name == f"{FOR}_1_weight"), ""
        ),
        "most_months": list_snapshot.metadata.horizon_months,
        "members": dict(list_snapshot.metadata.members),
        "since": list_snapshot.changes.against if list_snapshot.changes else "the list before",
        "titles": {column.name: column.title for column in list_snapshot.columns if column.name in TEXTS},
    }
    if lines is not None:
        details |= _past(lines, listed)
        shared |= {"weeks": [week.isoformat() for week in lines.weeks], "typical": _typical(lines, listed)}
    names = list(details)
    return shared | {"accounts": [_known_only(names, row) for row in zip(*details.values(), strict=True)]}


def _known_only(names: list[str], row: tuple[Any, ...]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, row, strict=True) if value not in (None, "", [])}


def _reasons(listed: pd.DataFrame, prefix: str, stem: str) -> list[list[list[Any]]]:
    by_account: list[list[list[Any]]] = [[] for _ in range(len(listed))]
    for name in reason_columns(listed, stem, prefix):
        confirmed = (
            bare(listed[f"{name}_confirmed"], 0) if f"{name}_confirmed" in listed else [None] * len(listed)
        )
        cells = zip(
            listed[name], listed[f"{name}_concept"], bare(listed[f"{name}_weight"], 4), confirmed, strict=True
        )
        for reasons, (text, *rest) in zip(by_account, cells, strict=True):
            if text:
                reasons.append([plain(text), *rest])
    return by_account


def _past(lines: Timelines, listed: pd.DataFrame) -> dict[str, list[Any]]:
    counted = {name: getattr(lines, name) for name in ("usage", "users", "tickets")}
    details: dict[str, list[Any]] = {
        name: _counts(weekly) for name, weekly in counted.items() if weekly is not None
    }
    marks, scores = lines.marks, lines.scores
    return details | {
        "marks": _by_account(
            listed, marks, dates(marks["on"]), marks["what"], bare(marks["arr_usd"], 0), marks["product"]
        ),
        "scores": _by_account(
            listed, scores, dates(scores["as_of"]), bare(scores["churn_probability"], 4), scores["source"]
        ),
    }


def _counts(weekly: Weekly) -> list[list[Any]]:
    """The weekly figures of each account to a tenth; whole numbers have no fraction."""
    rounded = np.round(weekly, 1)
    counts: list[list[Any]] = (rounded.astype(np.int64) if (rounded % 1 == 0).all() else rounded).tolist()
    return counts


def _by_account(
    listed: pd.DataFrame, frame: pd.DataFrame, *columns: Iterable[Any]
) -> list[list[tuple[Any, ...]]]:
    cells_of: dict[str, list[tuple[Any, ...]]] = {account: [] for account in listed["account_id"]}
    for account, *cells in zip(frame["account_id"], *columns, strict=True):
        if account in cells_of:
            cells_of[account].append(tuple(cells))
    return list(cells_of.values())


def _typical(lines: Timelines, listed: pd.DataFrame) -> dict[str, list[Any]]:
    """The mean over the listed accounts that were customers in each week: what a season does to all."""
    first = lines.marks[lines.marks["what"] == STARTED].set_index("account_id")["on"]
    since = listed["account_id"].map(first).to_numpy(dtype="datetime64[D]")
    is_customer = since[:, None] <= np.array(lines.weeks, dtype="datetime64[D]")[None, :]
    return {
        name: _mean(weekly, is_customer)
        for name in ("usage", "users")
        if (weekly := getattr(lines, name)) is not None
    }


def _mean(weekly: Weekly, is_customer: np.ndarray[Any, np.dtype[np.bool_]]) -> list[Any]:
    counted = is_customer.sum(axis=0)
    total = np.where(is_customer, weekly, 0).sum(axis=0)
    return bare(pd.Series(np.divide(total, counted, out=np.full(len(total), np.nan), where=counted > 0)), 2)
