"""What each sheet of the workbook says, as plain data: who is on it, in which order, in which columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from churnml.explain.select import AGAINST, FOR
from churnml.formats.workbook.cell_style import WIDTHS
from churnml.formats.workbook.sheet import Cells, Sheet
from churnml.history.phrases import TENTHS, summing
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import PREFIX, Column, Kind
from churnml.listing.horizon import GROWS_WITHIN
from churnml.listing.lifetime import WITHIN
from churnml.listing.metadata import ListMetadata
from churnml.listing.status import NEW, held, is_lost, lost, to_keep
from churnml.listing.top_drivers import NO_REASON
from churnml.text.number_format import counted, money

AT_RISK, GROWING, GROWTH, LOST = "At risk", "Ready to grow", "Growth lists", "Already lost"
TOP_DRIVERS, ALL, GUIDE = "Roadblocks", "All accounts", "How to read this"
NO_CSM = "No CSM"
MOST_CSMS = 60
"""Sheets for one CSM each: beyond these nobody finds a tab; the others' accounts stand on the sheet of all at risk."""

WHO = ("account_id", "name", "csm", "segment")
RULES = "health_rules"
RISK_COLUMNS = (
    "rank", "account_id", "name", "arr_usd", "renewal", "band", "band_reading", *WITHIN.values(), "expected_loss_usd", RULES, "why", "next_step",
    "next_step_owner", "next_step_by", "csm", "segment", "is_within_capacity", "movement", "lead_days", "churn_probability", "is_beyond_horizon", "thin_data",
)  # fmt: skip
LAST_PRINTED = "next_step"
"""Up to here a sheet of accounts at risk goes on paper: more columns would make the letters too small to read."""
CSM_COLUMNS = ("csm_rank", *(name for name in RISK_COLUMNS if name != "csm"))
LOST_COLUMNS = (
    "rank", *WHO, "arr_usd", "expected_loss_usd", "renewal", "lead_days", "why", "next_step", "next_step_owner",
    "next_step_by",
)  # fmt: skip
GROWTH_COLUMNS = (
    "expansion_rank", *WHO, "is_at_risk", "arr_usd", "renewal", "lead_days", "is_beyond_horizon", GROWS_WITHIN,
    "expansion_base_multiple", "expansion_arr_usd", "why", "growth_signal", "growth_timing", "cross_sell", "advocacy",
    "enablement", "health_rules",
)  # fmt: skip
"""The columns of a sheet in their order; one that the list does not have is left out."""

WRAPPED = {
    "why": 64, "next_step": 38, "growth_signal": 30, "growth_timing": 24, "cross_sell": 26, "advocacy": 26, "enablement": 30,
}  # fmt: skip
WIDE = {
    "rank": 6, "csm_rank": 6, "expansion_rank": 6, "name": 28, "band": 12, "account_id": 12, "segment": 13, "next_step_owner": 16,
    "lead_days": 8, "movement": 14, "band_reading": 14, "thin_data": 24,
}  # fmt: skip


def as_shown(list_snapshot: ListSnapshot) -> ListSnapshot:
    """The list snapshot as a workbook shows it: changes in tenths of a point that sum, today's reading where a band is held against it.

    Without prices no column of dollars is shown.
    """
    listed = summing(list_snapshot.listed, TENTHS)
    today = [held(*bands) for bands in zip(listed["band"], listed["band_reading"], strict=True)]
    columns = [
        replace(column, is_shown=True) if column.name == "band_reading" else column
        for column in list_snapshot.columns
        if (column.name != "band_reading" or any(today))
        and (column.kind != "usd" or list_snapshot.metadata.is_priced)
    ]
    return replace(list_snapshot, listed=listed.assign(band_reading=today), columns=columns)


