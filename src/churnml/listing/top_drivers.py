"""What stands in the way across the book: accounts at risk by the concept of their first reason.

Every account at risk that can still be kept counts once, under its first reason, so that accounts, ARR and expected loss sum to
the list's. Read from the list alone: whoever holds it can count again.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from churnml.explain.select import FOR
from churnml.listing.status import to_keep
from churnml.text.number_format import counted, money

COLUMNS = ("concept", "what", "accounts", "arr_usd", "expected_loss_usd", "accounts_mentioning")
NO_REASON = "no reason told"
NUMBER = re.compile(r"(?<!last )-?\$?\d[\d,.]*")
"""A figure of the account; the length of a window ('the last 28 days') belongs to the fact itself."""
MOVE = re.compile(r"(?P<move> (?:fell|rose) from .+?) over (?:\d+ days|a year|\d+ years)(?:, .*)?$")
"""A fall or rise with how long it took and what was not heard meanwhile: these differ from account to account."""


def top_drivers(listed: pd.DataFrame) -> pd.DataFrame:
    """One row a concept, most dollars at stake first (without prices, most accounts); those without a told reason come last, as ''.

    ``what`` is the fact most often told of the concept, with its middle value among these accounts;
    ``accounts_mentioning`` counts those that give the concept as any reason. ``expected_loss_usd`` is NaN where no chance is
    shown.
    """
    ours = to_keep(listed)
    concept = ours[f"{FOR}_1_concept"].where(ours[f"{FOR}_1"] != "", "")
    groups = ours.groupby(concept.to_numpy())
    drivers = (
        pd.DataFrame(
            {
                "what": groups[f"{FOR}_1"].agg(lambda texts: middle(list(texts))),
                "accounts": groups.size(),
                "arr_usd": groups["arr_usd"].agg(_dollars),
                "expected_loss_usd": groups["expected_loss_usd"].agg(_dollars),
            }
        )
        .rename_axis("concept")
        .reset_index()
    )
    drivers["what"] = drivers["what"].where(drivers["concept"] != "", "")
    drivers["accounts_mentioning"] = [_mentioning(ours, name) for name in drivers["concept"]]
    order = drivers.assign(
        told=drivers["concept"] == "",
        at_stake=drivers["expected_loss_usd"].fillna(drivers["arr_usd"]).fillna(drivers["accounts"]),
    )
    order = order.sort_values(["told", "at_stake", "concept"], ascending=[True, False, True], kind="stable")
    return order[list(COLUMNS)].reset_index(drop=True)


def driver_line(row: pd.Series) -> str:
    """One roadblock's size as a line: '31 accounts, $1,204,000 ARR, $310,200 expected loss: open tickets'."""
    loss = "" if pd.isna(row["expected_loss_usd"]) else f", {money(row['expected_loss_usd'])} expected loss"
    arr = "" if pd.isna(row["arr_usd"]) else f", {money(row['arr_usd'])} ARR"
    return f"{counted(row['accounts'], 'account')}{arr}{loss}: {row['concept'] or NO_REASON}"


def middle(reasons: Sequence[str]) -> str:
    """The fact that most of these reasons tell, in the words of the account in the middle of those that tell it.

    >>> middle(["9 tickets open; typical: 1", "last used 3 days ago", "1 ticket open", "4 tickets open; typical: 1"])
    '4 tickets open (the middle of 3 accounts)'
    >>> middle(["users fell from 9 to 2 over a year, no ticket in 91 days", "users fell from 30 to 3 over 91 days; typical: 20"])
    'users fell from 9 to 2 (the middle of 2 accounts)'
    """
    facts = [MOVE.sub(r"\g<move>", reason.split(";")[0]) for reason in reasons]
    form = Counter(map(_form, facts)).most_common(1)[0][0]
    alike = sorted((fact for fact in facts if _form(fact) == form), key=_figures)
    fact = alike[(len(alike) - 1) // 2]
    return fact if len(set(alike)) == 1 else f"{fact} (the middle of {len(alike):,} accounts)"


def _form(fact: str) -> str:
    """The fact without its figures, and without the plural that hangs on them."""
    return re.sub(r"(# (?:[a-z]+ )?[a-z]+?)s\b", r"\1", NUMBER.sub("#", fact))


def _figures(fact: str) -> list[float]:
    figures = (re.sub(r"[^\d.-]", "", figure).rstrip(".") for figure in NUMBER.findall(fact))
    return [float(figure) for figure in figures]


def _mentioning(ours: pd.DataFrame, concept: str) -> int:
    """How many accounts give the concept as any of their reasons; of '', how many give none."""
    concepts = [name for name in ours.columns if re.fullmatch(rf"{FOR}_\d+_concept", name)]
    if not concept:
        return int((ours[f"{FOR}_1"] == "").sum())
    return int((ours[concepts] == concept).any(axis=1).sum())


def _dollars(values: pd.Series) -> float:
    """The sum to the cent, whatever the order; NaN where nothing is known."""
    known = values.dropna()
    return float(np.rint(known * 100).sum() / 100) if len(known) else np.nan
