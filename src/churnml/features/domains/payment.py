"""Payment: what is overdue today, how late the invoices of the past were paid, and which ones failed.

No table says that a payment failed. An invoice still unpaid a month after it was due is taken for one, paid later or not.
"""

from dataclasses import replace

from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio
from churnml.features.sql import now_and_before, share
from churnml.timeline import Window

YEAR = Window(365)
OVERDUE = "paid_at IS NULL AND due_at < as_of"
DELAY = "greatest(date_diff('day', CAST(due_at AS DATE), CAST(coalesce(paid_at, as_of) AS DATE)), 0)"
PAID_DELAY = Feature(
    "payment_delay_days", "invoices", "payment delays", "days", "invoices paid {value} late on average over {window}", 1, -1, UNKNOWN,
    none="invoices paid on time (over {window})", noun="the average delay of payment", aggregate="avg(greatest(date_diff('day', CAST(due_at AS DATE), CAST(paid_at AS DATE)), 0)) FILTER (WHERE due_at IS NOT NULL AND {filter})", clock="paid_at")  # fmt: skip

FEATURES: tuple[Feature, ...] = (
    Feature("invoices_overdue", "invoices", "overdue invoices", "invoices", "{value} invoices overdue", 1, -1, ZERO,
            none="no invoice overdue", aggregate=f"count(*) FILTER (WHERE {OVERDUE})"),
    Feature("oldest_overdue_days", "invoices", "overdue invoices", "days", "oldest unpaid invoice is {value} overdue", 1, -1, ZERO,
            none="no invoice overdue", aggregate=f"max(date_diff('day', CAST(due_at AS DATE), as_of)) FILTER (WHERE {OVERDUE})"),
    Feature("overdue_usd", "invoices", "overdue invoices", "usd", "{value} overdue", 1, -1, ZERO, none="no invoice overdue",
            aggregate=f"sum(amount) FILTER (WHERE {OVERDUE})", is_input=False),
    Feature("overdue_arr_share", "invoices", "overdue invoices", "share", "overdue invoices come to {value} of ARR", 1, -1, UNKNOWN, none="no invoice overdue",
            formula=ratio("overdue_usd", "arr_usd", 2)),
    replace(PAID_DELAY, window=YEAR),
    *(replace(feature, is_input=False) for feature in now_and_before(PAID_DELAY)),
    Feature("payment_delay_change", "invoices", "payment delays", "days", "payment delay moved by {value} against the half year before", 1, -1, UNKNOWN,
            none="payment delay as in the half year before", formula="payment_delay_days_182d - payment_delay_days_182d_before_182d"),
    Feature("late_invoice_share", "invoices", "payment delays", "share", "{value} of invoices due in {window} were not paid in time", 1, -1, UNKNOWN,
            none="all invoices due in {window} were paid in time", noun="the share of invoices not paid in time", aggregate=share(f"{DELAY} > 0", "{filter}"), window=YEAR, clock="due_at"),
    Feature("worst_delay_days", "invoices", "payment delays", "days", "worst delay of an invoice due in {window}: {value}", 1, -1, UNKNOWN,
            none="all invoices due in {window} were paid in time", aggregate=f"max({DELAY}) {{when}}", window=YEAR, clock="due_at"),
    Feature("failed_invoices", "invoices", "payment delays", "invoices", "{value} invoices unpaid for over a month past the due day in {window}", 1, -1, ZERO,
            none="no invoice unpaid for over a month past the due day in {window}",
            aggregate=f"count(*) FILTER (WHERE {DELAY} > 30 AND {{filter}})", window=YEAR, clock="due_at"),
)  # fmt: skip
