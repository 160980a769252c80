"""Why one account stands where it stands, for ``churnml why ACCOUNT``."""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pandas as pd

from churnml.errors import ChurnmlError
from churnml.explain.select import AGAINST, FOR
from churnml.formats.terminal.changes import changed
from churnml.formats.terminal.growth import grow_with
from churnml.listing.columns import HEALTH_COMPONENT, PREFIX, read_list, reasons_of
from churnml.listing.horizon import GROWS_WITHIN
from churnml.listing.lifetime import staying
from churnml.listing.metadata import ListMetadata, words
from churnml.listing.phrases import chance_to_leave, step
from churnml.listing.status import NOTICE, held
from churnml.results.verdict import Verdict
from churnml.text.number_format import money, share, span
from churnml.text.width import plain, wrap

NEAR = 3
"""How many near ids an unknown one is answered with."""


def explain(folder: Path, account_id: str) -> str:
    """One account of a published list in full: money, chances with their facts, health scores, verdicts.

    Raises ChurnmlError with the nearest ids where the list has no such account.
    """
    listed, metadata = read_list(folder)
    rows = listed[listed["account_id"] == account_id]
    if rows.empty:
        raise ChurnmlError(_unknown(account_id, listed, metadata))
    row = rows.iloc[0]
    blocks = [
        _who(row, metadata),
        _leaving(row, metadata, len(listed)),
        *(
            [wrap(staying(row, metadata.horizon_months), "STAYING  ", "         ")]
            if pd.notna(row["months_left"])
            else []
        ),
        *([wrap(change, "CHANGED  ", "         ")] if (change := changed(row, metadata)) else []),
        _growing(row, metadata, len(listed)),
        *filter(None, [grow_with(row)]),
        _health(row),
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _unknown(account_id: str, listed: pd.DataFrame, metadata: ListMetadata) -> str:
    message = (
        f"no account '{account_id}' in the list of {metadata.as_of}: unknown, or no live contract that day"
    )
    named = dict(zip(listed["name"], listed["account_id"], strict=True))
    if account_id in named:
        return f"{message}. That is a name; its id is '{named[account_id]}'."
    near = difflib.get_close_matches(account_id, listed["account_id"].tolist(), n=NEAR)
    return f"{message}; did you mean {' or '.join(repr(i) for i in near)}?" if near else f"{message}."


def _who(row: pd.Series, metadata: ListMetadata) -> list[str]:
    name = f"{row['name']} ({row['account_id']})" if row["name"] else row["account_id"]
    about = ", ".join(
        plain(text) for text in (row["segment"], row["csm"] and f"looked after by {row['csm']}") if text
    )
    renewal = (
        f"looked at over the next {row['lead_days']} days"
        if row["is_rolling"]
        else f"renewal on {row['renewal']:%Y-%m-%d}, {row['lead_days']} days away"
    )
    caveats = (metadata.hindsight, f"Far ahead: {metadata.horizon}." if row["is_beyond_horizon"] else "")
    return [
        *wrap(f"{plain(name)}, book {metadata.book}, as of {metadata.as_of}"),
        *wrap(
            (f"{money(row['arr_usd'])} ARR, " if metadata.is_priced else "")
            + renewal
            + (f"; {about}" if about else "")
        ),
        *(line for caveat in caveats if caveat for line in wrap(caveat)),
    ]


def _leaving(row: pd.Series, metadata: ListMetadata, accounts: int) -> list[str]:
    text = f"Place {row['rank']:,} of {accounts:,}, by {metadata.churn_order}."
    if row["band"] == NOTICE:
        text = "Already lost, unless won back: it takes none of the calls."
    if pd.notna(row["churn_probability"]):
        loss = (
            f": {money(row['expected_loss_usd'])} expected loss{_between(row, 'expected_loss_{}_usd', money)}"
        )
        stake = loss if metadata.is_priced else ""
        chance = f"{chance_to_leave(row, metadata.horizon_days)} to leave within {metadata.horizon_days} days"
        risk = "; ".join(filter(None, [row["band"], held(row["band"], row["band_reading"])]))
        text = f"{chance}, {_multiple(row, 'churn')} ({risk}){stake}. {_at_renewal(row)}. {text}"
    elif row["band"]:
        text = f"{row['band'].capitalize()}. {text}"
    if row["thin_data"]:
        text += f" Thin data: {row['thin_data']}."
    advice = wrap(step(row), "  > ", "    ") if row["next_step"] else []
    return _side("LEAVING  ", text, [*_facts(row, "churn", metadata), *advice], metadata.churn)


def _growing(row: pd.Series, metadata: ListMetadata, accounts: int) -> list[str]:
    text = f"Place {row['expansion_rank']:,} of {accounts:,}, by {metadata.expansion_order}."
    if pd.notna(row["expansion_probability"]):
        chance = f"{share(row[GROWS_WITHIN])} to grow within {metadata.horizon_days} days"
        text = f"{chance}, {_multiple(row, 'expansion')}. {share(row['expansion_probability'])} {_when(row)}. {text}"
    return _side("GROWING  ", text, _facts(row, "expansion", metadata), metadata.expansion)


def _at_renewal(row: pd.Series) -> str:
    """The chance at the next renewal with its interval: what the reasons are about."""
    chance = "100%" if row["band"] == NOTICE else share(row["churn_probability"])
    return f"{chance} {_when(row)}{_between(row, 'churn_probability_{}', share)}"


def _when(row: pd.Series) -> str:
    """By which day a chance counts that is not of the horizon."""
    return f"within {row['lead_days']} days" if row["is_rolling"] else "at its renewal"


def _between(row: pd.Series, column: str, write: Callable[[float], str]) -> str:
    """The two ends of an interval in brackets; nothing where there is none."""
    low, high = (row[column.format(end)] for end in ("low", "high"))
    ends = span(low, high, write)
    return f" ({ends})" if ends else ""


def _multiple(row: pd.Series, outcome: str) -> str:
    return f"{row[f'{outcome}_base_multiple']:.1f} times the base rate"


def _side(title: str, text: str, facts: list[str], verdict: Verdict) -> list[str]:
    return [*wrap(text, title, " " * len(title)), *facts, *wrap(words(verdict), "  Verdict: ", "  ")]


def _facts(row: pd.Series, side: Literal["churn", "expansion"], metadata: ListMetadata) -> list[str]:
    lines: list[str] = []
    for sign, stem in (("+", FOR), ("-", AGAINST)):
        for rank, fact in enumerate(reasons_of(row, side, stem), start=1):
            name = f"{PREFIX[side]}{stem}_{rank}"
            lines += wrap(plain(fact) + _weighed(row, name, metadata.members.get(side)), f"  {sign} ", "    ")
    return lines or ["  No fact stands out on this side."]


def _weighed(row: pd.Series, reason: str, members: int | None) -> str:
    """A reason's share of the distance from the base rate, and how many models say so; what is known for sure carries neither."""
    weight, confirmed = row[f"{reason}_weight"], row.get(f"{reason}_confirmed", float("nan"))
    marks = [] if pd.isna(weight) else [f"{weight:.0%}"]
    if members and pd.notna(confirmed):
        marks.append(f"{confirmed:.0f} of {members} models")
    return f" [{', '.join(marks)}]" if marks else ""


def _health(row: pd.Series) -> list[str]:
    components = [
        f"{c.removeprefix(HEALTH_COMPONENT)} {row[c]:.0f}"
        for c in row.index
        if c.startswith(HEALTH_COMPONENT) and pd.notna(row[c])
    ]
    scores = [
        f"{row[f'health_{name}']:.0f} of 100 {words}"
        for name, words in (("rules", "by the rules"), ("fitted", "as past renewals weigh it"))
        if pd.notna(row[f"health_{name}"])
    ]
    text = ", ".join(scores) if scores else "no rule applies"
    if scores and components:
        text += f"; from {', '.join(components)}"
    legend = (
        "[%] is a share of the account's distance from the base rate: what points the other way counts against it. "
        "These are associations found in history, not causes."
    )
    return [*wrap(text, "HEALTH   ", "         "), *wrap(legend)]
