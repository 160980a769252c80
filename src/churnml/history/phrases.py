"""How a change reads: whole points that add up, and dollars with their sign."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from churnml.listing.columns import PARTS
from churnml.listing.lifetime import WITHIN
from churnml.text.number_format import share

TENTHS = 3
"""Decimals of a share that is shown in points with one decimal."""


def apportion(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers near the parts that sum to the total, which is less than 1 from their sum.

    Each is rounded down, and what is left goes to the largest remainders.

    >>> apportion([14.6, 4.7, -0.9], 18)
    [14, 5, -1]
    """
    rounded = [math.floor(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda position: (rounded[position] - parts[position], position))
    for position in order[: total - sum(rounded)]:
        rounded[position] += 1
    return rounded


def summing(listed: pd.DataFrame, decimals: int) -> pd.DataFrame:
    """The list with each change to so many decimals, and its parts such that they still sum to it as shown.

    >>> row = {"change": 0.0012, "change_data": 0.0004, "change_calendar": 0.0004, "change_model": 0.0004}
    >>> summing(pd.DataFrame([row]), 3).iloc[0].tolist()
    [0.001, 0.001, 0.0, 0.0]
    """
    names = [f"change_{part}" for part in PARTS]
    if not {"change", *names} <= set(listed):
        return listed
    scale = 10**decimals
    exact = scale * listed[names].to_numpy(dtype=float)
    total, floors = np.round(scale * listed["change"].to_numpy(dtype=float)), np.floor(exact)
    turn = (floors - exact).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    floors += turn < (total - floors.sum(axis=1))[:, None]
    parts = floors / scale + 0.0  # no part is told as -0
    return listed.assign(change=total / scale + 0.0, **dict(zip(names, parts.T, strict=True)))


def change_text(row: "pd.Series | Mapping[str, float]", horizon_days: int) -> str:
    """One account's change of the chance to leave within the horizon in whole points that add up: '41% from 23%: +15 data, +4 calendar, -1 model'.

    ``row`` has the columns of the list; nothing where the account was not judged on both days.
    """
    change, after = float(row["change"]), float(row[WITHIN[horizon_days]])
    if math.isnan(change) or math.isnan(after):
        return ""
    before = min(max(round(after - change, 9), 0.0), 1.0)
    total = round(100 * after) - round(100 * before)
    points = apportion([100 * float(row[f"change_{part}"]) for part in PARTS], total)
    parts = ", ".join(f"{point:+d} {part}" for part, point in zip(PARTS, points, strict=True) if point)
    return f"{_chance(after)} from {_chance(before)}" + (f": {parts}" if parts else "")


def _chance(value: float) -> str:
    return f"{value:.0%}" if value in (0.0, 1.0) else share(value)
