"""On what the card rests: the book, its renewals, and what the words mean."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from churnml.data.tables import NO_PRICES
from churnml.evidence.card.blocks import Cell, Grid, Items, Pair, Picture, Section, Text
from churnml.evidence.card.source import Source
from churnml.params.snapshots import Revenue, Snapshots
from churnml.text.number_format import money

MEANING = {
    "churn": "the account's ARR is zero once the decision has shown",
    "contraction": "ARR once the decision has shown is below today's by more than the tolerance, and not zero",
    "flat": "ARR once the decision has shown is within the tolerance of today's",
    "expansion": "ARR once the decision has shown is above today's by more than the tolerance",
}
MEANING_UNPRICED = {
    "churn": "the account has no live term once the decision has shown",
    "flat": "the account has a live term once the decision has shown",
}
KNOWN_ENDS = ("churn", "contraction", "flat", "expansion")


def data(source: Source) -> Section:
    """The book in one picture and in figures."""
    return Section("Data", [Pair(_picture(source), _figures(source)), *_rows(source)])


def _asked(revenue: Revenue, snapshots: Snapshots) -> list[str]:
    """What is asked of an account, from when, and on which day it is answered."""
    within, history = (
        f"within {snapshots.rolling_horizon_days} days",
        f"{snapshots.min_history_days} days after the account began",
    )
    if revenue.question == "horizon":
        return [
            f"Question. What becomes of an account {within}, on any plan, every {snapshots.rolling_every_days} days from {history}.",
            "Shown. What is asked has shown on the horizon's last day.",
        ]
    return [
        f"Shown. A decision has shown {revenue.grace_days} days after the renewal, at the latest half-way to the next; a horizon on its last day.",
        f"Lead. Days from the as-of day to the renewal: each renewal is looked at {_listed(snapshots.lead_days)} days ahead, from {history}.",
        f"Rolling terms. Terms under {revenue.min_fixed_term_days} days have no renewal date; what is asked is what becomes of the account {within}.",
    ]


def definitions(source: Source) -> Section:
    """What every word on the card means, with the numbers in force."""
    revenue, snapshots = source.settings.revenue, source.settings.snapshots
    meaning = MEANING if source.tables.is_priced else MEANING_UNPRICED
    counts_as = meaning.get(source.outcome, "as defined in the code")
    items = [
        f"Outcome. {source.outcome.capitalize()}: {counts_as}. Churn, contraction, flat and expansion exclude each other and leave nothing out.",
        f"Grace. {revenue.grace_days} days: a gap this long between two terms does not break an account.",
        *(
            [f"Tolerance. ARR that moves by at most {revenue.tolerance:.0%} is flat."]
            if source.tables.is_priced
            else []
        ),
        "As-of day. The day on which an account is looked at; only what was known before that day is used.",
        *_asked(revenue, snapshots),
        "Ripe. A renewal whose grace period lies in the past, so that its outcome is known. Nothing else is learned from or judged.",
    ]
    if not source.tables.is_priced:
        items.append(f"Prices. The book has {NO_PRICES}.")
    return Section("Definitions", [Items(items)])


def _listed(days: "tuple[int, ...]") -> str:
    return ", ".join(str(day) for day in days[:-1]) + f" and {days[-1]}" if len(days) > 1 else str(days[0])


def _picture(source: Source) -> Picture:
    past = source.past
    first, last = past.arr.iloc[0], past.arr.iloc[-1]
    what, at_first, at_last = (
        ("ARR moves", money(first["arr_usd"]), money(last["arr_usd"]))
        if source.tables.is_priced
        else ("Accounts move", f"{first['accounts']:,}", f"{last['accounts']:,}")
    )
    return Picture(
        "book",
        source.timeline,
        f"Three panels over time. {what} from {at_first} in {first['month']:%B %Y} to {at_last} in "
        f"{last['month']:%B %Y}. Below, renewals by quarter and how they ended. At the bottom {len(past.spans)} folds, each learning "
        "from ever more of the past and predicting what followed.",
        "The book in one picture. In each fold the model learns from renewals whose outcome was known at the cutoff (pale), leaves out "
        "looks whose outcome was not yet known (grey) and predicts the looks that followed (dark).",
    )  # fmt: skip


def _figures(source: Source) -> Grid:
    past, outcomes = source.past, source.outcomes
    ends = past.renewals["end"].value_counts()
    ripe = int(sum(ends.get(end, 0) for end in KNOWN_ENDS))
    now = past.arr.iloc[-1]
    rows = [
        ("First month with revenue" if source.tables.is_priced else "First month with a live term", f"{past.arr.iloc[0]['month']:%Y-%m}", ""),
        ("Last day of data (exclusive)", f"{past.last_day}", ""),
        ("Accounts ever looked at", f"{outcomes['account_id'].nunique():,}", ""),
        ("Accounts paying at the end", f"{int(now['accounts']):,}", money(now["arr_usd"]) + " ARR" if source.tables.is_priced else NO_PRICES),
        ("Snapshots: looks at an account", f"{len(outcomes):,}", f"{int(outcomes['is_ripe'].sum()):,} ripe"),
        ("Renewals", f"{len(past.renewals):,}", f"{ripe:,} ripe"),
        *((f"… that ended in {end}", f"{ends[end]:,}", f"{ends[end] / ripe:.1%} of the ripe") for end in KNOWN_ENDS if end in ends),
    ]  # fmt: skip
    return Grid("The book in figures", ("", ""), [[Cell(name), Cell(value, of)] for name, value, of in rows])


def _rows(source: Source) -> list[Grid | Text]:
    check = source.tables.header.get("check")
    rows = check.get("rows", {}) if isinstance(check, Mapping) else {}
    counts = [
        (name, f"{counts['read']:,}", f"{counts['quarantined']:,}", _share(counts))
        for name, counts in rows.items()
        if isinstance(counts, Mapping) and {"read", "quarantined"} <= counts.keys()
    ]
    if not counts:
        return []
    heading = ("Table", "Rows read", "Quarantined", "Share")
    return [
        Grid(
            "Rows refused on entry (impossible, orphaned, doubled), by table",
            heading,
            [[Cell(text) for text in row] for row in counts],
        )
    ]


def _share(counts: Mapping[str, Any]) -> str:
    return f"{counts['quarantined'] / counts['read']:.1%}" if counts["read"] else "–"


def segments(predictions: pd.DataFrame) -> list[str]:
    """The segments among the predictions, in order; none where the book has no such column."""
    return (
        sorted(str(s) for s in predictions["segment"].dropna().unique()) if "segment" in predictions else []
    )
