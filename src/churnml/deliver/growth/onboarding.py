"""Whose onboarding is behind: which milestones are overdue, and by how long."""

import pandas as pd

from churnml.deliver.growth.lines import lines
from churnml.deliver.growth.timing import counted


def onboarding(live: pd.DataFrame, overdue: pd.DataFrame) -> pd.DataFrame:
    """Lines of the accounts with overdue milestones, by what is held up: ARR, largest first."""
    overdue = overdue[overdue["account_id"].isin(live.index)]
    named = (
        overdue["milestone"].astype(str)
        + " "
        + overdue["days"].map(lambda days: f"{counted(int(days), 'day')} overdue")
    )
    what = named.groupby(overdue["account_id"], sort=False).agg(", ".join)
    behind = live.loc[what.index].sort_values(
        ["arr_usd", "expansion_rank"], ascending=[False, True], kind="stable"
    )
    why = behind["tenure_days"].map(
        lambda days: f"customer for {counted(int(days), 'day')}" if days >= 0 else ""
    )
    when = pd.Series("now", index=behind.index, dtype=object).mask(
        behind["is_at_risk"].astype(bool), "now: at risk, too"
    )
    return lines(live, what.reindex(behind.index), why, when)
