"""Live accounts and facts of the growth side in a few words, for tests that need no tables."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from churnml.listing.growth.accounts import READ, live_accounts
from churnml.listing.growth.growth_facts import NONE, Facts
from churnml.params.score import Growth

WHICH = {"account_id": "object", "thing": "object"}
DAY = pd.Timestamp("2025-01-01")
SETTINGS = Growth(
    min_seat_utilisation=0.85, min_breadth_gain=2, min_usage_ratio=1.05, min_health=70, min_signs=2, near_renewal_days=60, max_wait_days=182,
    min_peers=2, min_product_share=0.3, min_co_ownership_share=0.05, min_advocate_health=70, min_reference_health=85,
    min_reference_years=2, max_nps_age_days=182, min_csat=4.5, max_csat=5, min_idle_share=0.6, min_feature_share=0.6,
    min_use_days=28, max_features=3,
)  # fmt: skip
ACCOUNT: dict[str, Any] = {
    "name": "", "csm": "Dana", "segment": "SMB", "arr_usd": 1000.0, "renewal": pd.Timestamp("2025-05-13"),
    "lead_days": 132, "is_rolling": False, "band": "normal", "is_at_risk": False, "health_rules": 90.0,
}  # fmt: skip
FACTS: dict[str, Any] = {
    "tenure_days": 1000.0, "seats": 10.0, "active_users_28d": 7.0, "seat_utilisation": 0.7,
    "active_users_trend_quarter": 1.0, "usage_trend_quarter": 1.0, "csat_mean_182d": None,
    "invoices_overdue": 0.0, "milestones_overdue": 0.0, "notice_arr_share": 0.0, "plan": "Team",
}  # fmt: skip


def live(accounts: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Live accounts in this order of growth; what is not said of one is ordinary."""
    assert FACTS.keys() == READ
    listed = [
        {"account_id": name, "expansion_rank": place}
        | ACCOUNT
        | {k: v for k, v in said.items() if k in ACCOUNT}
        for place, (name, said) in enumerate(accounts.items(), 1)
    ]
    rows = [
        {"account_id": n} | FACTS | {k: v for k, v in said.items() if k in FACTS}
        for n, said in accounts.items()
    ]
    unknown = {key for said in accounts.values() for key in said} - ACCOUNT.keys() - FACTS.keys()
    assert not unknown
    return live_accounts(pd.DataFrame(listed), pd.DataFrame(rows))


def facts(**known: Any) -> Facts:
    """What is known besides; nothing, but for what is given.

    ``used``: {account: {feature: (in use, a year ago)}}, ``products``: {account: {product: ARR}}, ``nps``:
    {account: score}, ``tickets``: {account: 'escalated' or 'urgent'}, ``milestones``: {account: {name: days}}.
    """
    used, owned, due = (known.get(part, {}) for part in ("used", "products", "milestones"))
    features = [
        (account, thing, ago(360 if was else 80), ago(3 if now else 200), now, was)
        for account, things in used.items() for thing, (now, was) in things.items()
    ]  # fmt: skip
    return Facts(
        used=_frame(features, NONE),
        products=_frame(
            [
                (account, thing, True, arr)
                for account, things in owned.items()
                for thing, arr in things.items()
            ],
            WHICH | {"is_held": "bool", "arr_usd": "float64"},
        ),
        seat_arr=pd.Series(known.get("seat_arr", {}), dtype=float),
        nps=_frame(
            [(account, score, ago(9)) for account, score in known.get("nps", {}).items()],
            {"account_id": "object", "nps": "float64", "answered_on": "datetime64[us]"},
        ).set_index("account_id"),
        tickets=_frame(
            [
                (account, what == "escalated", what == "urgent")
                for account, what in known.get("tickets", {}).items()
            ],
            {"account_id": "object", "is_escalated": "bool", "is_urgent": "bool"},
        ).set_index("account_id"),
        milestones=_frame(
            [(account, name, days) for account, names in due.items() for name, days in names.items()],
            {"account_id": "object", "milestone": "object", "days": "int64"},
        ),
    )


def ago(days: int) -> pd.Timestamp:
    """That many days before the day of the list."""
    return DAY - pd.Timedelta(days, "D")


def _frame(rows: list[tuple[Any, ...]], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)
