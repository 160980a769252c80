"""The book at a glance: the verdicts, the figures to be seen first, and the tables below them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

from churnml.data.tables import NO_PRICES
from churnml.formats.html.components import (
    Cell,
    Piece,
    Row,
    Table,
    Tile,
    accounts,
    day,
    pieces,
    sentence,
    who,
    without_dollars,
)
from churnml.formats.html.risk_tables import NAMED, by_csm, by_month, by_segment, first_to_call, lost
from churnml.history.changes import rounded_dollars
from churnml.list_snapshot import ListSnapshot
from churnml.listing import status
from churnml.listing.metadata import ranked_by, words
from churnml.listing.phrases import left_out
from churnml.text.number_format import WHOLE_PERCENT, counted, money, signed_money, written
from churnml.text.width import plain

STEP_TITLES = {
    "opening": "Expected loss then", "joined": "Accounts that came", "judged": "Judged for the first time", "left": "Accounts that went",
    "grace": "Term ended, next not recorded", "notice": "Notices of cancellation", "arr": "ARR that changed", "data": "What accounts did", "calendar": "Renewals came nearer",
    "model": "The model was refitted", "unsplit": "Not split (another model)", "closing": "Expected loss now",
}  # fmt: skip

NO_REASON = "No reason told"

MARK = 1.0
"""Percent of the axis that a sum's mark, and the least step, takes."""


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
        Judged(
            v.outcome.capitalize(),
            v.grade or "",
            sentence(words(v)),
            f"{ranked_by(orders[v.outcome], v)} {said}".strip(),
        )
        for v, said in ((metadata.churn, metadata.expected), (metadata.expansion, ""))
    ]
    makers = (first_to_call, changed, by_csm, by_segment, by_month, top_drivers, dropped, lost, track_record)
    tables = list(chain.from_iterable(make(list_snapshot) for make in makers))
    if not metadata.is_priced:
        tables = [without_dollars(table) for table in tables]
    remarks = [text for text in (left_out(metadata), _far_ahead(list_snapshot)) if text]
    return Overview(
        metadata.book, day(metadata.as_of), metadata.hindsight, judged, tiles(list_snapshot), tables, remarks
    )


def tiles(list_snapshot: ListSnapshot) -> list[Tile]:
    """The figures to be seen first."""
    listed, is_proven = list_snapshot.listed, list_snapshot.metadata.churn.is_proven
    called, days = listed[listed["is_within_capacity"]], list_snapshot.metadata.horizon_days
    if not list_snapshot.metadata.is_priced:
        return _counts(listed, called)
    figures = [Tile("Accounts", f"{len(listed):,}", f"{money(listed['arr_usd'].sum())} ARR")]
    if is_proven:
        total_loss = listed["expected_loss_usd"].sum()
        figures.append(Tile(f"Expected loss in {days} days", money(total_loss), _of_arr(listed)))
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
            Tile("ARR likely to grow", money(listed["expansion_arr_usd"].sum()), f"within {days} days")
        )
    return figures


def _counts(listed: pd.DataFrame, called: pd.DataFrame) -> list[Tile]:
    """The figures of a book without prices."""
    gave = len(status.lost(listed))
    figures = [
        Tile("Accounts", f"{len(listed):,}", NO_PRICES),
        Tile("The team can call", f"{len(called):,}", ""),
    ]
    return [*figures, *([Tile("Notice given", f"{gave:,}", "")] if gave else [])]


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


