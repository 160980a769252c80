"""Payment: invoices overdue today and how late the paid ones were."""

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.timeline import Window

YEAR = Window(365)

FEATURES: tuple[Feature, ...] = (
    Feature("invoices_overdue", "invoices", "payment", "invoices", "{value} invoices overdue", 1, -1, ZERO,
            none="no invoice overdue", aggregate="count(*) FILTER (paid_at IS NULL AND due_at < as_of)"),
    Feature("oldest_overdue_days", "invoices", "payment", "days", "oldest unpaid invoice is {value} overdue", 1, -1, ZERO,
            none="no invoice overdue", aggregate="max(date_diff('day', due_at, as_of)) FILTER (paid_at IS NULL AND due_at < as_of)"),
    Feature("payment_delay_days", "invoices", "payment", "days", "invoices paid {value} late on average over {window}", 1, -1, UNKNOWN,
            none="invoices paid on time (over {window})", aggregate="avg(greatest(date_diff('day', due_at, paid_at), 0)) {when}", window=YEAR, clock="paid_at"),
)  # fmt: skip
