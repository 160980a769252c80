"""How long a band is held: one reading alone never flips it, and a fact flips it at once."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.listing.status import ELEVATED, HIGH, NORMAL

RUNGS = {NORMAL: 0, ELEVATED: 1, HIGH: 2}
"""The bands that a probability gives, from the lowest up; any other band rests on a fact."""


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
