"""What the growth page lists: who is ready for more, of which kind, and why."""

from typing import Any

import pandas as pd

from churnml.formats.html.embed import bare
from churnml.list_snapshot import ListSnapshot
from churnml.text.width import plain

TEXTS = ("kind", "account_id", "what", "why", "when")


def growth_data(list_snapshot: ListSnapshot) -> dict[str, Any] | None:
    """The growth list as columns; None where there is none."""
    growth = list_snapshot.growth
    if growth is None or not len(growth):
        return None
    columns: dict[str, list[Any]] = {name: [_text(value) for value in growth[name]] for name in TEXTS}
    columns |= {"place": bare(growth["place"], 0), "is_at_risk": growth["is_at_risk"].astype(int).tolist()}
    return {"kinds": list(dict.fromkeys(columns["kind"])), "columns": columns}


def _text(value: Any) -> str:
    if pd.isna(value):
        return ""
    return plain(f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value))
