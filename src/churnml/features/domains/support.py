"""Support: how much trouble, of what kind, how old, how fast it was met, and what was said of it. Values count only once they were known.

Priorities and topics are the desk's own words; they are sorted, whatever their case, by the words that desks commonly use.
"""

from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio
from churnml.features.sql import mean, now_and_before, per_100_seats, says, share
from churnml.timeline import Window

QUARTER, HALF_YEAR, YEAR = Window(91), Window(182), Window(365)
BEFORE_QUARTER = Window(182, ago=91)
# A ticket that nobody closed in a year is a forgotten record, not an open question.
OPEN = "resolved_at IS NULL AND opened_at >= as_of - INTERVAL 365 DAY"
URGENT = "lower(priority) IN ('urgent', 'high', 'critical', 'p1', 'p2')"
BUG = says("topic", "bug", "defect", "error", "outage", "incident")
BILLING = says("topic", "bill", "invoice", "payment", "pricing", "refund")
HOW_TO = says("topic", "how-to", "how to", "question", "training", "guidance")
COMPLAINT = says("topic", "complain", "cancel", "terminat")

VOLUME: tuple[Feature, ...] = (
    Feature("tickets_opened", "tickets", "ticket volume", "tickets", "{value} tickets opened in {window}", 0, 0, ZERO,
            none="no ticket opened in {window}", aggregate="count(*) {when}", window=QUARTER),
    Feature("tickets_opened", "tickets", "ticket volume", "tickets", "{value} tickets opened in {window}", 0, 0, ZERO,
            none="no ticket opened in {window}", aggregate="count(*) {when}", window=BEFORE_QUARTER, is_input=False),
    Feature("tickets_per_100_seats_91d", "tickets", "ticket volume", "per 100 seats", "tickets opened per 100 seats in the last 91 days: {value}", 0, 0,
            UNKNOWN, formula=per_100_seats("tickets_opened_91d")),
    Feature("tickets_trend", "tickets", "ticket volume", "ratio", "tickets come at {value} of the pace of the half year before", 0, 0, UNKNOWN,
            none="no ticket in the last 91 days, unlike the half year before",
            formula=ratio("(tickets_opened_91d / 91)", "(tickets_opened_182d_before_91d / 182)", 5)),
    Feature("is_silent_after_spike", "tickets", "silence after trouble", "yes/no", "no ticket in the last 91 days after three or more in the half year before",
            1, 0, UNKNOWN, formula="CASE WHEN tickets_opened_91d = 0 AND tickets_opened_182d_before_91d >= 3 THEN 1 ELSE 0 END"),
    Feature("urgent_tickets", "tickets", "urgent tickets", "tickets", "{value} urgent tickets in {window}", 1, 0, ZERO,
            none="no urgent ticket in {window}", aggregate=f"count(*) FILTER (WHERE {URGENT} AND {{filter}})", window=QUARTER),
    Feature("urgent_ticket_share", "tickets", "urgent tickets", "share", "{value} of tickets were urgent in {window}", 1, 0, UNKNOWN,
            none="no ticket was urgent in {window}", aggregate=share(URGENT, "priority IS NOT NULL AND {filter}"), window=HALF_YEAR),
    Feature("tickets_escalated", "tickets", "urgent tickets", "tickets", "{value} tickets escalated in {window}", 1, 0, ZERO,
            none="no ticket escalated in {window}", aggregate="count(escalated_at) {when}", window=HALF_YEAR, clock="escalated_at", is_input=False),
    Feature("escalated_ticket_share", "tickets", "urgent tickets", "share", "{value} of the tickets of {window} were escalated", 1, 0, UNKNOWN,
            none="no ticket of {window} was escalated", aggregate=share("escalated_at IS NOT NULL", "{filter}"), window=HALF_YEAR),
    Feature("bug_ticket_share", "tickets", "ticket topics", "share", "{value} of tickets were about defects in {window}", 0, 0, UNKNOWN,
            none="no ticket was about defects in {window}", aggregate=share(BUG, "topic IS NOT NULL AND {filter}"), window=HALF_YEAR),
    Feature("billing_ticket_share", "tickets", "ticket topics", "share", "{value} of tickets were about billing in {window}", 0, 0, UNKNOWN,
            none="no ticket was about billing in {window}", aggregate=share(BILLING, "topic IS NOT NULL AND {filter}"), window=HALF_YEAR),
    Feature("how_to_ticket_share", "tickets", "ticket topics", "share", "{value} of tickets asked how to do something in {window}", 0, 0, UNKNOWN,
            none="no ticket asked how to do something in {window}", aggregate=share(HOW_TO, "topic IS NOT NULL AND {filter}"), window=HALF_YEAR),
    # Most who complain stay, and most who leave never complained: no direction is claimed.
    Feature("complaint_tickets", "tickets", "ticket topics", "tickets", "{value} tickets with a complaint or a wish to cancel in {window}", 0, 0, ZERO,
            none="no ticket with a complaint or a wish to cancel in {window}",
            aggregate=f"count(*) FILTER (WHERE {COMPLAINT} AND {{filter}})", window=YEAR),
)  # fmt: skip

