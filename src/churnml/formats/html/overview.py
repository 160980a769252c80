"""The book at a glance: the verdicts, the figures to be seen first, and the boards below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import pandas as pd

from churnml.formats.html.change_tables import changed, gone_off, top_drivers, track_record
from churnml.formats.html.components import Board, Tile, counted, day, sentence, short
from churnml.formats.html.risk_tables import by_csm, by_month, by_segment, first_to_call, lost
from churnml.list_snapshot import ListSnapshot
from churnml.listing import status
from churnml.listing.metadata import ranked_by, words
from churnml.listing.phrases import left_out


@dataclass(frozen=True)
class Judged:
    """What one outcome's verdict is, in a letter, a sentence, and what it ranks by."""

    outcome: str
    grade: str
    sentence: str
    order: str


@dataclass(frozen=True)
class Glance:
    """The page of the book, top to bottom."""

    book: str
    day: str
    hindsight: str
    judged: Sequence[Judged]
    tiles: Sequence[Tile]
    boards: Sequence[Board]
    remarks: Sequence[str]


def glance(list_snapshot: ListSnapshot) -> Glance:
    """The book at a glance; what an edition does not have is left out."""
    metadata = list_snapshot.metadata
    orders = {"churn": metadata.churn_order, "expansion": metadata.expansion_order}
    judged = [
        Judged(v.outcome.capitalize(), v.grade or "", sentence(words(v)), ranked_by(orders[v.outcome]))
        for v in (metadata.churn, metadata.expansion)
    ]
    makers = (first_to_call, changed, by_csm, by_segment, by_month, top_drivers, gone_off, lost, track_record)
    boards = list(chain.from_iterable(make(list_snapshot) for make in makers))
    remarks = [text for text in (left_out(metadata), _far_ahead(list_snapshot)) if text]
    return Glance(
        metadata.book, day(metadata.as_of), metadata.hindsight, judged, tiles(list_snapshot), boards, remarks
    )


def tiles(list_snapshot: ListSnapshot) -> list[Tile]:
    """The figures to be seen first."""
    listed, is_proven = list_snapshot.listed, list_snapshot.metadata.churn.is_proven
    called = listed[listed["is_within_capacity"]]
    found = [Tile("Accounts", f"{len(listed):,}", f"{short(listed['arr_usd'].sum())} ARR")]
    if is_proven:
        whole = listed["expected_loss_usd"].sum()
        found.append(Tile("Expected loss", short(whole), _of_arr(listed)))
        reached = called["expected_loss_usd"].sum() / whole if whole else 0.0
        found.append(Tile("The team can call", f"{len(called):,}", f"{reached:.0%} of the expected loss"))
    else:
        found.append(Tile("The team can call", f"{len(called):,}", f"{short(called['arr_usd'].sum())} ARR"))
    calls = list_snapshot.metadata.calling
    if calls:
        found.append(
            Tile(
                "Calls pay for",
                f"{calls.best_accounts:,}",
                f"the first: {short(calls.best_gain_usd)} expected gain",
            )
        )
    gave = status.lost(listed)
    if len(gave):
        found.append(Tile("Notice given", f"{len(gave):,}", f"{short(gave['arr_usd'].sum())} ARR"))
    if list_snapshot.metadata.expansion.is_proven:
        found.append(
            Tile("ARR likely to grow", short(listed["expansion_arr_usd"].sum()), "chance to grow × ARR")
        )
    return found


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
