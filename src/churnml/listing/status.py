"""What is known of an account and therefore not predicted (that it gave notice, or is too new to be judged), and how long its band is held."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.explain.select import DETAILS
from churnml.learn.arrays import FloatArray
from churnml.text.number_format import counted

NOTICE, NEW = "notice given", "new"
"""Bands that rest on a fact: an account that gave notice is already lost, a new one has too little history to be judged."""
HIGH, ELEVATED, NORMAL = "high", "elevated", "normal"
BANDS = (NOTICE, HIGH, ELEVATED, NORMAL, NEW)
"""Every word of the band; it is empty where there is no proven signal and nothing is known."""
RUNGS = {NORMAL: 0, ELEVATED: 1, HIGH: 2}
"""The bands that a probability gives, from the lowest up; any other band rests on a fact."""

HAS_NOTICE, TENURE = "has_notice", "tenure_days"
READ = frozenset({HAS_NOTICE, TENURE})
"""The features that tell it; they are read whether or not a health rule names them."""

NOTICE_FACT = "notice of cancellation given"


def account_status(rows: pd.DataFrame, min_history_days: int) -> pd.DataFrame:
    """What is known of each account: ``standing`` (NOTICE, NEW or empty) and ``fact``, the reason to give for it.

    An account is new until it has been a customer as long as those the models learned from; notice goes before.
    """
    unknown = pd.Series(np.nan, index=rows.index)
    has_notice = rows.get(HAS_NOTICE, unknown) == 1
    tenure = rows.get(TENURE, unknown)
    is_new = ~has_notice & (tenure < min_history_days)
    new_fact = [
        f"a customer for {counted(days, 'day')}: too little history to judge" for days in tenure.fillna(0)
    ]
    return pd.DataFrame(
        {
            "standing": np.select([has_notice, is_new], [NOTICE, NEW], default=""),
            "fact": np.select([has_notice, is_new], [NOTICE_FACT, new_fact], default=""),
        }
    )


def thin_data(rows: pd.DataFrame, status: pd.Series, min_history_days: int) -> list[str]:
    """A flag where a chance rests on little history: 'only 9 weeks of history'; empty elsewhere.

    >>> thin_data(pd.DataFrame({TENURE: [63.0, 900.0, 20.0]}), pd.Series(["", "", NEW]), 182)
    ['only 9 weeks of history', '', '']
    """
    tenure = rows.get(TENURE, pd.Series(np.nan, index=rows.index)).to_numpy(dtype=float)
    is_thin = (tenure < min_history_days) & (status != NEW).to_numpy()
    return [
        f"only {days // 7:.0f} weeks of history" if thin else ""
        for days, thin in zip(tenure, is_thin, strict=True)
    ]


def allowed(outcome: str, chance: FloatArray, known: pd.Series) -> FloatArray:
    """The chances of an outcome as far as what is known leaves any: notice given is lost, with none to grow; a new account is not judged."""
    certain = 1.0 if outcome == "churn" else np.nan
    return np.asarray(np.select([known == NOTICE, known == NEW], [certain, np.nan], default=chance))


def lead_with_facts(reasons: pd.DataFrame, known: pd.DataFrame, stem: str) -> pd.DataFrame:
    """The reasons with each account's known fact before the others; a new account's is its only one.

    ``stem`` is the side that the facts lead. A fact carries no weight.
    """
    reasons = reasons.copy()
    names = [column for column in reasons.columns if re.fullmatch(rf"{stem}_\d+", column)]
    reasons.loc[(known["standing"] == NEW).to_numpy(), :] = [
        np.nan if column.endswith(("_weight", "_confirmed")) else "" for column in reasons.columns
    ]
    for row, (words, concept) in enumerate(zip(known["fact"], known["standing"], strict=True)):
        if not words:
            continue
        fact = (words, concept, np.nan, np.nan)
        others = [tuple(reasons.loc[row, [p, *(f"{p}_{detail}" for detail in DETAILS)]]) for p in names]
        for name, reason in zip(names, [fact, *(r for r in others if r[0] != words)], strict=False):
            reasons.loc[row, [name, *(f"{name}_{detail}" for detail in DETAILS)]] = reason
    return reasons


def is_lost(listed: pd.DataFrame) -> "pd.Series[bool]":
    """Which accounts of a list are already lost: notice was given. They are listed apart and take no place among the calls."""
    return listed["band"] == NOTICE


def to_keep(listed: pd.DataFrame) -> pd.DataFrame:
    """The accounts at risk that can still be kept, in their order: what a CSM works on."""
    return listed[listed["is_at_risk"] & ~is_lost(listed)]


def lost(listed: pd.DataFrame) -> pd.DataFrame:
    """The accounts that are already lost, the largest first."""
    return listed[is_lost(listed)]


def settle(reading: pd.Series, before: pd.DataFrame) -> NDArray[np.object_]:
    """The band to show for each of today's readings, in their order.

    ``before`` has a line for each: the ``band`` shown last and the ``band_reading`` of that day. The band stays until two readings
    in a row lie on the same side of it, and then goes to the nearer of the two. Where today's reading or the band before rests
    on a fact, or there is none before, today's reading is shown.

    >>> before = pd.DataFrame({"band": ["normal", "normal", "high"], "band_reading": ["normal", "high", "high"]})
    >>> list(settle(pd.Series(["high", "elevated", "notice given"]), before))
    ['normal', 'elevated', 'notice given']
    """
    today = reading.map(RUNGS).to_numpy(dtype=float)
    shown, last = (before[name].map(RUNGS).to_numpy(dtype=float) for name in ("band", "band_reading"))
    is_up, is_down = (today > shown) & (last > shown), (today < shown) & (last < shown)
    rung = np.select([is_up, is_down], [np.fmin(today, last), np.fmax(today, last)], default=shown)
    is_held = ~np.isnan(today) & ~np.isnan(shown) & ~np.isnan(last)
    names = np.array(list(RUNGS), dtype=object)
    held = names[np.where(is_held, rung, 0).astype(int)]
    return np.asarray(np.where(is_held, held, reading.to_numpy(dtype=object)))


def held(band: str, reading: str) -> str:
    """What to say beside a band that is held against today's reading; nothing where the two agree.

    >>> held("elevated", "high"), held("high", "high"), held("", "")
    ('today: high', '', '')
    """
    return f"today: {reading}" if band in RUNGS and band != reading else ""
