"""The growth side of one day: five lists of accounts, and what they say of each in the one list."""

from dataclasses import dataclass

import pandas as pd

from churnml.data.tables import Tables
from churnml.listing.growth import advocacy, cross_sell
from churnml.listing.growth.accounts import live_accounts
from churnml.listing.growth.enablement import enablement
from churnml.listing.growth.expansion import expansion
from churnml.listing.growth.growth_columns import CELLS
from churnml.listing.growth.growth_facts import Facts
from churnml.listing.growth.known_tables import Door
from churnml.listing.growth.lines import joined
from churnml.listing.growth.onboarding import onboarding
from churnml.listing.growth.signals import signs
from churnml.listing.growth.timing import timing
from churnml.params.score import Growth

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
    live = live_accounts(listed, rows)
    if settings is None:
        return GrowthSide(pd.DataFrame(columns=COLUMNS), _cells(live, {}))
    return from_facts(live, Facts.known(Door.before(tables, rows), settings), settings)


def from_facts(live: pd.DataFrame, facts: Facts, settings: Growth) -> GrowthSide:
    """The growth side that these facts make of the live accounts."""
    held, when = signs(live, facts.used, settings), timing(live, facts.tickets, settings.waited_for_days)
    found = {
        "expansion": expansion(live, held, when, settings),
        "cross-sell": cross_sell.cross_sell(live, facts.products, when, settings),
        "advocacy": advocacy.advocacy(live, held, facts.nps, facts.tickets, settings),
        "onboarding": onboarding(live, facts.milestones),
        "enablement": enablement(live, facts.used, facts.seat_arr, when, settings),
    }
    return GrowthSide(_numbered(live, found), _cells(live, found))


def _numbered(live: pd.DataFrame, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    who = live.reset_index()[[*WHO, "is_at_risk"]]
    numbered = [
        told.reset_index().assign(kind=kind, place=range(1, len(told) + 1)) for kind, told in found.items()
    ]
    lists = pd.concat(numbered, ignore_index=True).merge(
        who, on="account_id", how="left", validate="many_to_one"
    )
    return lists[list(COLUMNS)]


def _cells(live: pd.DataFrame, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """CELLS for every account of the list, empty where nothing is to say."""
    said: dict[str, pd.Series] = {}
    if found:
        first, second, third = (found[kind]["when"] for kind in UPSELLS)
        said = {
            "growth_signal": found["expansion"]["why"],
            "growth_timing": first.combine_first(second).combine_first(third),
            "cross_sell": cross_sell.in_one_line(found["cross-sell"]),
            "advocacy": advocacy.in_one_line(found["advocacy"]),
            "enablement": joined(
                ["onboarding: " + found["onboarding"]["what"], found["enablement"]["what"]], "; "
            ),
        }
    cells = pd.DataFrame(said, index=live.index, columns=[told[0] for told in CELLS], dtype=object)
    return cells.fillna("")