def changed(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """What moved the book's expected loss, step by step from then to now."""
    changes = list_snapshot.changes
    if changes is None or not len(changes.dollars):
        return
    steps = list(rounded_dollars(changes.dollars).items())
    yield Table(
        "changed", f"What changed since {day(changes.since)}", " ".join(plain(line) for line in changes.lines),
        ("Step", "Dollars"), waterfall(steps), bar="Expected loss", keys=[("whole", "the sum"), ("more", "more at risk"), ("less", "less at risk")],
        note="The earlier list is looked back at with today's model." if changes.is_looked_back else "",
    )  # fmt: skip


def waterfall(steps: Sequence[tuple[str, int]]) -> list[Row]:
    """Each step from where the sum stood to where it then stands; the first and last are the sums, drawn as marks on that axis.

    >>> [(row.bar[0].start, row.bar[0].width) for row in waterfall([("opening", 100), ("data", 20), ("closing", 120)])]
    [(0.0, 1.0), (0.0, 100.0), (99.0, 1.0)]
    """
    sums = [*np.cumsum([usd for _, usd in steps[:-1]]).tolist(), steps[-1][1]]
    begins = [sums[0], *sums[:-2], sums[-1]]
    floor, span = min(sums), (max(sums) - min(sums)) or 1.0
    rows = []
    for number, ((part, usd), begin, end) in enumerate(zip(steps, begins, sums, strict=True)):
        is_total = number in (0, len(steps) - 1)
        width = max(MARK, 100 * abs(end - begin) / span) if usd else 0.0
        start = min(100 - width, 100 * (min(begin, end) - floor) / span)
        tone = "whole" if is_total else "more" if usd > 0 else "less"
        amount = money(end) if is_total else signed_money(usd)
        named = Cell(STEP_TITLES.get(part.lower(), sentence(part)))
        rows.append(Row([named, Cell(amount)], [Piece(round(start, 2), round(width, 2), tone)], is_total))
    return rows


def dropped(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """Accounts of the earlier list that are not on this one, and why."""
    changes = list_snapshot.changes
    if changes is None or not len(changes.off):
        return
    rows = [
        Row([Cell(who(row["name"], row["account_id"]), plain(row["csm"])), Cell(sentence(row["why"])), Cell(f"{row['rank_before']:,.0f}"), Cell(money(row["arr_usd"]))])
        for _, row in changes.off.head(NAMED).iterrows()
    ]  # fmt: skip
    note = f"The first {NAMED} of {len(changes.off):,}." if len(changes.off) > NAMED else ""
    yield Table(
        "off", "No longer on the list", "", ("Account", "Why", "Rank then", "ARR"), rows, words=2, note=note
    )


def top_drivers(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """What holds accounts at risk back, by their first reason; the parts add up to all accounts at risk."""
    drivers = list_snapshot.top_drivers
    if drivers is None or not len(drivers):
        return
    widest = float(drivers["expected_loss_usd"].max()) if "expected_loss_usd" in drivers else float("nan")
    stake = "expected_loss_usd" if widest > 0 else "arr_usd"
    rows = [
        Row(
            [Cell(sentence(row["concept"]) or NO_REASON, sentence(row["what"]), accounts(concept=row["concept"]) if row["concept"] else ""),
             Cell(f"{row['accounts']:,.0f}"), Cell(f"{row['accounts_mentioning']:,.0f}" if pd.notna(row.get("accounts_mentioning")) else ""),
             Cell(money(row["arr_usd"])), *([Cell(money(row["expected_loss_usd"]))] if widest > 0 else [])],
            pieces([(row[stake], "loss" if widest > 0 else "rest")], float(drivers[stake].max())),
        )
        for _, row in drivers.iterrows()
    ]  # fmt: skip
    yield Table(
        "roadblocks", "What stands in the way", "Accounts at risk by their first reason: each is counted once, so the rows add up. A name leads to all that give it as a reason.",
        ("First reason", "Accounts", "Mentioned by", "ARR", *(["Expected loss"] if widest > 0 else [])), rows,
        bar="Expected loss" if widest > 0 else "ARR", bar_after=4 if widest > 0 else 3, is_wide=True,
    )  # fmt: skip


def track_record(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """How earlier lists did, where their renewals are ripe."""
    record = list_snapshot.record
    if record is None or not (len(record.rows) or record.lines):
        return
    heading = ("List of", "Called", "Ripe", "Left", "Share that left", "Others", "ARR that left")
    rows = [
        Row(
            [Cell(day(row["as_of"])), *(Cell(f"{row[name]:,.0f}") for name in ("called", "ripe", "left")),
             Cell(written(row["share_left"], WHOLE_PERCENT)), Cell(written(row["others_share_left"], WHOLE_PERCENT)), Cell(money(row["arr_left_usd"]))],
            pieces([(row["share_left"], "loss")], 1.0) if pd.notna(row["share_left"]) else (),
        )
        for _, row in record.rows.iterrows()
    ]  # fmt: skip
    yield Table(
        "record", "How earlier lists did", " ".join(plain(line) for line in record.lines), heading, rows,
        bar="Share that left" if rows else "", bar_after=4,
    )  # fmt: skip
