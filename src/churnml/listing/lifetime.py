"""How long each account on the list will stay, and what that is worth: columns beside the chance to leave."""

from typing import Literal

import numpy as np
import pandas as pd

from churnml.learn.lifetime.lifetime_value import value
from churnml.learn.lifetime.survival_curve import HORIZONS, Lifetime
from churnml.listing.status import NOTICE
from churnml.text.number_format import money, share

ColumnSpec = tuple[str, str, Literal["probability", "score", "usd"], str]

WITHIN = {days: f"churn_probability_{days}d" for days in HORIZONS}
WORTH = "lifetime_value_usd"
LIFETIME: tuple[ColumnSpec, ...] = (
    *(
        (name, f"Leaves in {days} days", "probability",
         f"Chance to be gone within {days} days: small before the renewal, the chance to leave on it, and beyond as the survival model goes on.")
        for days, name in WITHIN.items()
    ),
    ("months_left", "Months left", "score",
     "Half of such accounts leave sooner, half later; the horizon in full says that or longer."),
    ("months_left_low", "Months left: low", "score", "Nine in ten such accounts stay longer; with the next, the middle 80 %."),
    ("months_left_high", "Months left: high", "score", "One in ten stays longer; the horizon in full says that or longer."),
    ("arr_kept_12m_usd", "ARR kept, 1 year", "usd", "ARR x the mean chance to be there over the next 12 months, at today's ARR."),
    ("arr_kept_24m_usd", "ARR kept, 2 years", "usd", "The same summed over the next two years: at most twice the ARR."),
    (WORTH, "Lifetime value", "usd", "Discounted margin on the ARR kept up to the horizon."),
)  # fmt: skip
"""Name, title, kind and note of each column; all are empty where churn has no proven signal, and for new accounts."""


def lifetimes(lifetime: Lifetime | None, rows: pd.DataFrame, book: pd.DataFrame) -> pd.DataFrame:
    """The columns of LIFETIME for a book with lead_days, arr_usd and churn_probability; NaN without a survival model.

    ``rows`` are the feature rows of the book, in its order. Every column rests on the churn probability of the
    same line, so none contradicts it.
    """
    if lifetime is None:
        return pd.DataFrame(np.nan, index=book.index, columns=[column[0] for column in LIFETIME])
    curve = lifetime.curve(book, rows, book["churn_probability"].to_numpy(dtype=float))
    has_left = 1.0 - curve.survival(np.array(HORIZONS, dtype=float))
    worth = value(curve, book["arr_usd"].to_numpy(dtype=float), lifetime.settings).set_axis(book.index)
    return worth.assign(**{name: has_left[:, position] for position, name in enumerate(WITHIN.values())})


def staying(row: pd.Series, horizon_months: int | None = None) -> str:
    """One account of a list in a sentence or two: when it may leave, how long it may stay, what it is worth.

    ``horizon_months`` is how far ahead the list counts: an account that stays so long may stay longer.
    """
    is_certain = row["band"] == NOTICE
    chances = " / ".join(_share(float(row[name]), is_certain) for name in WITHIN.values())
    low, middle, high = (
        f"{row[name]:.0f}" + (" or more" if row[name] == horizon_months else "")
        for name in ("months_left_low", "months_left", "months_left_high")
    )
    stay = (
        f"{chances} to leave within {' / '.join(map(str, HORIZONS))} days; {middle} months left in the middle case "
        f"(in 80 of 100: {low} to {high})."
    )
    if np.isnan(row[WORTH]):
        return stay
    kept = f"{money(row['arr_kept_12m_usd'])} over a year, {money(row['arr_kept_24m_usd'])} over two"
    return f"{stay} ARR kept, summed: {kept}. Lifetime value {money(row[WORTH])}, discounted margin."


def _share(value: float, is_certain: bool) -> str:
    """A chance in whole percent; a notice that was given is no prediction and alone reads 100% or 0%."""
    return f"{value:.0%}" if is_certain else share(value)
