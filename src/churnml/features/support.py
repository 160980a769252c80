"""Support: how much trouble, how old, how fast it was met, and what was said of it. Values count only once they were known."""

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.timeline import Window

QUARTER, HALF_YEAR = Window(91), Window(182)
# A ticket that nobody closed in a year is a forgotten record, not an open question.
FRESH = "opened_at >= as_of - INTERVAL 365 DAY"
URGENT = "lower(priority) IN ('urgent', 'high', 'critical', 'p1', 'p2')"

FEATURES: tuple[Feature, ...] = (
    Feature("tickets_opened", "tickets", "tickets", "tickets", "{value} tickets opened in {window}", 0, 0, ZERO,
            none="no ticket opened in {window}", aggregate="count(*) {when}", window=QUARTER),
    Feature("urgent_tickets", "tickets", "tickets", "tickets", "{value} urgent tickets in {window}", 1, 0, ZERO,
            none="no urgent ticket in {window}", aggregate=f"sum(CAST({URGENT} AS INTEGER)) {{when}}", window=QUARTER),
    Feature("open_tickets", "tickets", "open tickets", "tickets", "{value} tickets open", 1, 0, ZERO,
            none="no ticket open", aggregate=f"count(*) FILTER (resolved_at IS NULL AND {FRESH})", window=None),
    Feature("oldest_open_ticket_days", "tickets", "open tickets", "days", "oldest open ticket is {value} old", 1, -1, ZERO,
            none="no ticket open", aggregate=f"max(date_diff('day', opened_at, as_of)) FILTER (resolved_at IS NULL AND {FRESH})"),
    Feature("first_response_hours", "tickets", "support speed", "hours", "first answers took {value} (median over {window})", 1, -1, UNKNOWN,
            aggregate="median(date_diff('minute', opened_at, first_response_at) / 60.0) {when}", window=HALF_YEAR),
    Feature("resolution_hours", "tickets", "support speed", "hours", "tickets took {value} to resolve (median over {window})", 1, -1, UNKNOWN,
            aggregate="median(date_diff('minute', opened_at, resolved_at) / 60.0) {when}", window=HALF_YEAR, clock="resolved_at"),
    Feature("tickets_escalated", "tickets", "tickets", "tickets", "{value} tickets escalated in {window}", 1, 0, ZERO,
            none="no ticket escalated in {window}", aggregate="count(escalated_at) {when}", window=HALF_YEAR, clock="escalated_at"),
    Feature("tickets_reopened", "tickets", "support speed", "tickets", "{value} tickets reopened in {window}", 1, 0, ZERO,
            none="no ticket reopened in {window}", aggregate="count(reopened_at) {when}", window=HALF_YEAR, clock="reopened_at"),
    Feature("csat_mean", "tickets", "support satisfaction", "score", "support rated {value} over {window}", -1, 1, UNKNOWN,
            aggregate="avg(csat) {when}", window=HALF_YEAR, clock="csat_at"),
)  # fmt: skip
