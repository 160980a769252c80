"""What the page's table knows of each account, column by column, in the list's order."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pandas as pd

from churnml.explain.select import FOR
from churnml.formats.html.embed import bare
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import PREFIX
from churnml.listing.lifetime import WITHIN
from churnml.listing.status import held
from churnml.text.width import plain

LEVELS = ("csm", "segment", "band")
OPTIONAL = ("movement", "next_step", "thin_data")
"""Texts that a list may have."""


def table_data(list_snapshot: ListSnapshot) -> dict[str, Any]:
    """The table's columns as plain lists; a text of few values is a place in ``levels``."""
    listed = list_snapshot.listed
    levels = {name: sorted({plain(text) for text in listed[name]}) for name in LEVELS}
    levels["concept"] = sorted({concept for column in _concepts(listed) for concept in listed[column]} - {""})
    columns: dict[str, Any] = {
        "id": listed["account_id"].tolist(), "name": [plain(name) for name in listed["name"]],
        **{name: [levels[name].index(plain(text)) for text in listed[name]] for name in LEVELS},
        "today": [held(*bands) for bands in zip(listed["band"], listed["band_reading"], strict=True)],
        "arr": bare(listed["arr_usd"], 2), "loss": bare(listed["expected_loss_usd"], 2),
        "chance": bare(listed[WITHIN[list_snapshot.metadata.horizon_days]], 4), "multiple": bare(listed["churn_base_multiple"], 2),
        "health": bare(listed["health_rules"], 0), "renewal": dates(listed["renewal"]), "days": listed["lead_days"].tolist(),
        "far": listed["is_beyond_horizon"].astype(int).tolist(), "rolling": listed["is_rolling"].astype(int).tolist(),
        "call": listed["is_within_capacity"].astype(int).tolist(), "reason": [plain(text) for text in listed[f"{FOR}_1"]],
        "concepts": _concept_numbers(listed, levels["concept"]),
    }  # fmt: skip
    if "is_within_csm_capacity" in listed:
        columns["mine"] = listed["is_within_csm_capacity"].astype(int).tolist()
    columns |= {name: [plain(text) for text in listed[name]] for name in OPTIONAL if name in listed}
    return {
        "book": list_snapshot.metadata.book,
        "as_of": list_snapshot.metadata.as_of.isoformat(),
        "is_proven": list_snapshot.metadata.churn.is_proven,
        "is_priced": list_snapshot.metadata.is_priced,
        "horizon_days": list_snapshot.metadata.horizon_days,
        "levels": levels,
        "columns": columns,
    }


def reason_columns(listed: pd.DataFrame, stem: str, prefix: str = "") -> Iterator[str]:
    """The names of the list's reasons on one side: ``reason_1``, ``reason_2``, ..."""
    for rank in count(1):
        name = f"{prefix}{stem}_{rank}"
        if name not in listed:
            return
        yield name


def dates(values: pd.Series) -> list[str | None]:
    """Days as ISO text; unknown is None."""
    return [
        text if isinstance(text, str) else None for text in pd.to_datetime(values).dt.strftime("%Y-%m-%d")
    ]


def _concepts(listed: pd.DataFrame) -> list[str]:
    """The columns that say what the reasons for leaving are about; those against are no ground to look for an account."""
    return [f"{name}_concept" for name in reason_columns(listed, FOR, PREFIX["churn"])]


def _concept_numbers(listed: pd.DataFrame, concepts: list[str]) -> list[list[int]]:
    number_of = {concept: number for number, concept in enumerate(concepts)}
    reasons = zip(*(listed[column] for column in _concepts(listed)), strict=True)
    return [[number_of[concept] for concept in row if concept] for row in reasons]