def sheets(list_snapshot: ListSnapshot) -> list[Sheet]:
    """Every sheet in its order, but for the guide; those of growth lists and CSMs only where there is something to say."""
    listed, metadata = list_snapshot.listed, list_snapshot.metadata
    risk, growth = (f"{metadata.hindsight} {line}".strip() for line in metadata.lines)
    already_lost = lost(listed)
    return [
        _accounts(AT_RISK, risk, to_keep(listed), RISK_COLUMNS, list_snapshot, "risk"),
        _accounts(GROWING, growth, _growing(list_snapshot), GROWTH_COLUMNS, list_snapshot, "growth"),
        *_growth_lists(list_snapshot.growth, metadata),
        _accounts(
            LOST,
            f"{sums(already_lost, metadata)}; notice was given. Listed apart: they take none of the calls.",
            already_lost,
            LOST_COLUMNS,
            list_snapshot,
            "lost",
        ),
        _top_drivers(list_snapshot),
        *_by_csm(list_snapshot, risk),
        _everyone(list_snapshot, risk),
    ]


def _growing(list_snapshot: ListSnapshot) -> pd.DataFrame:
    """The accounts whose chance to grow is above the base rate; without a proven signal all that could be judged."""
    listed = list_snapshot.listed[~is_lost(list_snapshot.listed) & (list_snapshot.listed["band"] != NEW)]
    if list_snapshot.metadata.expansion.is_proven:
        listed = listed[listed["expansion_base_multiple"] > 1]
    return listed.sort_values("expansion_rank")


def sums(accounts: pd.DataFrame, metadata: ListMetadata) -> str:
    """How many accounts with how much ARR, and what of it is expected to be lost."""
    if not metadata.is_priced:
        return counted(len(accounts), "account")
    text = f"{counted(len(accounts), 'account')}, {money(accounts['arr_usd'].sum())} ARR"
    loss = accounts["expected_loss_usd"].sum()
    return f"{text}, {money(loss)} expected loss" if metadata.churn.is_proven else text


def _by_csm(list_snapshot: ListSnapshot, verdict: str) -> Iterator[Sheet]:
    """A sheet for each CSM with an account at risk, those with most at stake where there are too many."""
    ours = to_keep(list_snapshot.listed)
    order = "csm_rank" if "csm_rank" in ours else "rank"
    for csm in csms(list_snapshot.listed):
        mine = ours[ours["csm"] == csm].sort_values(order)
        calls = int(mine["is_within_capacity"].sum())
        first = f"{csm or NO_CSM}: {sums(mine, list_snapshot.metadata)}; {calls:,} to call now. {verdict}"
        yield _accounts(csm or NO_CSM, first, mine, CSM_COLUMNS, list_snapshot, "csm")


def csms(listed: pd.DataFrame) -> list[str]:
    """The CSMs that get a sheet, by name; accounts without one come last, as ''."""
    ours = to_keep(listed)
    stake = ours["expected_loss_usd"].fillna(ours["arr_usd"]).fillna(1.0).groupby(ours["csm"]).sum()
    most = stake.sort_values(ascending=False, kind="stable").head(MOST_CSMS)
    return sorted(map(str, most.index), key=lambda csm: (csm == "", csm.casefold(), csm))


def _accounts(
    name: str, first: str, listed: pd.DataFrame, wanted: Sequence[str], list_snapshot: ListSnapshot, about: str
) -> Sheet:  # fmt: skip
    """A sheet of accounts with these columns, as far as the list has them; 'why' joins the reasons of a side."""
    known = {column.name: column for column in list_snapshot.columns}
    side = "expansion" if about == "growth" else "churn"
    columns, others = [], set(WITHIN.values()) - {WITHIN[list_snapshot.metadata.horizon_days]}
    for wish in wanted:
        if wish == RULES and side == "churn" and list_snapshot.metadata.churn.is_proven:
            continue
        if wish == "why":
            columns.append(
                Cells("why", "Why", "text", why(listed, list_snapshot.columns, side), WRAPPED["why"], True)
            )
        elif wish in known and wish not in others:
            columns.append(_cells(known[wish], listed[wish]))
    printed = _position_of(LAST_PRINTED, columns) + 1 if about in ("risk", "csm") else None
    return Sheet(name, first, columns, _position_of("name", columns) + 1, about, printed)


