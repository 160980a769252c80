"""What an account pays for, and how a renewal changes it."""

from dataclasses import dataclass

import numpy as np

from churnml.data.sample.world import constants, renewal_decisions
from churnml.data.sample.world.rng import Flags, Floats, Ints


@dataclass
class Agreement:
    """Seats, price a seat and number of add-on products, one entry an account."""

    seats: Ints
    price: Floats
    extras: Ints

    def of(self, who: Ints) -> "Agreement":
        """The agreement of some of the accounts, as a copy."""
        return Agreement(self.seats[who], self.price[who], self.extras[who])


def renewed(
    rng: np.random.Generator, old: Agreement, outcome: Ints, is_price_rise: Flags, is_rolling: Flags
) -> Agreement:
    """The agreement after each renewal's outcome.

    An announced price rise sticks only where the account grows; those who renew flat bargain it away,
    so that 'flat' means the same money within the outcome's tolerance. Rolling prices stand still when
    flat: monthly indexation would add up to an expansion that nobody decided.
    """
    shape = old.seats.shape
    grows, shrinks = outcome == renewal_decisions.EXPANSION, outcome == renewal_decisions.CONTRACTION
    by_product = (
        grows & (rng.random(shape) < constants.BUYS_PRODUCT) & (old.extras < len(constants.PRODUCTS) - 1)
    )
    more = np.maximum(1, np.rint(old.seats * rng.uniform(*constants.GROWS_BY, size=shape))).astype(np.int64)
    seats = old.seats + np.where(grows & ~by_product, more, 0)

    drops = shrinks & (rng.random(shape) < constants.DROPS_PRODUCT) & (old.extras > 0)
    fewer = np.floor(old.seats * (1 - rng.uniform(*constants.SHRINKS_BY, size=shape))).astype(np.int64)
    seats = np.where(shrinks & ~drops, np.maximum(1, fewer), seats)
    discounted = shrinks & ~drops & (seats == old.seats)

    price = np.where(discounted, old.price * (1 - constants.DISCOUNT), old.price)
    price = np.where(grows & is_price_rise, price * (1 + constants.PRICE_RISE_BY), price)
    flat = (outcome == renewal_decisions.FLAT) & ~is_rolling
    price = np.where(flat, price * (1 + rng.uniform(0, constants.INDEXATION, size=shape)), price)
    return Agreement(seats, np.asarray(np.round(price, 2), dtype=np.float64), old.extras + by_product - drops)
