"""Whose onboarding is behind: which milestones are overdue, and by how long."""

import pandas as pd

from churnml.listing.growth.lines import lines, sentences
from churnml.text.number_format import counted


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
    when = pd.Series("now", index=behind.index, dtype=object).mask(
        behind["is_at_risk"].astype(bool), "now: at risk, too"
    )
    return lines(live, what.reindex(behind.index), why, when)
