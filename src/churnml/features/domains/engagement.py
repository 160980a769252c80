"""Engagement: what the customer did of their own accord, what the vendor did, and whether the one answered the other.

Outreach by the vendor follows its own calendar and is no health, so it leans nowhere; an answer to it does.
"""

from churnml.features.spec import UNKNOWN, ZERO, Feature, View, ratio
from churnml.features.sql import mean, now_and_before, per_100_seats, share
from churnml.timeline import Window

QUARTER, HALF_YEAR, YEAR = Window(91), Window(182), Window(365)
BEFORE_QUARTER = Window(274, ago=91)
ANSWERED_DAYS = 14
"""A contact begun by the vendor counts as answered if the customer begins one within so many days."""

# Each contact beside the customer's next one and their last one.
REPLIES = View("replies", "touches", """
    SELECT *, min(CASE WHEN is_customer_initiated THEN clock END)
                  OVER (PARTITION BY snapshot ORDER BY clock RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS next_reply,
              max(CASE WHEN is_customer_initiated THEN clock END) OVER (PARTITION BY snapshot) AS last_reply
    FROM ({door})""", reach_days=YEAR.reach)  # fmt: skip
VENDOR, CUSTOMER = "NOT is_customer_initiated", "is_customer_initiated"
# A contact of the last days has not had its time to be answered.
RIPE = f"{VENDOR} AND clock < as_of - INTERVAL {ANSWERED_DAYS} DAY"

FEATURES: tuple[Feature, ...] = (
    Feature("customer_touches", "touches", "customer contact", "contacts", "{value} contacts begun by the customer in {window}", -1, 1,
            ZERO, none="no contact begun by the customer in {window}", noun="contacts begun by the customer in {days} days",
            aggregate=f"count(*) FILTER (WHERE {CUSTOMER} AND {{filter}})", window=QUARTER),
    Feature("customer_touches", "touches", "customer contact", "contacts", "{value} contacts begun by the customer in {window}", -1, 1,
            ZERO, none="no contact begun by the customer in {window}", aggregate=f"count(*) FILTER (WHERE {CUSTOMER} AND {{filter}})",
            window=BEFORE_QUARTER, is_input=False),
    Feature("customer_touches_per_100_seats_91d", "touches", "customer contact", "per 100 seats",
            "contacts begun by the customer per 100 seats in the last 91 days: {value}", -1, 1, UNKNOWN,
            none="no contact begun by the customer in the last 91 days", formula=per_100_seats("customer_touches_91d")),
    Feature("customer_touches_trend", "touches", "customer contact", "ratio", "the customer gets in touch at {value} of the pace of the nine months before", -1, 1, UNKNOWN,
            none="the customer has stopped getting in touch, unlike in the nine months before",
            formula=ratio("(customer_touches_91d / 91)", "(customer_touches_274d_before_91d / 274)", 5)),
    Feature("customer_silence_days", "touches", "customer contact", "days", "last contact begun by the customer {value} ago", 1, -1, 365,
            aggregate=f"date_diff('day', CAST(max(clock) FILTER (WHERE {CUSTOMER} AND {{filter}}) AS DATE), max(as_of))", window=YEAR),
    Feature("customer_channels", "touches", "customer contact", "channels", "contact begun by the customer on {value} channels in {window}", -1, 1, ZERO,
            none="no contact begun by the customer in {window}",
            aggregate=f"count(DISTINCT channel) FILTER (WHERE {CUSTOMER} AND {{filter}})", window=HALF_YEAR),
    Feature("vendor_touches", "touches", "vendor outreach", "contacts", "{value} contacts begun by the team in {window}", 0, 0, ZERO,
            none="no contact begun by the team in {window}", aggregate=f"count(*) FILTER (WHERE {VENDOR} AND {{filter}})", window=QUARTER),
    Feature("vendor_touches_per_100_seats_91d", "touches", "vendor outreach", "per 100 seats",
            "contacts begun by the team per 100 seats in the last 91 days: {value}", 0, 0, UNKNOWN, formula=per_100_seats("vendor_touches_91d")),
    Feature("vendor_silence_days", "touches", "vendor outreach", "days", "last contact begun by the team {value} ago", 0, 0, 365,
            aggregate=f"date_diff('day', CAST(max(clock) FILTER (WHERE {VENDOR} AND {{filter}}) AS DATE), max(as_of))", window=YEAR),
    Feature("answered_touch_share", REPLIES, "answers to the team", "share", "{value} of the team's contacts answered within two weeks in {window}", -1, 1,
            UNKNOWN, none="none of the team's contacts answered within two weeks in {window}",
            aggregate=share(f"next_reply < clock + INTERVAL {ANSWERED_DAYS} DAY", f"{RIPE} AND {{filter}}"), window=HALF_YEAR),
    Feature("unanswered_touches", REPLIES, "answers to the team", "contacts", "{value} contacts by the team since the customer last wrote, in {window}", 1, -1,
            ZERO, none="no contact by the team since the customer last wrote", aggregate=f"count(*) FILTER (WHERE {VENDOR} AND (last_reply IS NULL OR clock > last_reply) AND {{filter}})",
            window=YEAR),
    Feature("meetings_kept_share", "touches", "meetings", "share", "{value} of meetings attended in {window}", -1, 1, UNKNOWN,
            none="no meeting attended in {window}", noun="the share of meetings attended", aggregate=share("attended", "attended IS NOT NULL AND {filter}"), window=HALF_YEAR),
    Feature("meetings_missed", "touches", "meetings", "meetings", "{value} meetings missed in {window}", 1, -1, ZERO,
            none="no meeting missed in {window}", aggregate="count(*) FILTER (WHERE NOT attended AND {filter})", window=HALF_YEAR),
    Feature("meeting_silence_days", "touches", "meetings", "days", "last meeting attended {value} ago", 1, -1, 365,
            aggregate="date_diff('day', CAST(max(clock) FILTER (WHERE attended AND {filter}) AS DATE), max(as_of))", window=YEAR),
    *now_and_before(Feature(
        "tone_mean", "touches", "tone", "score", "tone of conversations {value} (-1 to 1) over {window}", -1, 1, UNKNOWN, noun="the tone of conversations",
        aggregate=mean("tone", f"{CUSTOMER} AND {{filter}}"))),
    Feature("tone_change", "touches", "tone", "score", "tone of conversations moved by {value} against the half year before", -1, 1, UNKNOWN,
            none="tone of conversations as in the half year before", formula="tone_mean_182d - tone_mean_182d_before_182d"),
    Feature("tone_lowest", "touches", "tone", "score", "lowest tone of a conversation {value} (-1 to 1) in {window}", -1, 1, UNKNOWN,
            aggregate=f"min(tone) FILTER (WHERE {CUSTOMER} AND {{filter}})", window=QUARTER),
)  # fmt: skip
