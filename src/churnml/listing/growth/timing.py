"""When to talk about growth: what has to come first, and what need not wait for the renewal."""

from functools import partial

import pandas as pd

from churnml.listing.growth.lines import sentences
from churnml.text.number_format import counted

AT_RISK = "at risk too: call about that first"
"""What every upsell to an account at risk begins with."""

FIRST, RENEWAL = "first", "renewal"


def timing(live: pd.DataFrame, tickets: pd.DataFrame, near_days: int) -> pd.DataFrame:
    """What each account should see settled before it is offered more (FIRST), and the day before which to talk (RENEWAL).

    FIRST is empty where nothing stands in the way; else risk goes before all, then an open ticket of weight, then
    onboarding. ``tickets`` are those of ``open_tickets``. A renewal farther than ``near_days`` is not waited for.
    """
    renewal = sentences(live[["is_rolling", "renewal", "lead_days"]], partial(_before, near_days=near_days))
    return pd.DataFrame({FIRST: _first(live, tickets), RENEWAL: renewal})


def after(when: pd.DataFrame, then: pd.Series) -> pd.Series:
    """What comes first where there is such a thing, else the given timing."""
    first = when.loc[then.index, FIRST]
    return then.where(first == "", first)


def _first(live: pd.DataFrame, tickets: pd.DataFrame) -> pd.Series:
    overdue = live.loc[live["milestones_overdue"] > 0, ["milestones_overdue"]]
    behind = sentences(
        overdue, lambda n: f"once onboarding is through: {counted(int(n), 'milestone')} overdue"
    )
    first = behind.reindex(live.index).fillna("")
    for column, words in (("is_urgent", "high-priority"), ("is_escalated", "escalated")):
        first[first.index.isin(tickets.index[tickets[column]])] = f"once the {words} ticket is closed"
    first[live["is_at_risk"].to_numpy(dtype=bool)] = AT_RISK
    return first


def _before(is_rolling: bool, renewal: pd.Timestamp, days: int, near_days: int) -> str:
    if is_rolling:
        return "now: there is no renewal to wait for"
    if days > near_days:
        return f"now, or at the renewal on {renewal:%Y-%m-%d}, {counted(int(days), 'day')} away"
    return f"before the renewal on {renewal:%Y-%m-%d}, {counted(int(days), 'day')} away"
