"""Tables made of the list alone: whom to call, whose they are, when they renew, where the risk lies, who is lost."""

from collections.abc import Iterator

import pandas as pd

from churnml.explain.select import FOR
from churnml.formats.html.components import Cell, Row, Table, account, accounts, day, pieces, sentence, who
from churnml.list_snapshot import ListSnapshot
from churnml.listing import status
from churnml.listing.metadata import ListMetadata
from churnml.listing.phrases import chance_to_leave
from churnml.listing.status import BANDS, NEW, NORMAL, is_lost
from churnml.text.number_format import counted, money
from churnml.text.width import plain

FIRST, MONTHS, NAMED = 10, 12, 40
"""How many rows a table of accounts, of months, and of names shows: what fits a page."""

NOBODY = "nobody named"


def first_to_call(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """The first accounts of the list that were not lost already."""
    listed, is_proven = list_snapshot.listed, list_snapshot.metadata.churn.is_proven
    rows = listed[~is_lost(listed) & listed["is_within_capacity"]].head(FIRST)
    if rows.empty:
        return
    widest = float(rows["expected_loss_usd"].max()) if is_proven else 0.0
    yield Table(
        "first", "First to call", f"The first of {counted(int(listed['is_within_capacity'].sum()), 'account')} that the team can call, by {list_snapshot.metadata.churn_order}.",
        ("Account", "Why first", "Chance to leave" if is_proven else "Health", "Renewal", "ARR", *(["Expected loss"] if is_proven else [])),
        [_called(row, list_snapshot.metadata, widest) for _, row in rows.iterrows()], words=2, bar="Expected loss" if is_proven else "", bar_after=5, is_wide=True,
    )  # fmt: skip


def _called(row: pd.Series, metadata: ListMetadata, widest: float) -> Row:
    about = " · ".join(plain(text) for text in (row["csm"], row["segment"]) if text)
    name = Cell(who(row["name"], row["account_id"]), about, account(row["account_id"]))
    why = Cell(sentence(row[f"{FOR}_1"]))
    due = (
        Cell(f"≤ {counted(row['lead_days'], 'day')}")
        if row["is_rolling"]
        else Cell(day(row["renewal"]), counted(row["lead_days"], "day"))
    )
    if not metadata.churn.is_proven:
        health = "unknown" if pd.isna(row["health_rules"]) else f"{row['health_rules']:.0f}"
        return Row([name, why, Cell(health), due, Cell(money(row["arr_usd"]))])
    chance = Cell(chance_to_leave(row, metadata.horizon_days), f"{row['churn_base_multiple']:.1f}× base rate")
    loss = row["expected_loss_usd"]
    return Row(
        [name, why, chance, due, Cell(money(row["arr_usd"])), Cell(money(loss))],
        pieces([(loss, "loss")], widest),
    )


def by_csm(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """The book by who looks after it: a name leads to its accounts."""
    listed = list_snapshot.listed
    if (listed["csm"] != "").any():
        yield _grouped(
            list_snapshot, "csm", "By CSM", "Choose a name for its accounts; that address can be kept as a bookmark.",
        )  # fmt: skip


def by_segment(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """The accounts of each segment by band."""
    if (list_snapshot.listed["segment"] == "").all():
        return
    if list_snapshot.metadata.churn.is_proven:
        yield _bands(list_snapshot.listed)
    else:
        yield _grouped(list_snapshot, "segment", "By segment", "")


def _grouped(list_snapshot: ListSnapshot, column: str, title: str, lead: str) -> Table:
    listed, is_proven = list_snapshot.listed, list_snapshot.metadata.churn.is_proven
    stake = "expected_loss_usd" if is_proven else "arr_usd"
    groups = listed.groupby(column, sort=True).agg(
        accounts=("account_id", "size"), call=("is_within_capacity", "sum"), arr_usd=("arr_usd", "sum"), stake=(stake, "sum")
    )  # fmt: skip
    groups = groups.sort_values("stake", ascending=False, kind="stable").head(NAMED)
    rows = [
        Row(
            [Cell(plain(str(name)) or NOBODY, "", accounts(**{column: plain(str(name))})), Cell(f"{row['accounts']:,.0f}"),
             Cell(f"{row['call']:,.0f}"), Cell(money(row["arr_usd"])), *([Cell(money(row["stake"]))] if is_proven else [])],
            pieces([(row["stake"], "loss" if is_proven else "rest")], groups["stake"].max()),
        )
        for name, row in groups.iterrows()
    ]  # fmt: skip
    heading = (
        "CSM" if column == "csm" else "Segment", "Accounts", "Call now", "ARR", *(["Expected loss"] if is_proven else []),
    )  # fmt: skip
    return Table(
        column, title, lead, heading, rows, bar="Expected loss" if is_proven else "ARR", bar_after=len(heading) - 1,
    )  # fmt: skip


def _bands(listed: pd.DataFrame) -> Table:
    bands = [band for band in BANDS if (listed["band"] == band).any()]
    table = pd.crosstab(listed["segment"], listed["band"])
    loss = listed.groupby("segment")["expected_loss_usd"].sum()
    risky = [band for band in bands if band not in (NORMAL, NEW)]
    widest = float((table[risky].sum(axis=1) / table.sum(axis=1)).max()) if risky else 0.0
    rows = [
        Row(
            [Cell(plain(name) or "no segment", "", accounts(segment=plain(name))),
             *(Cell(f"{row[band]:,}", "", accounts(segment=plain(name), band=band) if row[band] else "") for band in bands),
             Cell(money(loss[name]))],
            pieces([(row[band] / sum(row.values()), band.split()[0]) for band in risky], widest),
        )
        for name, row in zip(table.index.astype(str), table.to_dict("records"), strict=True)
    ]  # fmt: skip
    return Table(
        "segment", "Risk by segment", "How many accounts stand in each band; the bar is the share of the segment's accounts above normal.",
        ("Segment", *(band.capitalize() for band in bands), "Expected loss"), rows, bar="Share above normal",
        keys=[(band.split()[0], band) for band in risky],
    )  # fmt: skip


def by_month(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """The renewals of the coming months: ARR due, and how much of it is at stake."""
    listed, is_proven = list_snapshot.listed, list_snapshot.metadata.churn.is_proven
    dated = listed[~listed["is_rolling"]]
    if dated.empty:
        return
    months = pd.period_range(pd.Timestamp(list_snapshot.metadata.as_of), periods=MONTHS, freq="M")
    due = dated.assign(month=dated["renewal"].dt.to_period("M"), loss=dated["expected_loss_usd"].fillna(0.0))
    months_due = (
        due.groupby("month")
        .agg(accounts=("account_id", "size"), arr=("arr_usd", "sum"), loss=("loss", "sum"))
        .reindex(months, fill_value=0)
    )
    rolling, later = int(listed["is_rolling"].sum()), int((due["month"] > months[-1]).sum())
    rows = [
        Row(
            [Cell(month.strftime("%b %Y"), "", accounts(renews=str(month)) if row["accounts"] else ""), Cell(f"{row['accounts']:,.0f}"),
             Cell(money(row["arr"])), *([Cell(money(row["loss"]))] if is_proven else [])],
            pieces([(row["loss"], "loss"), (row["arr"] - row["loss"], "rest")], months_due["arr"].max()),
        )
        for month, (_, row) in zip(months, months_due.iterrows(), strict=True)
    ]  # fmt: skip
    remarks = [
        f"{counted(later, 'account')} later" if later else "",
        f"{counted(rolling, 'account')} looked at over a horizon, not to a renewal" if rolling else "",
    ]
    note = "; ".join(text for text in remarks if text)
    yield Table(
        "months", "Renewals by month", _what_is_due(list_snapshot),
        ("Month", "Accounts", "ARR due", *(["Expected loss"] if is_proven else [])), rows, bar="ARR due",
        keys=[("loss", "expected loss"), ("rest", "the rest of the ARR due")] if is_proven else [], note=f"{note}." if note else "",
    )  # fmt: skip


def _what_is_due(list_snapshot: ListSnapshot) -> str:
    if not list_snapshot.metadata.is_priced:
        return "Accounts that come up for renewal."
    return "ARR that comes up for renewal" + (
        ", and the expected loss in it." if list_snapshot.metadata.churn.is_proven else "."
    )


def lost(list_snapshot: ListSnapshot) -> Iterator[Table]:
    """Who gave notice: known, not predicted."""
    rows = status.lost(list_snapshot.listed)
    if rows.empty:
        return
    arr = f": {money(rows['arr_usd'].sum())} ARR" if list_snapshot.metadata.is_priced else ""
    yield Table(
        "lost", "Already lost, unless won back", f"{counted(len(rows), 'account')} gave notice{arr}. That is known, not predicted.",
        ("Account", "CSM", "Term ends", "ARR"),
        [
            Row([Cell(who(row["name"], row["account_id"]), plain(row["segment"]), account(row["account_id"])), Cell(plain(row["csm"])),
                 Cell(day(row["renewal"])), Cell(money(row["arr_usd"]))])
            for _, row in rows.head(NAMED).iterrows()
        ], words=3,
        note=f"The first {NAMED} of them." if len(rows) > NAMED else "",
    )  # fmt: skip
