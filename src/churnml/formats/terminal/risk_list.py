"""The list on a terminal: hindsight and verdicts first, then accounts with reasons. Plain text, at most 100 columns."""

from typing import Literal

import pandas as pd

from churnml.data.tables import NO_PRICES
from churnml.explain.select import AGAINST, FOR
from churnml.listing.columns import reasons_of
from churnml.listing.horizon import GROWS_WITHIN
from churnml.listing.metadata import ListMetadata
from churnml.listing.phrases import chance_to_leave, left_out, step
from churnml.listing.status import NEW, held, is_lost, lost
from churnml.listing.top_drivers import driver_line, top_drivers
from churnml.text.number_format import counted, money, share
from churnml.text.width import PAGE, pad, plain, wrap

NAME = 30
LEGEND = "+ a fact that points to the outcome (leaving, growing)   - one that points away   > what to do next"
FAR = "*"
"""Stands behind the days left of an account beyond the horizon."""
GROWING = 3
"""How many accounts ready to grow follow the risk side."""
DRIVERS = 3
"""How many roadblocks are told."""
LOST = 3
"""How many of those already lost are named."""


def render(listed: pd.DataFrame, metadata: ListMetadata, top: int) -> str:
    """The printed list: verdicts, the first ``top`` accounts at risk, roadblocks, those already lost, the first few ready to grow."""
    at_risk, growing = listed[~is_lost(listed)].head(top), _growing(listed, metadata)
    risk = (
        ("left", "risk", "leaves", "x base", "at stake" if metadata.is_priced else "")
        if metadata.churn.is_proven
        else ("left", "risk", "health", "", "")
    )
    growth = (
        ("left", "", "grows", "x base", "x ARR" if metadata.is_priced else "")
        if metadata.expansion.is_proven
        else ("left", "", "health", "", "")
    )
    blocks = [
        [line for text in _opening(listed, metadata) for line in wrap(text)],
        _headings("AT RISK", risk, metadata),
        *(_account(row, row["rank"], _risk_cells(row, metadata), "churn") for _, row in at_risk.iterrows()),
        *_drivers(listed, metadata),
        *_lost(listed, metadata),
        _headings("READY TO GROW", growth, metadata),
        *(
            _account(row, row["expansion_rank"], _growth_cells(row), "expansion")
            for _, row in growing.iterrows()
        ),
        *([] if len(growing) else [["No account to show."]]),
        [
            *_within(metadata),
            LEGEND,
            *_footnote(pd.concat([at_risk, growing]), metadata),
        ],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _growing(listed: pd.DataFrame, metadata: ListMetadata) -> pd.DataFrame:
    """The first few that could be judged ready to grow, none of them at risk."""
    is_judged = listed["expansion_probability"].notna() | listed["health_rules"].notna()
    offered = listed[
        (is_judged | metadata.expansion.orders_by_model) & ~listed["is_at_risk"] & (listed["band"] != NEW)
    ]
    return offered.sort_values("expansion_rank").head(GROWING)


def _drivers(listed: pd.DataFrame, metadata: ListMetadata) -> list[list[str]]:
    """What most accounts at risk have in common, as one block; none where nobody is at risk."""
    drivers = top_drivers(listed).head(DRIVERS)
    lines = [
        line
        for _, row in drivers.iterrows()
        for text, indent in ((driver_line(row), "    "), (row["what"], "      "))
        if text
        for line in wrap(plain(text), indent, "      ")
    ]
    first = "dollars" if metadata.is_priced else "accounts"
    title = f"ROADBLOCKS  accounts at risk by their first reason, most {first} first"
    return [[title, "-" * PAGE, *lines]] if lines else []


def _lost(listed: pd.DataFrame, metadata: ListMetadata) -> list[list[str]]:
    rows = lost(listed)
    if rows.empty:
        return []
    lines = [
        f"    {pad(plain(row['name'] or row['account_id']), NAME)} {money(row['arr_usd']):>11} {_days(row):>10}"
        for _, row in rows.head(LOST).iterrows()
    ]
    others = [f"    and {len(rows) - LOST:,} more"] if len(rows) > LOST else []
    arr = f"{money(rows['arr_usd'].sum())} ARR" if metadata.is_priced else counted(len(rows), "account")
    title = f"ALREADY LOST  {arr} under notice; none of these takes a call"
    return [[title, "-" * PAGE, *lines, *others]]


def _opening(listed: pd.DataFrame, metadata: ListMetadata) -> list[str]:
    calls = metadata.call_list.line if metadata.call_list else ""
    texts = [
        *metadata.lines,
        _totals(listed, metadata),
        *filter(None, [calls, metadata.changed, left_out(metadata)]),
    ]
    return [metadata.hindsight, *texts] if metadata.hindsight else texts


def _within(metadata: ListMetadata) -> list[str]:
    """Over how many days the chances count; nothing where none is shown."""
    is_shown = metadata.churn.is_proven or metadata.expansion.is_proven
    return (
        [f"leaves, grows, at stake, x ARR, x base: all within {metadata.horizon_days} days"]
        if is_shown
        else []
    )


def _footnote(shown: pd.DataFrame, metadata: ListMetadata) -> list[str]:
    return wrap(f"{FAR} {metadata.horizon}", rest="  ") if shown["is_beyond_horizon"].any() else []


def _totals(listed: pd.DataFrame, metadata: ListMetadata) -> str:
    within = listed["is_within_capacity"]
    text = f"{metadata.book} on {metadata.as_of}: {len(listed):,} accounts"
    if not metadata.is_priced:
        return f"{text}; {NO_PRICES}. The team can call {within.sum():,}."
    text += f", {money(listed['arr_usd'].sum())} ARR"
    if metadata.churn.is_proven:
        text += (
            f", {money(listed['expected_loss_usd'].sum())} expected loss within {metadata.horizon_days} days"
        )
        share = listed.loc[within, "expected_loss_usd"].sum() / (listed["expected_loss_usd"].sum() or 1)
        return f"{text}. The team can call {within.sum():,}: {share:.0%} of that loss."
    return f"{text}. The team can call {within.sum():,}."


def _headings(title: str, cells: tuple[str, ...], metadata: ListMetadata) -> list[str]:
    return [_line(title, "ARR" if metadata.is_priced else "", cells), "-" * PAGE]


def _line(name: str, arr: str, cells: tuple[str, ...]) -> str:
    days, band, chance, multiple, stake = cells
    who = f"{pad(name, NAME + 4)} {arr:>11} {days:>10}"
    return f"{who}   {band:<12} {chance:>6} {multiple:>7} {stake:>11}".rstrip()


def _account(
    row: pd.Series, rank: int, cells: tuple[str, ...], side: Literal["churn", "expansion"]
) -> list[str]:
    name = plain(row["name"] or row["account_id"])
    lines = [_line(f"{rank:>3} {name}", money(row["arr_usd"]), cells)]
    for sign, stem in (("+", FOR), ("-", AGAINST)):
        for reason in reasons_of(row, side, stem):
            lines += wrap(plain(reason), f"    {sign} ", "      ")
    if side == "churn" and (today := held(row["band"], row["band_reading"])):
        lines += wrap(
            f"{row['band']} is held ({today}): a band flips after two readings in a row", "    = ", "      "
        )
    return lines + (wrap(step(row), "    > ", "      ") if side == "churn" and row["next_step"] else [])


def _risk_cells(row: pd.Series, metadata: ListMetadata) -> tuple[str, ...]:
    if row["band"] == NEW:
        return (_days(row), NEW, "", "", "")
    if pd.isna(row["churn_probability"]):
        return (_days(row), row["band"], _health(row), "", "")
    multiple = f"{row['churn_base_multiple']:.1f}"
    chance = chance_to_leave(row, metadata.horizon_days)
    return (_days(row), row["band"], chance, multiple, money(row["expected_loss_usd"]))


def _growth_cells(row: pd.Series) -> tuple[str, ...]:
    if pd.isna(row["expansion_probability"]):
        return (_days(row), "", _health(row), "", "")
    chance, multiple = share(row[GROWS_WITHIN]), f"{row['expansion_base_multiple']:.1f}"
    return (_days(row), "", chance, multiple, money(row["expansion_arr_usd"]))


def _days(row: pd.Series) -> str:
    star = FAR if row["is_beyond_horizon"] else ""
    return f"{'≤ ' if row['is_rolling'] else ''}{row['lead_days']} days{star}"


def _health(row: pd.Series) -> str:
    return "?" if pd.isna(row["health_rules"]) else f"{row['health_rules']:.0f}"
