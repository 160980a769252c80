"""The book at a glance: the verdicts, the figures to be seen first, and the tables below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import pandas as pd

from churnml.formats.html.change_tables import changed, dropped, top_drivers, track_record
from churnml.formats.html.components import Table, Tile, day, sentence
from churnml.formats.html.risk_tables import by_csm, by_month, by_segment, first_to_call, lost
from churnml.list_snapshot import ListSnapshot
from churnml.listing import status
from churnml.listing.metadata import ranked_by, words
from churnml.listing.phrases import left_out
from churnml.text.number_format import counted, money


@dataclass(frozen=True)
class Judged:
    """What one outcome's verdict is, in a letter, a sentence, and what it ranks by."""

    outcome: str
    grade: str
    sentence: str
    order: str


@dataclass(frozen=True)
class Overview:
    """The page of the book, top to bottom."""

    book: str
    day: str
    hindsight: str
    judged: Sequence[Judged]
    tiles: Sequence[Tile]
    tables: Sequence[Table]
    remarks: Sequence[str]


def overview(list_snapshot: ListSnapshot) -> Overview:
    """The book at a glance; what a list snapshot does not have is left out."""
    metadata = list_snapshot.metadata
    orders = {"churn": metadata.churn_order, "expansion": metadata.expansion_order}
    judged = [
        Judged(v.outcome.capitalize(), v.grade or "", sentence(words(v)), ranked_by(orders[v.outcome]))
        for v in (metadata.churn, metadata.expansion)
    ]
    makers = (first_to_call, changed, by_csm, by_segment, by_month, top_drivers, dropped, lost, track_record)
    tables = list(chain.from_iterable(make(list_snapshot) for make in makers))
    remarks = [text for text in (left_out(metadata), _far_ahead(list_snapshot)) if text]
    return Overview(
        metadata.book, day(metadata.as_of), metadata.hindsight, judged, tiles(list_snapshot), tables, remarks
    )


def tiles(list_snapshot: ListSnapshot) -> list[Tile]:
    """The figures to be seen first."""
    listed, is_proven = list_snapshot.listed, list_snapshot.metadata.churn.is_proven
    called = listed[listed["is_within_capacity"]]
    figures = [Tile("Accounts", f"{len(listed):,}", f"{money(listed['arr_usd'].sum())} ARR")]
    if is_proven:
        total_loss = listed["expected_loss_usd"].sum()
        figures.append(Tile("Expected loss", money(total_loss), _of_arr(listed)))
        reached = called["expected_loss_usd"].sum() / total_loss if total_loss else 0.0
        figures.append(Tile("The team can call", f"{len(called):,}", f"{reached:.0%} of the expected loss"))
    else:
        figures.append(Tile("The team can call", f"{len(called):,}", f"{money(called['arr_usd'].sum())} ARR"))
    calls = list_snapshot.metadata.call_list
    if calls:
        figures.append(
            Tile(
                "Calls pay for",
                f"{calls.best_accounts:,}",
                f"the first: {money(calls.best_gain_usd)} expected gain",
            )
        )
    gave = status.lost(listed)
    if len(gave):
        figures.append(Tile("Notice given", f"{len(gave):,}", f"{money(gave['arr_usd'].sum())} ARR"))
    if list_snapshot.metadata.expansion.is_proven:
        figures.append(
            Tile("ARR likely to grow", money(listed["expansion_arr_usd"].sum()), "chance to grow × ARR")
        )
    return figures


def _of_arr(listed: pd.DataFrame) -> str:
    arr = listed["arr_usd"].sum()
    return f"{listed['expected_loss_usd'].sum() / arr:.1%} of ARR" if arr else ""


def _far_ahead(list_snapshot: ListSnapshot) -> str:
    far = int(list_snapshot.listed["is_beyond_horizon"].sum())
    return (
        f"{counted(far, 'account')}: each {list_snapshot.metadata.horizon}. They stay ranked."
        if far and list_snapshot.metadata.horizon
        else ""
    )
