"""Support: how much trouble, of what kind, how old, how fast it was met, and what was said of it. Values count only once they were known.

Priorities and topics are the desk's own words; they are sorted, whatever their case, by the words that desks commonly use.
"""

from churnml.features.spec import UNKNOWN, ZERO, Feature, View, ratio
from churnml.features.sql import mean, now_and_before, pace, per_100_seats, says, share
from churnml.timeline import Window

QUARTER, HALF_YEAR, YEAR = Window(91), Window(182), Window(365)
BEFORE_QUARTER = Window(182, ago=91)
# Solved, and then reopened: its question stands again, and how long it took to solve is not known yet.
REOPENED = "coalesce(reopened_at > resolved_at, false)"
# A ticket that nobody closed or reopened in a year is a forgotten record, not an open question.
OPEN = f"(resolved_at IS NULL OR {REOPENED}) AND greatest(opened_at, coalesce(reopened_at, opened_at)) >= as_of - INTERVAL 365 DAY"
# A desk that never notes a reopening has its open tickets all the same: so the column is read here and not needed.
HANDLED = View(
    "handled",
    "tickets",
    f"SELECT *, {OPEN} AS is_open, {REOPENED} AS is_reopened FROM ({{door}})",
    needs=("resolved_at",),
)
URGENT = "lower(priority) IN ('urgent', 'high', 'critical', 'p1', 'p2')"
BUG = says("topic", "bug", "defect", "error", "outage", "incident")
BILLING = says("topic", "bill", "invoice", "payment", "pricing", "refund")
HOW_TO = says("topic", "how-to", "how to", "question", "training", "guidance")
COMPLAINT = says("topic", "complain", "cancel", "terminat")

VOLUME: tuple[Feature, ...] = (
    Feature(name="tickets_opened", source="tickets", concept="ticket volume", unit="tickets", no_rows=ZERO,
            window=QUARTER, phrase="{value} tickets opened in {window}", none="no ticket opened in {window}",
            aggregate="count(*) {when}"),
    Feature(name="tickets_opened", source="tickets", concept="ticket volume", unit="tickets", no_rows=ZERO,
            window=BEFORE_QUARTER, is_input=False, phrase="{value} tickets opened in {window}",
            none="no ticket opened in {window}", aggregate="count(*) {when}"),
    Feature(name="tickets_per_100_seats_91d", source="tickets", concept="ticket volume", no_rows=UNKNOWN,
            unit="per 100 seats", phrase="tickets opened per 100 seats in the last 91 days: {value}",
            formula=per_100_seats("tickets_opened_91d")),
    Feature(name="tickets_trend", source="tickets", concept="ticket volume", unit="ratio", no_rows=UNKNOWN,
            phrase="tickets come at {value} of the pace of the half year before",
            none="no ticket in the last 91 days, unlike the half year before",
            formula=pace("tickets", "tickets_opened_91d", "tickets_opened_182d_before_91d", QUARTER, BEFORE_QUARTER)),
    Feature(name="is_silent_after_spike", source="tickets", concept="silence after trouble", unit="yes/no",
            churn=1, no_rows=UNKNOWN,
            phrase="no ticket in the last 91 days after three or more in the half year before",
            formula="CAST(tickets_opened_91d = 0 AND tickets_opened_182d_before_91d >= 3 AS INTEGER)"),
    Feature(name="urgent_tickets", source="tickets", concept="urgent tickets", unit="tickets", churn=1,
            no_rows=ZERO, window=QUARTER, phrase="{value} urgent tickets in {window}",
            none="no urgent ticket in {window}",
            aggregate=f"count(*) FILTER (WHERE {URGENT} AND {{filter}})"),
    Feature(name="urgent_ticket_share", source="tickets", concept="urgent tickets", unit="share", churn=1,
            no_rows=UNKNOWN, window=HALF_YEAR, phrase="{value} of tickets were urgent in {window}",
            none="no ticket was urgent in {window}",
            aggregate=share(URGENT, "priority IS NOT NULL AND {filter}")),
    Feature(name="tickets_escalated", source="tickets", concept="urgent tickets", unit="tickets", churn=1,
            no_rows=ZERO, window=HALF_YEAR, clock="escalated_at", is_input=False,
            phrase="{value} tickets escalated in {window}", none="no ticket escalated in {window}",
            aggregate="count(escalated_at) {when}"),
    Feature(name="escalated_ticket_share", source="tickets", concept="urgent tickets", unit="share", churn=1,
            no_rows=UNKNOWN, window=HALF_YEAR, phrase="{value} of the tickets of {window} were escalated",
            none="no ticket of {window} was escalated",
            aggregate=share("escalated_at IS NOT NULL", "{filter}")),
    Feature(name="bug_ticket_share", source="tickets", concept="ticket topics", unit="share",
            no_rows=UNKNOWN, window=HALF_YEAR, phrase="{value} of tickets were about defects in {window}",
            none="no ticket was about defects in {window}",
            aggregate=share(BUG, "topic IS NOT NULL AND {filter}")),
    Feature(name="billing_ticket_share", source="tickets", concept="ticket topics", unit="share",
            no_rows=UNKNOWN, window=HALF_YEAR, phrase="{value} of tickets were about billing in {window}",
            none="no ticket was about billing in {window}",
            aggregate=share(BILLING, "topic IS NOT NULL AND {filter}")),
    Feature(name="how_to_ticket_share", source="tickets", concept="ticket topics", unit="share",
            no_rows=UNKNOWN, window=HALF_YEAR, none="no ticket asked how to do something in {window}",
            phrase="{value} of tickets asked how to do something in {window}",
            aggregate=share(HOW_TO, "topic IS NOT NULL AND {filter}")),
    # Most who complain stay, and most who leave never complained: no direction is claimed.
    Feature(name="complaint_tickets", source="tickets", concept="ticket topics", unit="tickets", window=YEAR,
            no_rows=ZERO, phrase="{value} tickets with a complaint or a wish to cancel in {window}",
            none="no ticket with a complaint or a wish to cancel in {window}",
            aggregate=f"count(*) FILTER (WHERE {COMPLAINT} AND {{filter}})"),
)  # fmt: skip

