"""When to talk about growth: what has to come first, and what need not wait for the renewal."""

import pandas as pd

from churnml.deliver.growth.cells import AT_RISK


def what_comes_first(live: pd.DataFrame, tickets: pd.DataFrame) -> pd.Series:
    """What each account should see settled before it is offered more; empty where nothing stands in the way.

    Risk goes before all, then an open ticket of weight, then onboarding. ``tickets`` are those of ``open_tickets``.
    """
    first = pd.Series("", index=live.index, dtype=object)
    overdue = live["milestones_overdue"].fillna(0)
    first[overdue > 0] = [
        f"once onboarding is through: {counted(int(n), 'milestone')} overdue" for n in overdue[overdue > 0]
    ]
    for column, words in (("is_urgent", "high-priority"), ("is_escalated", "escalated")):
        first[first.index.isin(tickets.index[tickets[column].astype(bool)])] = (
            f"once the {words} ticket is closed"
        )
    first[live["is_at_risk"].to_numpy(dtype=bool)] = AT_RISK
    return first


def at_the_renewal(live: pd.DataFrame) -> pd.Series:
    """The day before which to talk where nothing stands in the way; on rolling terms there is none to wait for."""
    said = [
        "now: rolling terms have no renewal to wait for"
        if is_rolling
        else f"before the renewal on {renewal:%Y-%m-%d}, {counted(int(days), 'day')} away"
        for is_rolling, renewal, days in zip(
            live["is_rolling"], live["renewal"], live["lead_days"], strict=True
        )
    ]
    return pd.Series(said, index=live.index, dtype=object)


def after(first: pd.Series, then: pd.Series) -> pd.Series:
    """What comes first where there is such a thing, else the given timing."""
    return then.where(first.reindex(then.index) == "", first.reindex(then.index))


def counted(number: int, what: str) -> str:
    """A number of things in words.

    >>> counted(1, "day"), counted(1204, "day")
    ('1 day', '1,204 days')
    """
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