HANDLING: tuple[Feature, ...] = (
    Feature("open_tickets", "tickets", "open tickets", "tickets", "{value} tickets open", 1, 0, ZERO, noun="open tickets",
            none="no ticket open", aggregate=f"count(*) FILTER (WHERE {OPEN})"),
    Feature("open_tickets_per_100_seats", "tickets", "open tickets", "per 100 seats", "open tickets per 100 seats: {value}", 1, 0, UNKNOWN,
            none="no ticket open", formula=per_100_seats("open_tickets")),
    Feature("oldest_open_ticket_days", "tickets", "open tickets", "days", "oldest open ticket is {value} old", 1, -1, ZERO,
            none="no ticket open", aggregate=f"max(date_diff('day', CAST(opened_at AS DATE), as_of)) FILTER (WHERE {OPEN})"),
    Feature("oldest_unanswered_ticket_days", "tickets", "open tickets", "days", "a ticket has waited {value} for its first answer", 1, -1, ZERO,
            none="no ticket waits for its first answer",
            aggregate=f"max(date_diff('day', CAST(opened_at AS DATE), as_of)) FILTER (WHERE first_response_at IS NULL AND {OPEN})"),
    *now_and_before(Feature(
        "first_response_hours", "tickets", "support speed", "hours", "first answers took {value} (median over {window})", 1, -1, UNKNOWN, noun="the usual time to a first answer",
        aggregate="median(date_diff('second', opened_at, first_response_at) / 3600.0) {when}")),
    *now_and_before(Feature(
        "resolution_hours", "tickets", "support speed", "hours", "tickets took {value} to resolve (median over {window})", 1, -1, UNKNOWN, noun="the usual time to resolve a ticket",
        aggregate="median(date_diff('second', opened_at, resolved_at) / 3600.0) {when}", clock="resolved_at")),
    Feature("first_response_trend", "tickets", "support speed", "ratio", "first answers take {value} of the time of the half year before", 1, -1, UNKNOWN,
            formula=ratio("first_response_hours_182d", "first_response_hours_182d_before_182d", 5)),
    Feature("resolution_trend", "tickets", "support speed", "ratio", "tickets take {value} of the time of the half year before to resolve", 1, -1, UNKNOWN,
            formula=ratio("resolution_hours_182d", "resolution_hours_182d_before_182d", 5)),
    Feature("tickets_reopened", "tickets", "support speed", "tickets", "{value} tickets reopened in {window}", 1, 0, ZERO,
            none="no ticket reopened in {window}", aggregate="count(reopened_at) {when}", window=HALF_YEAR, clock="reopened_at", is_input=False),
    Feature("reopened_ticket_share", "tickets", "support speed", "share", "{value} of the tickets resolved in {window} were reopened", 1, 0, UNKNOWN,
            none="no ticket resolved in {window} was reopened", aggregate=share("reopened_at IS NOT NULL", "{filter}"), window=HALF_YEAR, clock="resolved_at"),
    *now_and_before(Feature(
        "csat_mean", "tickets", "support satisfaction", "score", "support rated {value} over {window}", -1, 1, UNKNOWN, noun="the rating of support",
        aggregate=mean("csat", "{filter}"), clock="csat_at")),
    Feature("csat_change", "tickets", "support satisfaction", "score", "support rating moved by {value} against the half year before", -1, 1, UNKNOWN,
            none="support rating as in the half year before", formula="csat_mean_182d - csat_mean_182d_before_182d"),
)  # fmt: skip

FEATURES: tuple[Feature, ...] = (*VOLUME, *HANDLING)
