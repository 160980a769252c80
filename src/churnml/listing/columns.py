"""The one list: its columns, their order, format and meaning. Every export reads this table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from churnml.errors import PublishError
from churnml.explain.select import AGAINST, FOR
from churnml.learn.lifetime.survival_curve import Lifetime
from churnml.listing.horizon import GROWS_WITHIN, UNPAID
from churnml.listing.lifetime import LIFETIME, WORTH
from churnml.listing.load import read_published
from churnml.listing.metadata import ListMetadata
from churnml.listing.next_steps import STEPS
from churnml.listing.status import BANDS

Kind = Literal[
    "text", "count", "usd", "date", "probability", "multiple", "score", "flag", "weight", "change", "place"
]
Side = Literal["both", "churn", "expansion"]

DECIMALS: dict[Kind, int] = {"usd": 2, "probability": 4, "multiple": 2, "score": 1, "weight": 4, "place": 0}
PREFIX: dict[str, str] = {"churn": "", "expansion": "expansion_"}
FILE = "risk_list"
LAYOUT = "5"
"""Version of the columns; it moves when one is renamed, removed or changes meaning."""
HEALTH_COMPONENT = "health_part_"
DAYS = "{days}"
"""Stands in a note for the list's horizon in days (``score.horizon_days``)."""
SURE = "From how far the models of the bag part: how sure the chance is, not what will come."


@dataclass(frozen=True)
class Column:
    """One column of the list; ``side`` says which sheet shows it, ``is_shown`` false keeps it to Parquet and JSON.

    ``words`` are all that a text may say, where they are few; ``is_nullable`` lets a count be unknown.
    """

    name: str
    title: str
    kind: Kind
    note: str
    side: Side = "both"
    is_shown: bool = True
    words: tuple[str, ...] = ()
    is_nullable: bool = False