def why(listed: pd.DataFrame, columns: Iterable[Column], side: str) -> list[str]:
    """The reasons of each account on a side, one a line; those that point the other way say 'but'."""
    names = [column.name for column in columns]
    reasons = [
        (mark, listed[name].tolist())
        for stem, mark in ((FOR, "• "), (AGAINST, "◦ but "))
        for rank in range(1, len(names))
        if (name := f"{PREFIX[side]}{stem}_{rank}") in names
    ]
    rows = range(len(listed))
    return [
        "\n".join(mark + " ".join(texts[row].split()) for mark, texts in reasons if texts[row])
        for row in rows
    ]


def _everyone(list_snapshot: ListSnapshot, verdict: str) -> Sheet:
    shown = [c for c in list_snapshot.columns if c.is_shown and not _is_sentence(c)]
    front = [c for name in RISK_COLUMNS for c in shown if c.name == name]
    titled = [with_side(column) for column in dict.fromkeys([*front, *shown])]
    columns = [_cells(column, list_snapshot.listed[column.name]) for column in titled]
    return Sheet(ALL, verdict, columns, _position_of("name", columns) + 1, "book")


def with_side(column: Column) -> Column:
    """The column under a title that says of which side it is."""
    return replace(column, title=f"Growth: {column.title}") if column.side == "expansion" else column


def _is_sentence(column: Column) -> bool:
    stem = column.name.removeprefix(PREFIX["expansion"])
    return stem.startswith((f"{FOR}_", f"{AGAINST}_", "next_step")) or column.name in WRAPPED


def _cells(column: Column, values: pd.Series) -> Cells:
    width = WRAPPED.get(column.name) or WIDE.get(column.name) or WIDTHS[column.kind]
    return Cells(column.name, column.title, column.kind, values.tolist(), width, column.name in WRAPPED)


def _top_drivers(list_snapshot: ListSnapshot) -> Sheet:
    drivers = list_snapshot.top_drivers
    kinds: Mapping[str, tuple[str, Kind, float]] = {
        "concept": ("Concept", "text", 26), "what": ("What most of them show", "text", 80),
        "accounts": ("Accounts", "count", 10), "arr_usd": ("ARR", "usd", 14),
        "expected_loss_usd": ("Expected loss", "usd", 14),
        "accounts_mentioning": ("Name it at all", "count", 10),
    }  # fmt: skip
    if "concept" in drivers:
        drivers = drivers.assign(concept=drivers["concept"].where(drivers["concept"] != "", NO_REASON))
    columns = [
        Cells(name, title, kind, drivers[name].tolist() if name in drivers else [], width, name == "what")
        for name, (title, kind, width) in kinds.items()
        if kind != "usd" or list_snapshot.metadata.is_priced
    ]
    first = f"{sums(to_keep(list_snapshot.listed), list_snapshot.metadata)}: the accounts at risk, each under its first reason."
    return Sheet(TOP_DRIVERS, first, columns, 1, "book")


def _growth_lists(growth: pd.DataFrame, metadata: ListMetadata) -> list[Sheet]:
    if growth is None or growth.empty:
        return []
    kinds: Mapping[str, tuple[str, Kind, float]] = {
        "kind": ("Kind", "text", 13), "place": ("Place", "count", 7), "account_id": ("Account", "text", 12),
        "name": ("Name", "text", 30), "csm": ("CSM", "text", 16), "segment": ("Segment", "text", 14), "arr_usd": ("ARR", "usd", 13),
        "is_at_risk": ("At risk too", "flag", 8), "what": ("What", "text", 36), "why": ("Why", "text", 62),
        "when": ("When", "text", 24),
    }  # fmt: skip
    columns = [
        Cells(name, title, kind, growth[name].tolist(), width, name in ("what", "why", "when"))
        for name, (title, kind, width) in kinds.items()
        if kind != "usd" or metadata.is_priced
    ]
    counts = ", ".join(f"{n:,} {kind}" for kind, n in growth["kind"].value_counts(sort=False).items())
    return [Sheet(GROWTH, f"Who is ready for what: {counts}. Filter by kind.", columns, 4, "growth")]


def _position_of(name: str, columns: Sequence[Cells]) -> int:
    return next(position for position, column in enumerate(columns) if column.name == name)
