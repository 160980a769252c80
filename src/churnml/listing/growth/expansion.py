"""Who may be ready to buy more of what it has, why, and when to talk."""

import pandas as pd

from churnml.listing.growth.accounts import open_to_offers
from churnml.listing.growth.lines import joined, lines
from churnml.listing.growth.signals import BREADTH, HEALTHY, SEATS, SIGNS
from churnml.listing.growth.timing import RENEWAL, after
from churnml.params.score import Growth


def expansion(live: pd.DataFrame, signs: pd.DataFrame, when: pd.DataFrame, settings: Growth) -> pd.DataFrame:
    """Lines of the accounts with enough signs of growth, in the order of growth, those at risk last.

    Health alone is no sign that more is wanted, so another must stand beside it.
    """
    open_ones = open_to_offers(live)
    has_sign = signs.loc[open_ones.index] != ""
    is_ready = has_sign.drop(columns=HEALTHY).any(axis=1) & (has_sign.sum(axis=1) >= settings.min_signs)
    ready = open_ones[is_ready]
    held = signs.loc[ready.index]
    return lines(
        live,
        _what(held),
        joined([held[sign] for sign in SIGNS]),
        after(when, _when(ready, held, when, settings)),
    )


def _what(held: pd.DataFrame) -> pd.Series:
    seats = held[SEATS].where(held[SEATS] == "", "more seats")
    plan = held[BREADTH].where(held[BREADTH] == "", "a broader plan")
    offer = joined([seats, plan], by=" or ")
    return offer.where(offer != "", "a larger contract")


def _when(ready: pd.DataFrame, held: pd.DataFrame, when: pd.DataFrame, settings: Growth) -> pd.Series:
    """In mid-term, seats near their limit need not wait: an add-on needs no renewal."""
    is_mid_term = ready["lead_days"] > settings.near_renewal_days
    then: pd.Series = when.loc[ready.index, RENEWAL]
    return then.mask(
        is_mid_term & (held[SEATS] != "") & ~ready["is_rolling"], "now: an add-on for seats needs no renewal"
    )