PARTS = ("data", "calendar", "model")
"""What a probability's change is made of, in the order told."""
CHANGE: tuple[Column, ...] = (
    Column("change", "Change", "change",
     "How the chance to leave within {days} days moved since the earlier list: a share (0.161), in workbook and page points (16.1); the next three sum to it. Empty: not judged on one of the days.", "churn"),
    Column("change_data", "Change: data", "change", "Of it, what the account did, or signed: with the same model on the same day before a renewal.", "churn"),
    Column("change_calendar", "Change: calendar", "change", "Of it, what passing days did: the same renewal came nearer.", "churn"),
    Column("change_model", "Change: model", "change", "Of it, what a refit did: the earlier facts, seen with today's model.", "churn"),
    Column("rank_before", "Rank before", "place", "Place on the earlier list; empty: not on it.", "churn"),
    Column("movement", "Moved", "text", "Whether it came on or off the list of those to call, or how many places it moved.", "churn"),
)  # fmt: skip
"""What changed; empty where there is no earlier day to compare with."""
CELLS: tuple[Column, ...] = (
    Column("growth_signal", "Signs of growth", "text", "What points to growth, as facts; empty where too little does.", "expansion"),
    Column("growth_timing", "When to talk", "text", "When to talk about growth, and what comes first.", "expansion"),
    Column("cross_sell", "Might also buy", "text", "A product it does not own and most similar accounts own, among those it lacks.", "expansion"),
    Column("advocacy", "Would speak for us", "text", "What to ask for (reference, review, referral) and what makes it likely.", "expansion"),
    Column("enablement", "Paid for, unused", "text", "Onboarding overdue, seats idle, and features that its like use and it does not.", "expansion"),
)  # fmt: skip
"""What the growth lists say of an account; empty where the book does not tell."""
COLUMNS: tuple[Column, ...] = (
    Column("rank", "Rank", "count", "Place on the risk side; 1 is the first to call. Behind all stand those that gave notice.", "churn"),
    Column("expansion_rank", "Rank", "count", "Place on the growth side.", "expansion"),
    Column("account_id", "Account", "text", "The account's id, as in the source."),
    Column("name", "Name", "text", "The account's name."),
    Column("crm_id", "CRM id", "text", "The account's record in the CRM.", is_shown=False),
    Column("csm", "CSM", "text", "Who looks after the account."),
    Column("segment", "Segment", "text", "The account's segment."),
    Column("arr_usd", "ARR", "usd", "Annual recurring revenue on the day, over all live terms."),
    Column("renewal", "Renewal", "date", "The next open renewal; of a rolling account, the horizon's end."),
    Column("lead_days", "Days left", "count", "Days from the day of the list to that renewal."),
    Column(
        "is_beyond_horizon", "Far ahead", "flag",
        "The renewal is farther ahead than any case of its kind of term, by length, that the model was judged on: its chances are less sure.",
    ),
    Column("is_rolling", "Rolling", "flag", "Looked at over a horizon and not to a renewal: on rolling terms, or as `revenue.question` asks of all.", is_shown=False),
    Column(
        "band", "Risk", "text",
        "notice given (a fact), else high, elevated or normal by the multiple of the base rate within {days} days; "
        "new: too little history to judge. It flips after two readings in a row, upon a notice at once.", "churn", words=(*BANDS, ""),
    ),
    Column("band_reading", "Risk today", "text", "The band by today's reading alone.", "churn", is_shown=False),
    Column(
        "churn_probability", "Leaves at its renewal", "probability",
        "Calibrated probability that no ARR is left after the next renewal, of a rolling account on the date it is looked at; "
        "1 where notice was given: lost unless won back. Nothing is ordered by it.", "churn",
    ),
    Column(
        "churn_base_multiple", "Times base rate", "multiple",
        "The chance to leave within {days} days over its mean in the book, that of the accounts that are judged.", "churn",
    ),
    Column("expected_loss_usd", "Expected loss", "usd", "Chance to leave within {days} days x ARR; all of it where notice was given and the term ends within them.", "churn"),
    Column("churn_probability_low", "Leaves at its renewal: low", "probability", SURE, "churn", is_shown=False),
    Column("churn_probability_high", "Leaves at its renewal: high", "probability", SURE, "churn", is_shown=False),
    Column("expected_loss_low_usd", "Expected loss: low", "usd", f"Low end of the chance within {{days}} days x ARR. {SURE}", "churn"),
    Column("expected_loss_high_usd", "Expected loss: high", "usd", f"High end of the chance within {{days}} days x ARR. {SURE}", "churn"),
    Column(
        "expected_gain_usd", "Gain of a call", "usd",
        "What calling is expected to bring within {days} days, less its cost and the incentive, at the costs and the save rate of evaluate.profit.", "churn",
    ),
    Column("thin_data", "Thin data", "text", "A flag, not a score: how little history the chance rests on."),
    Column(
        "is_silent_decline", "Silent decline", "flag",
        "Use fell and nobody spoke up: a reason says what was not heard.", "churn", is_shown=False,
    ),
    *CHANGE,
    *(Column(*column, "churn") for column in LIFETIME),
    Column(
        UNPAID, "Leaves unpaid", "probability",
        "Of the chance to leave within {days} days, the part by a charge that fails and is never paid: as often as past accounts with such a charge "
        "open, in the last year or neither. Empty where the book tells of no failed charge.", "churn",
    ),
    Column("health_rules", "Health (rules)", "score", "0 to 100 by the rules in params.yaml; 100 is best."),
    Column(
        "health_fitted", "Health (fitted)", "score",
        "0 to 100: the parts of the rules score, weighed by what past renewals showed; 100 is best.", "churn",
    ),
    Column(
        "is_within_capacity", "Call now", "flag",
        "Among the first that the team can call and that can still be kept.", "churn",
    ),
    Column("csm_rank", "CSM's rank", "count", "Place among the accounts of the same CSM.", "churn", is_shown=False),
    Column(
        "is_within_csm_capacity", "CSM calls now", "flag",
        "Among the first of their own that this CSM can call.", "churn", is_shown=False,
    ),
    Column(
        "is_at_risk", "At risk too", "flag",
        "Risk above normal (notice given, too), or among the first to call.", "expansion",
    ),
    *(Column(*column, "churn") for column in STEPS),
    Column(
        "expansion_probability", "Grows at its renewal", "probability",
        "Calibrated probability that ARR is higher after the next renewal. Nothing is ordered by it.", "expansion",
    ),
    Column(
        GROWS_WITHIN, "Chance to grow", "probability",
        "Chance to grow at a decision within {days} days: none where the next lies beyond, and of several each counts.", "expansion",
    ),
    Column(
        "expansion_base_multiple", "Times base rate", "multiple",
        "The chance to grow within {days} days over its mean in the book, that of the accounts that are judged.", "expansion",
    ),
    Column(
        "expansion_arr_usd", "ARR likely to grow", "usd",
        "Chance to grow within {days} days x ARR: how much ARR stands to grow, not by how much.", "expansion",
    ),
    *CELLS,
)  # fmt: skip


