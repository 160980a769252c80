"""What each account waits for before growth is a topic: overdue milestones, open tickets of weight."""

import pandas as pd

from churnml.features.domains.onboarding import STALLED
from churnml.features.domains.support import OPEN, URGENT
from churnml.listing.growth.known_tables import KnownTables, no_rows


def overdue_milestones(tables: KnownTables) -> pd.DataFrame:
    """Each milestone that is overdue, the longest first: ``account_id``, ``milestone``, ``days``.

    One missed more than a year ago is no longer being waited for.
    """
    if not tables.gives("milestones", "due_at", "achieved_at"):
        return no_rows(account_id="object", milestone="object", days="int64")
    return tables.ask(f"""
        SELECT account_id, milestone, CAST(max(date_diff('day', CAST(due_at AS DATE), as_of)) AS INTEGER) AS days
        FROM {tables.known("milestones")} WHERE {STALLED} GROUP BY ALL ORDER BY account_id, days DESC, milestone""")


def open_tickets(tables: KnownTables) -> pd.DataFrame:
    """The open tickets of weight, by account id: ``is_escalated`` and ``is_urgent``, where at least one is so."""
    if not tables.gives("tickets", "resolved_at"):
        return no_rows(account_id="object", is_escalated="bool", is_urgent="bool").set_index("account_id")
    tickets = tables.ask(f"""
        SELECT account_id, bool_or(escalated_at IS NOT NULL) AS is_escalated, bool_or(coalesce({URGENT}, false)) AS is_urgent
        FROM {tables.known("tickets")} WHERE {OPEN} GROUP BY ALL HAVING is_escalated OR is_urgent ORDER BY account_id""")
    return tickets.set_index("account_id")
