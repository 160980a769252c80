"""The growth side of one day: five lists of accounts, and what they say of each in the one list."""

from dataclasses import dataclass

import pandas as pd

from churnml.data.tables import Tables
from churnml.deliver.growth import advocacy, cross_sell
from churnml.deliver.growth.account import live_accounts
from churnml.deliver.growth.answered import latest_nps
from churnml.deliver.growth.cells import CELLS
from churnml.deliver.growth.door import Door
from churnml.deliver.growth.enablement import enablement
from churnml.deliver.growth.expansion import expansion
from churnml.deliver.growth.held import held_products, seat_arr
from churnml.deliver.growth.lines import joined
from churnml.deliver.growth.onboarding import onboarding
from churnml.deliver.growth.overdue import open_tickets, overdue_milestones
from churnml.deliver.growth.signals import signs
from churnml.deliver.growth.timing import what_comes_first
from churnml.deliver.growth.used import used_features
from churnml.params import Growth

KINDS = ("expansion", "cross-sell", "advocacy", "onboarding", "enablement")
UPSELLS = KINDS[:3]
"""What asks something of an account; one at risk is asked nothing without a word about it."""
WHO = ("account_id", "name", "csm", "segment", "arr_usd")
COLUMNS = ("kind", "place", *WHO, "what", "why", "when", "is_at_risk")


@dataclass(frozen=True)
class GrowthSide:
    """The lists under each other (``lists``, COLUMNS) and the columns CELLS by account id (``cells``)."""

    lists: pd.DataFrame
    cells: pd.DataFrame


def growth_side(
    tables: Tables, listed: pd.DataFrame, rows: pd.DataFrame, settings: Growth | None
) -> GrowthSide:
    """Who may buy more, what else, who would speak for us, and who leaves idle what is paid for.

    ``listed`` are the ranked live accounts and ``rows`` their features. Each list has its own order; upsells rank
    accounts at risk last and say so. What the book does not give drops out; without ``settings`` all of it does.
    """
    if settings is None:
        return GrowthSide(pd.DataFrame(columns=COLUMNS), _cells(listed, {}))
    live = live_accounts(listed, rows)
    door = Door.before(tables, rows)
    used, tickets = used_features(door), open_tickets(door)
    nps = latest_nps(door, settings.nps_within_days)
    held, first = signs(live, used, settings), what_comes_first(live, tickets)
    found = {
        "expansion": expansion(live, held, first, settings),
        "cross-sell": cross_sell.cross_sell(live, held_products(door), first, settings),
        "advocacy": advocacy.advocacy(live, held, nps, tickets, settings),
        "onboarding": onboarding(live, overdue_milestones(door)),
        "enablement": enablement(live, used, seat_arr(door), settings),
    }
    return GrowthSide(_lists(live, found), _cells(listed, found))


def _lists(live: pd.DataFrame, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    who = live.reset_index()[[*WHO, "is_at_risk"]]
    numbered = [
        told.reset_index().assign(kind=kind, place=range(1, len(told) + 1)) for kind, told in found.items()
    ]
    lists = pd.concat(numbered, ignore_index=True).merge(
        who, on="account_id", how="left", validate="many_to_one"
    )
    return lists[list(COLUMNS)]


def _cells(listed: pd.DataFrame, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """CELLS for every account of the list, empty where nothing is to say."""
    accounts = pd.Index(listed["account_id"])
    if not found:
        return pd.DataFrame("", index=accounts, columns=[told[0] for told in CELLS], dtype=object)
    upsells = [found[kind]["when"] for kind in UPSELLS]
    behind = "overdue: " + found["onboarding"]["what"].str.replace(" overdue", "", regex=False)
    cells = {
        "growth_signal": found["expansion"]["why"],
        "growth_timing": upsells[0].combine_first(upsells[1]).combine_first(upsells[2]),
        "cross_sell": cross_sell.in_one_line(found["cross-sell"]),
        "advocacy": advocacy.in_one_line(found["advocacy"]),
        "enablement": joined([behind, found["enablement"]["what"]], "; "),
    }
    return pd.DataFrame(
        {name: said.reindex(accounts).fillna("") for name, said in cells.items()}, index=accounts
    )
