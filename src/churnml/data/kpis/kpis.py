"""The book's KPIs in one place: the newest figures for ``dvc metrics``, the tables behind them, and what could not be told."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from churnml.data.kpis.cohorts import cohorts
from churnml.data.kpis.engagement import engagement
from churnml.data.kpis.retention import retention
from churnml.data.kpis.survey_scores import voice
from churnml.data.tables import Tables
from churnml.params.kpis import Kpis
from churnml.params.snapshots import Revenue

ASKED = ("nps", "csat", "csat_tickets", "ces")


@dataclass(frozen=True)
class Tracked:
    """KPIs over time as tables, and the newest of each as ``content`` for JSON."""

    content: dict[str, Any]
    retention: pd.DataFrame
    use: pd.DataFrame
    cohorts: pd.DataFrame


def track_kpis(tables: Tables, settings: Kpis, revenue: Revenue) -> Tracked:
    """All KPIs of a book; one whose table is absent is null in ``content``, with a notice that says which."""
    moved = retention(tables, settings.n_quarters, revenue.grace_days)
    used = engagement(tables, settings, revenue).merge(voice(tables, settings), on="closes_on")
    started = cohorts(tables, settings, revenue)
    newest = used.iloc[-1]
    content: dict[str, Any] = {"book": tables.book, "last_day": tables.last_day.isoformat()}
    content |= {span: _newest(moved, span, tables.last_day.isoformat()) for span in ("quarter", "year")}
    content |= {name: _told(newest[name]) for name in ("engagement_rate", "seat_engagement", *ASKED)}
    content["answers"] = {name: int(newest[f"{name}_answers"]) for name in ASKED}
    content["notices"] = _notices(tables, content)
    return Tracked(content, moved.round(6), used.round(6), started.round(6))


def _newest(moved: pd.DataFrame, span: str, last_day: str) -> dict[str, Any] | None:
    found = moved[(moved["span"] == span) & (moved["closes_on"] == last_day)]
    if found.empty:
        return None
    row = found.iloc[0].drop("span").to_dict()
    return {
        str(name): _told(value) if isinstance(value, float) else _plain(value) for name, value in row.items()
    }


def _told(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 4)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def _notices(tables: Tables, content: dict[str, Any]) -> list[str]:
    sources = {
        "engagement_rate": "usage", "seat_engagement": "usage with user_id, and contracts with seats",
        "nps": "surveys of kind nps answered in the quarter", "csat": "surveys of kind csat answered in the quarter on the scale of params.yaml",
        "csat_tickets": "tickets rated in the quarter on the scale of params.yaml", "ces": "surveys of kind ces answered in the quarter",
    }  # fmt: skip
    lost = [
        f"{name}: unknown; book '{tables.book}' has no {source}."
        for name, source in sources.items()
        if content[name] is None
    ]
    spans = [
        f"{span}: unknown; no account had ARR at its opening."
        for span in ("quarter", "year")
        if content[span] is None
    ]
    return spans + lost