HANDLING: tuple[Feature, ...] = (
    Feature(name="open_tickets", source=HANDLED, concept="open tickets", unit="tickets", churn=1,
            no_rows=ZERO, phrase="{value} tickets open", none="no ticket open", noun="open tickets",
            aggregate="count(*) FILTER (WHERE is_open)"),
    Feature(name="open_tickets_per_100_seats", source="tickets", concept="open tickets", churn=1,
            unit="per 100 seats", no_rows=UNKNOWN, phrase="open tickets per 100 seats: {value}",
            none="no ticket open", formula=per_100_seats("open_tickets")),
    Feature(name="oldest_open_ticket_days", source=HANDLED, concept="open tickets", unit="days", churn=1,
            expansion=-1, no_rows=ZERO, phrase="oldest open ticket is {value} old", none="no ticket open",
            aggregate="max(date_diff('day', CAST(opened_at AS DATE), as_of)) FILTER (WHERE is_open)"),
    Feature(name="oldest_unanswered_ticket_days", source=HANDLED, concept="open tickets", unit="days",
            churn=1, expansion=-1, no_rows=ZERO, phrase="a ticket has waited {value} for its first answer",
            none="no ticket waits for its first answer",
            aggregate="max(date_diff('day', CAST(opened_at AS DATE), as_of)) FILTER (WHERE "
                      "first_response_at IS NULL AND is_open)"),
    *now_and_before(Feature(name="first_response_hours", source="tickets", concept="support speed", churn=1,
                            unit="hours", expansion=-1, no_rows=UNKNOWN,
                            phrase="first answers took {value} (median over {window})",
                            noun="the usual time to a first answer",
                            aggregate="median(date_diff('second', opened_at, first_response_at) / 3600.0) {when}")),
    *now_and_before(Feature(name="resolution_hours", source=HANDLED, concept="support speed", unit="hours",
                            churn=1, expansion=-1, no_rows=UNKNOWN, clock="resolved_at",
                            phrase="tickets took {value} to resolve (median over {window})",
                            noun="the usual time to resolve a ticket",
                            aggregate="median(date_diff('second', opened_at, resolved_at) / 3600.0) "
                                      "FILTER (WHERE NOT is_reopened AND {filter})")),
    Feature(name="first_response_trend", source="tickets", concept="support speed", unit="ratio", churn=1,
            expansion=-1, no_rows=UNKNOWN,
            phrase="first answers take {value} of the time of the half year before",
            formula=ratio("first_response_hours_182d", "first_response_hours_182d_before_182d", 5)),
    Feature(name="resolution_trend", source="tickets", concept="support speed", unit="ratio", churn=1,
            expansion=-1, no_rows=UNKNOWN,
            phrase="tickets take {value} of the time of the half year before to resolve",
            formula=ratio("resolution_hours_182d", "resolution_hours_182d_before_182d", 5)),
    Feature(name="tickets_reopened", source="tickets", concept="support speed", unit="tickets", churn=1,
            no_rows=ZERO, window=HALF_YEAR, clock="reopened_at", is_input=False,
            phrase="{value} tickets reopened in {window}", none="no ticket reopened in {window}",
            aggregate="count(reopened_at) {when}"),
    Feature(name="reopened_ticket_share", source="tickets", concept="support speed", unit="share", churn=1,
            no_rows=UNKNOWN, window=HALF_YEAR, clock="resolved_at",
            phrase="{value} of the tickets resolved in {window} were reopened",
            none="no ticket resolved in {window} was reopened",
            aggregate=share("reopened_at IS NOT NULL", "{filter}")),
    *now_and_before(Feature(name="csat_mean", source="tickets", concept="support satisfaction", unit="score",
                            churn=-1, expansion=1, no_rows=UNKNOWN, clock="csat_at",
                            phrase="support rated {value} over {window}", noun="the rating of support",
                            aggregate=mean("csat", "{filter}"))),
    Feature(name="csat_change", source="tickets", concept="support satisfaction", unit="score", churn=-1,
            expansion=1, no_rows=UNKNOWN, none="support rating as in the half year before",
            phrase="support rating moved by {value} against the half year before",
            formula="csat_mean_182d - csat_mean_182d_before_182d"),
)  # fmt: skip

FEATURES: tuple[Feature, ...] = (*VOLUME, *HANDLING)
