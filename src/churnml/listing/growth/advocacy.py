"""Who would speak for us: references, reviews and referrals, gated on health and on nothing being wrong."""

from itertools import compress

import pandas as pd

from churnml.data.kpis.survey_scores import DETRACTS, PROMOTES
from churnml.listing.growth.accounts import is_healthy, open_to_offers
from churnml.listing.growth.lines import joined, lines, sentences
from churnml.listing.growth.signals import RISING
from churnml.params.score import Growth

YEAR_DAYS = 365.25
ASKS = ("reference", "review", "referral")


def advocacy(
    live: pd.DataFrame, signs: pd.DataFrame, nps: pd.DataFrame, tickets: pd.DataFrame, settings: Growth
) -> pd.DataFrame:
    """Lines of the accounts that may be asked, those with most to ask for first, then by health and ARR.

    A reference has been a customer for long and is a promoter or in high health; a reviewer is a promoter or rates
    support well; a promoter whose people or use are rising may refer others. Nobody is asked who is at risk, in
    less than good health, gave notice, has an overdue invoice, milestone or escalated ticket, or answered as a detractor.
    """
    calm = _untroubled(live, nps, tickets, settings)
    score = nps["nps"].reindex(calm.index)
    is_promoter = score >= PROMOTES
    is_long = calm["tenure_days"] >= settings.min_reference_years * YEAR_DAYS
    is_satisfied = calm["csat_mean_182d"].between(settings.min_csat, settings.max_csat) & (
        score.isna() | is_promoter
    )
    is_rising = signs.loc[calm.index, RISING] != ""
    asks = pd.DataFrame({
        "reference": is_long & (is_promoter | is_healthy(calm, settings.min_reference_health)),
        "review": is_promoter | is_satisfied,
        "referral": is_promoter & is_rising,
    })  # fmt: skip
    asked = calm[asks.any(axis=1)].assign(_asks=-asks.sum(axis=1))
    asked = asked.sort_values(
        ["_asks", "health_rules", "arr_usd"], ascending=[True, False, False], kind="stable"
    )
    what = sentences(asks.loc[asked.index], lambda *asks: ", ".join(compress(ASKS, asks)))
    why = _why(asked, nps, signs.loc[asked.index, RISING], is_satisfied)
    answered = nps.loc[nps.index.isin(asked.index[is_promoter[asked.index]]), ["answered_on"]]
    when = sentences(answered, "now: a promoter since the answer of {:%Y-%m-%d}".format)
    when = when.reindex(asked.index).fillna("any time: nothing is open")
    return lines(live, what, why, when)


def _untroubled(
    live: pd.DataFrame, nps: pd.DataFrame, tickets: pd.DataFrame, settings: Growth
) -> pd.DataFrame:
    """The accounts in good health with nothing open that would make the question awkward."""
    calm = open_to_offers(live)
    escalated = tickets.index[tickets["is_escalated"]]
    detractors = nps.index[nps["nps"] <= DETRACTS]
    is_calm = is_healthy(calm, settings.min_advocate_health) & ~calm["is_at_risk"].astype(bool)
    for overdue in ("invoices_overdue", "milestones_overdue"):
        is_calm &= calm[overdue].fillna(0) == 0
    return calm[is_calm & ~calm.index.isin([*escalated, *detractors])]


def _why(asked: pd.DataFrame, nps: pd.DataFrame, rising: pd.Series, is_satisfied: pd.Series) -> pd.Series:
    answers = sentences(nps[["nps", "answered_on"]], "latest NPS {:.0f} of 10 on {:%Y-%m-%d}".format)
    support = sentences(
        asked.loc[is_satisfied[asked.index], ["csat_mean_182d"]],
        "support rated {:.1f} over half a year".format,
    )
    years = asked[["tenure_days"]].dropna() / YEAR_DAYS
    tenure = sentences(years, "customer for {:.1f} years".format)
    health = sentences(asked[["health_rules"]], "health {:.0f}".format)
    return joined([column.reindex(asked.index) for column in (answers, support, tenure, rising, health)])
