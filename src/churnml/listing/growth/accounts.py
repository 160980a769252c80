"""The live accounts as the growth side looks at them: their line on the list beside the facts it asks of each."""

import pandas as pd

from churnml.listing.status import NEW, NOTICE

WHO = ("account_id", "name", "csm", "segment", "arr_usd", "renewal", "lead_days", "is_rolling",
       "band", "is_at_risk", "health_rules", "expansion_rank")  # fmt: skip
NUMBERS = ("tenure_days", "seats", "active_users_28d", "seat_utilisation", "active_users_trend_quarter",
           "usage_trend_quarter", "csat_mean_182d", "invoices_overdue", "milestones_overdue", "notice_arr_share")  # fmt: skip
READ = frozenset({*NUMBERS, "plan"})
"""The features it reads, as far as the book gives them; one that is absent is unknown."""


def live_accounts(listed: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """One line an account in the order of growth, those at risk last: WHO and READ, by account id.

    ``rows`` are feature rows of the same accounts in any order. A text that the book does not give is empty.
    """
    facts = rows.drop_duplicates("account_id").set_index("account_id")
    facts = facts.reindex(columns=[*NUMBERS, "plan"])
    live = listed[list(WHO)].join(facts, on="account_id").set_index("account_id")
    for text in ("name", "csm", "segment", "band", "plan"):
        live[text] = live[text].astype(object).where(live[text].notna(), "").astype(str)
    for number in (*NUMBERS, "health_rules", "arr_usd"):
        live[number] = live[number].astype("float64")
    return live.sort_values(["is_at_risk", "expansion_rank"], kind="stable")


def open_to_offers(live: pd.DataFrame) -> pd.DataFrame:
    """The accounts to which more may be offered: none that gave notice, be it of a part, and none too new to judge."""
    return live[~live["band"].isin([NOTICE, NEW]) & ~(live["notice_arr_share"] > 0)]


def is_healthy(live: pd.DataFrame, least: float) -> pd.Series:
    """Whether each account's rules health reaches ``least``; an unknown one does not."""
    return live["health_rules"].round() >= least