def schema(
    most_for: int, most_against: int, components: Sequence[str] = (), fitted: Mapping[str, float] | None = None, days: int = 365
) -> tuple[Column, ...]:  # fmt: skip
    """All columns in order, with that many reasons a side and a column for each part of the health scores.

    Notes name the list's horizon in ``days``; ``fitted`` says what a part weighs in the fitted score, of 100.
    """
    health = tuple(
        Column(
            HEALTH_COMPONENT + component,
            f"Health: {component}",
            "score",
            f"0 to 100: the part '{component}' of both health scores{_weighs(fitted, component)}.",
            is_shown=False,
        )
        for component in components
    )
    churn = _reasons("churn", most_for, most_against, "risk")
    columns = (*COLUMNS, *churn, *_reasons("expansion", most_for, most_against, "growth"), *health)
    return tuple(replace(column, note=column.note.replace(DAYS, str(days))) for column in columns)


def _weighs(fitted: Mapping[str, float] | None, component: str) -> str:
    return f"; it weighs {fitted.get(component, 0.0):.0f} of 100 in the fitted one" if fitted else ""


def _reasons(
    side: Literal["churn", "expansion"], most_for: int, most_against: int, what: str
) -> Iterator[Column]:
    for stem, most, title, way in (
        (FOR, most_for, "Reason", "to"),
        (AGAINST, most_against, "Against", "away from"),
    ):
        for rank in range(1, most + 1):
            name, heading = f"{PREFIX[side]}{stem}_{rank}", f"{title} {rank}"
            yield Column(name, heading, "text", f"A fact that points {way} {what}, strongest first.", side)
            yield Column(
                f"{name}_concept", f"{heading}: concept", "text", "What the fact is about.", side, is_shown=False,
            )  # fmt: skip
            yield Column(
                f"{name}_weight", f"{heading}: weight", "weight",
                "Its share of the account's whole distance from the base rate; empty where the account stands near it.",
                side, is_shown=False,
            )  # fmt: skip
            yield Column(
                f"{name}_confirmed", f"{heading}: confirmed", "score", "How many of the bag's models pull the same way.",
                side, is_shown=False,
            )  # fmt: skip


def state_terms(columns: Sequence[Column], lifetime: Lifetime | None) -> tuple[Column, ...]:
    """The columns, the lifetime value's note naming margin, discount rate and horizon."""
    if lifetime is None:
        return tuple(columns)
    terms = lifetime.settings
    note = (
        f"Margin of {terms.gross_margin:.0%} on the ARR kept over {terms.horizon_months} months, "
        f"discounted at {terms.discount_rate:.0%} a year, at today's ARR."
    )
    return tuple(replace(column, note=note) if column.name == WORTH else column for column in columns)


def conform(book: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The list with exactly these columns, typed and rounded once, so that every file says the same."""
    return pd.DataFrame({column.name: _typed(book[column.name], column.kind) for column in columns})


def _typed(values: pd.Series, kind: Kind) -> pd.Series:
    """A column's values in its kind's type; a change keeps every digit, so that its parts sum."""
    if kind == "text":
        return values.astype(object).where(values.notna(), "").astype(str)
    if kind == "date":
        return pd.to_datetime(values).astype("datetime64[ms]")
    if kind in ("count", "flag"):
        return values.astype("int64" if kind == "count" else "bool")
    exact = values.astype("float64")
    return exact.round(DECIMALS[kind]) if kind in DECIMALS else exact


def read_list(folder: Path) -> tuple[pd.DataFrame, ListMetadata]:
    """A published list and its header, from the folder of one day. Raises PublishError where there is none to read."""
    listed, metadata = read_published(folder / f"{FILE}.parquet", "list")
    if {column.name for column in COLUMNS} - set(listed):
        raise PublishError(f"the list in '{folder}' is of an older version; write it again (churnml score).")
    return listed, metadata


def reasons_of(row: pd.Series, side: Literal["churn", "expansion"], stem: str) -> list[str]:
    """The reasons one row of the list gives on one side, in order."""
    texts: list[str] = []
    while row.get(name := f"{PREFIX[side]}{stem}_{len(texts) + 1}"):
        texts.append(str(row[name]))
    return texts
