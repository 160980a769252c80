"""Payment: what is overdue today, how late the invoices of the past were paid, and which ones failed.

Few books say that a charge failed (`failed_at`), and no feature reads it. An invoice still unpaid a month after it was due is taken for one, paid later or not. Only an amount
above 0 can be owed: a credit note or an invoice of nothing is never late, and what a credit note takes off is not known from its amount
alone (docs/decisions/0030).
"""

from dataclasses import replace

from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio
from churnml.features.sql import now_and_before, share
from churnml.timeline import Window

YEAR = Window(365)
OWED = "amount > 0"
OVERDUE = f"{OWED} AND paid_at IS NULL AND due_at < as_of"
DELAY = "greatest(date_diff('day', CAST(due_at AS DATE), CAST(coalesce(paid_at, as_of) AS DATE)), 0)"
PAID_DELAY = Feature(name="payment_delay_days", source="invoices", concept="payment delays", unit="days",
                     churn=1, expansion=-1, no_rows=UNKNOWN, clock="paid_at",
                     phrase="invoices paid {value} late on average over {window}",
                     none="invoices paid on time (over {window})", noun="the average delay of payment",
                     aggregate="avg(greatest(date_diff('day', CAST(due_at AS DATE), CAST(paid_at AS DATE)), "
                               f"0)) FILTER (WHERE {OWED} AND due_at IS NOT NULL AND {{filter}})")  # fmt: skip

FEATURES: tuple[Feature, ...] = (
    Feature(name="invoices_overdue", source="invoices", concept="overdue invoices", unit="invoices", churn=1,
            expansion=-1, no_rows=ZERO, phrase="{value} invoices overdue", none="no invoice overdue",
            aggregate=f"count(*) FILTER (WHERE {OVERDUE})"),
    Feature(name="oldest_overdue_days", source="invoices", concept="overdue invoices", unit="days", churn=1,
            expansion=-1, no_rows=ZERO, phrase="oldest unpaid invoice is {value} overdue",
            none="no invoice overdue",
            aggregate=f"max(date_diff('day', CAST(due_at AS DATE), as_of)) FILTER (WHERE {OVERDUE})"),
    Feature(name="overdue_usd", source="invoices", concept="overdue invoices", unit="usd", churn=1,
            expansion=-1, no_rows=ZERO, is_input=False, phrase="{value} overdue", none="no invoice overdue",
            aggregate=f"sum(amount) FILTER (WHERE {OVERDUE})"),
    Feature(name="overdue_arr_share", source="invoices", concept="overdue invoices", unit="share", churn=1,
            expansion=-1, no_rows=UNKNOWN, phrase="overdue invoices come to {value} of ARR",
            none="no invoice overdue", formula=ratio("overdue_usd", "arr_usd", 2)),
    replace(PAID_DELAY, window=YEAR),
    *(replace(feature, is_input=False) for feature in now_and_before(PAID_DELAY)),
    Feature(name="payment_delay_change", source="invoices", concept="payment delays", unit="days", churn=1,
            expansion=-1, no_rows=UNKNOWN, none="payment delay as in the half year before",
            phrase="payment delay moved by {value} against the half year before",
            formula="payment_delay_days_182d - payment_delay_days_182d_before_182d"),
    Feature(name="late_invoice_share", source="invoices", concept="payment delays", unit="share", churn=1,
            expansion=-1, no_rows=UNKNOWN, window=YEAR, clock="due_at",
            phrase="{value} of invoices due in {window} were not paid in time",
            none="all invoices due in {window} were paid in time",
            noun="the share of invoices not paid in time", aggregate=share(f"{DELAY} > 0", f"{OWED} AND {{filter}}")),
    Feature(name="worst_delay_days", source="invoices", concept="payment delays", unit="days", churn=1,
            expansion=-1, no_rows=UNKNOWN, window=YEAR, clock="due_at", aggregate=f"max({DELAY}) FILTER (WHERE {OWED} AND {{filter}})",
            phrase="worst delay of an invoice due in {window}: {value}",
            none="all invoices due in {window} were paid in time"),
    Feature(name="failed_invoices", source="invoices", concept="payment delays", unit="invoices", churn=1,
            expansion=-1, no_rows=ZERO, window=YEAR, clock="due_at",
            phrase="{value} invoices unpaid for over a month past the due day in {window}",
            none="no invoice unpaid for over a month past the due day in {window}",
            aggregate=f"count(*) FILTER (WHERE {OWED} AND {DELAY} > 30 AND {{filter}})"),
)  # fmt: skip
