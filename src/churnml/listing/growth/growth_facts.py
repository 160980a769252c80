"""All that the growth side asks of the tables, read once."""

from dataclasses import dataclass

import pandas as pd

from churnml.listing.growth.feature_use import used_features
from churnml.listing.growth.known_tables import KnownTables
from churnml.listing.growth.nps import latest_nps
from churnml.listing.growth.overdue import open_tickets, overdue_milestones
from churnml.listing.growth.products import held_products, seat_arr
from churnml.params.score import Growth


@dataclass(frozen=True)
class Facts:
    """What is known of the live accounts on the day; a table that the book does not give leaves its part empty."""

    used: pd.DataFrame
    products: pd.DataFrame
    seat_arr: pd.Series
    nps: pd.DataFrame
    tickets: pd.DataFrame
    milestones: pd.DataFrame

    @classmethod
    def known(cls, tables: KnownTables, settings: Growth) -> "Facts":
        """The facts as the door lets them through."""
        return cls(
            used_features(tables), held_products(tables), seat_arr(tables),
            latest_nps(tables, settings.max_nps_age_days), open_tickets(tables), overdue_milestones(tables),
        )  # fmt: skip
