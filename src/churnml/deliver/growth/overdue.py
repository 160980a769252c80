"""What each account waits for before growth is a topic: overdue milestones, open tickets of weight."""

import pandas as pd

from churnml.data.tables import Tables, register_snapshots
from churnml.features.onboarding import STALLED
from churnml.features.support import OPEN, URGENT


def overdue_milestones(tables: Tables, accounts: pd.DataFrame) -> pd.DataFrame:
    """Each milestone that is overdue, the longest first: ``account_id``, ``milestone``, ``days``.

    One missed more than a year ago is no longer being waited for.
    """
    if not {"due_at", "achieved_at"} <= set(tables.given().get("milestones", ())):
        return pd.DataFrame(columns=["account_id", "milestone", "days"])
    return _ask(tables, accounts, f"""
        SELECT s.account_id, milestone, CAST(max(date_diff('day', CAST(due_at AS DATE), as_of)) AS INTEGER) AS days
        FROM ({tables.known("milestones")}) t JOIN snapshots s USING (snapshot, as_of) WHERE {STALLED}
        GROUP BY ALL ORDER BY s.account_id, days DESC, milestone""")  # fmt: skip


def open_tickets(tables: Tables, accounts: pd.DataFrame) -> pd.DataFrame:
    """The open tickets of weight, by account id: ``is_escalated`` and ``is_urgent``, where at least one is so."""
    if "resolved_at" not in tables.given().get("tickets", ()):
        return pd.DataFrame(columns=["is_escalated", "is_urgent"], index=pd.Index([], name="account_id"))
    found = _ask(tables, accounts, f"""
        SELECT s.account_id, bool_or(escalated_at IS NOT NULL) AS is_escalated, bool_or(coalesce({URGENT}, false)) AS is_urgent
        FROM ({tables.known("tickets")}) t JOIN snapshots s USING (snapshot, as_of) WHERE {OPEN}
        GROUP BY ALL HAVING is_escalated OR is_urgent ORDER BY s.account_id""")  # fmt: skip
    return found.set_index("account_id")


def _ask(tables: Tables, accounts: pd.DataFrame, question: str) -> pd.DataFrame:
    con = tables.connect()
    register_snapshots(con, accounts)
    return con.execute(question).df()
