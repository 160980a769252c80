"""What a team advises to do about an account at risk: chosen by its first reason's concept, from ``plays.yaml``."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd

from churnml.explain.vs_history import MOVE
from churnml.features.catalog import CATALOG
from churnml.listing.status import NEW, NOTICE
from churnml.params.load import read_typed
from churnml.params.plays import Plays

SILENCE = "silence"
"""The play for a fall in use that nobody explains, where the team has written one: it goes before that of a move in use."""
ADVICE = "Advice: "
"""Leads every next step, in every file: it is a team's rule of thumb, and nothing that was measured."""

STEPS: tuple[tuple[str, str, Literal["text", "date"], str], ...] = (
    ("next_step", "Next step", "text",
     "What your team's plays.yaml advises for the first reason; advice, no promise that it helps. Empty unless at risk."),
    ("next_step_owner", "Who", "text", "Who does it, by the same file."),
    ("next_step_by", "By", "date", "Until when, by the same file, and no later than the renewal."),
)  # fmt: skip
"""Name, title, kind and note of each column."""


def read_plays(path: Path, components: Iterable[str]) -> Plays:
    """The team's plays; SettingsError naming every fault at once, with the nearest known concept.

    ``components`` are those of the health score: they give the reasons where no model is proven.
    """
    return read_typed(path, Plays, {"churn": sorted({*concepts(), *components, NOTICE, NEW, SILENCE})})


def concepts() -> set[str]:
    """What may be a reason of a model's: the concepts with a column that claims a direction for churn."""
    return {feature.concept for feature in CATALOG if feature.is_input and feature.churn}


def next_steps(ranked: pd.DataFrame, plays: Plays | None, as_of: date) -> pd.DataFrame:
    """The columns of STEPS for a ranked book, by its index: filled for accounts at risk or among the calls."""
    names = [column[0] for column in STEPS]
    steps = pd.DataFrame({"next_step": "", "next_step_owner": "", "next_step_by": pd.NaT}, index=ranked.index)
    steps["next_step_by"] = pd.to_datetime(steps["next_step_by"])
    wanted = ranked["is_at_risk"] | ranked["is_within_capacity"]
    if plays is None or not wanted.any():
        return steps
    chosen = [plays.of(concept) for concept in _topics(ranked[wanted], plays)]
    days = [pd.Timedelta(days=play.within_days) for play in chosen]
    latest = pd.to_datetime(ranked.loc[wanted, "renewal"])
    due = pd.Series(pd.Timestamp(as_of), index=latest.index) + pd.Series(days, index=latest.index)
    steps.loc[wanted, names[0]] = [ADVICE + play.advice for play in chosen]
    steps.loc[wanted, names[1]] = [play.owner for play in chosen]
    steps.loc[wanted, names[2]] = due.where(~(due > latest), latest)
    return steps


def _topics(ranked: pd.DataFrame, plays: Plays) -> "pd.Series[str]":
    """What each account's play is about: its first reason's concept, or SILENCE where that reason is a silent fall."""
    concept = ranked["reason_1_concept"].fillna("")
    is_silent = ranked["is_silent_decline"] & (concept == MOVE) & (SILENCE in plays.churn)
    return concept.mask(is_silent, SILENCE)
