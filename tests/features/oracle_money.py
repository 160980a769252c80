"""The features of invoices, milestones and actions in plain Python."""

from datetime import date

from tests.features.oracle import (
    Book,
    Row,
    Values,
    as_day,
    capped,
    change,
    days_between,
    least,
    mean,
    midnight,
    most,
    share,
    within,
)
from tests.features.oracle_observed import no_longer_than_seen, none_if_seen, observed_days


def invoice_values(book: Book, account: str, as_of: date, arr: float) -> Values:
    rows = [
        row for row in book.known("invoices", account, as_of) if row["amount"] > 0
    ]  # a credit note is no debt
    overdue = [
        row
        for row in rows
        if row["paid_at"] is None and row["due_at"] is not None and row["due_at"] < midnight(as_of)
    ]
    due = [delay(row, as_of) for row in rows if within(row["due_at"], as_of, 365)]
    owed = float(sum(row["amount"] for row in overdue))

    def paid_delay(days: int, ago: int = 0) -> float | None:
        return mean(
            [
                delay(row, as_of)
                for row in rows
                if within(row["paid_at"], as_of, days, ago) and row["due_at"] is not None
            ]
        )

    found: Values = {
        "invoices_overdue": len(overdue), "oldest_overdue_days": most([days_between(row["due_at"], as_of) for row in overdue], 0),
        "overdue_usd": owed,
        "payment_delay_days_365d": paid_delay(365), "payment_delay_days_182d": paid_delay(182),
        "payment_delay_days_182d_before_182d": paid_delay(182, 182), "payment_delay_change": change(paid_delay(182), paid_delay(182, 182)),
        "late_invoice_share_365d": sum(days > 0 for days in due) / len(due) if due else None, "worst_delay_days_365d": most(due),
        "failed_invoices_365d": sum(days > 30 for days in due),
    }  # fmt: skip
    seen = observed_days(book, "invoices", account, as_of)
    none_if_seen(
        found, seen, "invoices_overdue", "oldest_overdue_days", "overdue_usd", "failed_invoices_365d"
    )
    return found | {"overdue_arr_share": capped(found["overdue_usd"], arr, 2)}


def delay(row: Row, as_of: date) -> int:
    """Days from the due day to the payment, or to today while it is unpaid; never below 0."""
    return max(days_between(row["due_at"], row["paid_at"] or midnight(as_of)), 0)


def milestone_values(book: Book, account: str, as_of: date) -> Values:
    rows = book.known("milestones", account, as_of)
    reached = [row for row in rows if row["achieved_at"] is not None]
    waited = [row for row in rows if row["achieved_at"] is None and row["due_at"] is not None]
    stalled = [row for row in waited if within(row["due_at"], as_of, 365)]
    due = [row for row in rows if (row["due_at"] or row["achieved_at"] or midnight(as_of)) < midnight(as_of)]
    found: Values = {
        "milestones_overdue": len(stalled), "onboarding_stalled_days": most([days_between(row["due_at"], as_of) for row in stalled], 0),
        "milestones_reached_share": share(due, lambda row: row["achieved_at"]),
        "milestones_late_share": share([row for row in reached if row["due_at"]], lambda row: as_day(row["achieved_at"]) > as_day(row["due_at"])),
        "next_milestone_in_days": least([days_between(as_of, row["due_at"]) for row in waited if row["due_at"] >= midnight(as_of)]),
        "milestone_age_days": days_between(max(row["achieved_at"] for row in reached), as_of) if reached else None,
    }  # fmt: skip
    none_if_seen(
        found,
        observed_days(book, "milestones", account, as_of),
        "milestones_overdue",
        "onboarding_stalled_days",
    )
    return found


def action_values(book: Book, account: str, as_of: date) -> Values:
    taken = [row for row in book.known("actions", account, as_of) if not row["is_held_out"]]
    year = [row for row in taken if within(row["acted_at"], as_of, 365)]
    found: Values = {
        "actions_182d": sum(within(row["acted_at"], as_of, 182) for row in taken),
        "action_kinds_365d": len({row["action"] for row in year}),
        "action_age_days_365d": days_between(max(row["acted_at"] for row in year), as_of) if year else 365,
    }
    days = observed_days(book, "actions", account, as_of)
    none_if_seen(found, days, "actions_182d", "action_kinds_365d")
    no_longer_than_seen(found, days, "action_age_days_365d")
    return found
