"""The growth side of one day: five lists of accounts, and what they say of each in the one list."""

from dataclasses import dataclass

import pandas as pd

from churnml.data.tables import Tables
from churnml.listing.columns import CELLS
from churnml.listing.growth.accounts import live_accounts, open_to_offers
from churnml.listing.growth.advocacy import advocacy
from churnml.listing.growth.cross_sell import cross_sell
from churnml.listing.growth.enablement import NOW, enablement
from churnml.listing.growth.growth_facts import Facts, KnownTables
from churnml.listing.growth.lines import joined, lines, sentences
from churnml.listing.growth.signals import BREADTH, HEALTHY, SEATS, SIGNS, signs
from churnml.listing.growth.timing import RENEWAL, after, timing
from churnml.params.score import Growth
from churnml.text.number_format import counted

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
    return from_facts(live, Facts.known(KnownTables.before(tables, rows), settings), settings)


def from_facts(live: pd.DataFrame, facts: Facts, settings: Growth) -> GrowthSide:
    """The growth side that these facts make of the live accounts."""
    held, when = signs(live, facts.used, settings), timing(live, facts.tickets, settings.max_wait_days)
    by_kind = {
        "expansion": expansion(live, held, when, settings),
        "cross-sell": cross_sell(live, facts.products, when, settings),
        "advocacy": advocacy(live, held, facts.nps, facts.tickets, settings),
        "onboarding": onboarding(live, facts.milestones),
        "enablement": enablement(live, facts.used, facts.seat_arr, when, settings),
    }
    return GrowthSide(_numbered(live, by_kind), _cells(live, by_kind))


def _numbered(live: pd.DataFrame, by_kind: dict[str, pd.DataFrame]) -> pd.DataFrame:
    who = live.reset_index()[[*WHO, "is_at_risk"]]
    numbered = [
        kind_lines.reset_index().assign(kind=kind, place=range(1, len(kind_lines) + 1))
        for kind, kind_lines in by_kind.items()
    ]
    lists = pd.concat(numbered, ignore_index=True).merge(
        who, on="account_id", how="left", validate="many_to_one"
    )
    return lists[list(COLUMNS)]


def _cells(live: pd.DataFrame, by_kind: dict[str, pd.DataFrame]) -> pd.DataFrame:
    texts: dict[str, pd.Series] = {}
    if by_kind:
        first, second, third = (by_kind[kind]["when"] for kind in UPSELLS)
        texts = {
            "growth_signal": by_kind["expansion"]["why"],
            "growth_timing": first.combine_first(second).combine_first(third),
            "cross_sell": _in_one_line(by_kind["cross-sell"]),
            "advocacy": _in_one_line(by_kind["advocacy"]),
            "enablement": joined(
                ["onboarding: " + by_kind["onboarding"]["what"], by_kind["enablement"]["what"]], "; "
            ),
        }
    cells = pd.DataFrame(texts, index=live.index, columns=[column.name for column in CELLS], dtype=object)
    return cells.fillna("")


def _in_one_line(kind_lines: pd.DataFrame) -> pd.Series:
    """What and why: 'reference, review: latest NPS 10 of 10 on 2024-11-03, health 91'."""
    return kind_lines["what"] + ": " + kind_lines["why"]


def onboarding(live: pd.DataFrame, overdue: pd.DataFrame) -> pd.DataFrame:
    """Lines of the accounts with overdue milestones, by what is held up: ARR, largest first. Underscores in a name read as blanks."""
    overdue = overdue[overdue["account_id"].isin(live.index)]
    named = sentences(
        overdue[["milestone", "days"]],
        lambda name, days: f"{name.replace('_', ' ')} {counted(days, 'day')} overdue",
    )
    what = pd.Series(
        {account: ", ".join(names) for account, names in named.groupby(overdue["account_id"])}, dtype=object
    )
    behind = live.loc[what.index].sort_values(
        ["arr_usd", "expansion_rank"], ascending=[False, True], kind="stable"
    )
    why = sentences(
        behind[["tenure_days"]].dropna(), lambda days: f"customer for {counted(int(days), 'day')}"
    )
    why = why.reindex(behind.index).fillna("")
    when = pd.Series("now", index=behind.index, dtype=object).mask(behind["is_at_risk"].astype(bool), NOW)
    return lines(live, what.reindex(behind.index), why, when)


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
