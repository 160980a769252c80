"""Engagement: what the customer did of their own accord, what the vendor did, and whether the one answered the other.

Outreach by the vendor follows its own calendar and is no health, so it has no direction; an answer to it has.
"""

from churnml.features.spec import UNKNOWN, ZERO, Feature, View
from churnml.features.sql import mean, now_and_before, pace, per_100_seats, share
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
    Feature(name="customer_touches", source="touches", concept="customer contact", unit="contacts", churn=-1,
            expansion=1, no_rows=ZERO, window=QUARTER, none="no contact begun by the customer in {window}",
            phrase="{value} contacts begun by the customer in {window}",
            noun="contacts begun by the customer in {days} days",
            aggregate=f"count(*) FILTER (WHERE {CUSTOMER} AND {{filter}})"),
    Feature(name="customer_touches", source="touches", concept="customer contact", unit="contacts", churn=-1,
            expansion=1, no_rows=ZERO, window=BEFORE_QUARTER, is_input=False,
            phrase="{value} contacts begun by the customer in {window}",
            none="no contact begun by the customer in {window}",
            aggregate=f"count(*) FILTER (WHERE {CUSTOMER} AND {{filter}})"),
    Feature(name="customer_touches_per_100_seats_91d", source="touches", concept="customer contact",
            unit="per 100 seats", churn=-1, expansion=1, no_rows=UNKNOWN,
            phrase="contacts begun by the customer per 100 seats in the last 91 days: {value}",
            none="no contact begun by the customer in the last 91 days",
            formula=per_100_seats("customer_touches_91d")),
    Feature(name="customer_touches_trend", source="touches", concept="customer contact", unit="ratio",
            churn=-1, expansion=1, no_rows=UNKNOWN,
            phrase="the customer gets in touch at {value} of the pace of the nine months before",
            none="the customer has stopped getting in touch, unlike in the nine months before",
            formula=pace("touches", "customer_touches_91d", "customer_touches_274d_before_91d", QUARTER, BEFORE_QUARTER)),
    Feature(name="customer_silence_days", source="touches", concept="customer contact", unit="days", churn=1,
            expansion=-1, no_rows=365, window=YEAR, phrase="{value} without a contact begun by the customer",
            aggregate=f"date_diff('day', CAST(max(clock) FILTER (WHERE {CUSTOMER} AND {{filter}}) AS DATE), max(as_of))"),
    Feature(name="customer_channels", source="touches", concept="customer contact", unit="channels",
            churn=-1, expansion=1, no_rows=ZERO, window=HALF_YEAR,
            phrase="contact begun by the customer on {value} channels in {window}",
            none="no contact begun by the customer in {window}",
            aggregate=f"count(DISTINCT channel) FILTER (WHERE {CUSTOMER} AND {{filter}})"),
    Feature(name="vendor_touches", source="touches", concept="vendor outreach", unit="contacts",
            no_rows=ZERO, window=QUARTER, phrase="{value} contacts begun by the team in {window}",
            none="no contact begun by the team in {window}",
            aggregate=f"count(*) FILTER (WHERE {VENDOR} AND {{filter}})"),
    Feature(name="vendor_touches_per_100_seats_91d", source="touches", concept="vendor outreach",
            unit="per 100 seats", no_rows=UNKNOWN, formula=per_100_seats("vendor_touches_91d"),
            phrase="contacts begun by the team per 100 seats in the last 91 days: {value}"),
    Feature(name="vendor_silence_days", source="touches", concept="vendor outreach", unit="days",
            no_rows=365, window=YEAR, phrase="{value} without a contact begun by the team",
            aggregate=f"date_diff('day', CAST(max(clock) FILTER (WHERE {VENDOR} AND {{filter}}) AS DATE), max(as_of))"),
    Feature(name="answered_touch_share", source=REPLIES, concept="answers to the team", unit="share",
            churn=-1, expansion=1, no_rows=UNKNOWN, window=HALF_YEAR,
            phrase="{value} of the team's contacts answered within two weeks in {window}",
            none="none of the team's contacts answered within two weeks in {window}",
            aggregate=share(f"next_reply < clock + INTERVAL {ANSWERED_DAYS} DAY", f"{RIPE} AND {{filter}}")),
    Feature(name="unanswered_touches", source=REPLIES, concept="answers to the team", unit="contacts",
            churn=1, expansion=-1, no_rows=ZERO, window=YEAR,
            phrase="{value} contacts by the team since the customer last wrote, in {window}",
            none="no contact by the team since the customer last wrote",
            aggregate=f"count(*) FILTER (WHERE {VENDOR} AND (last_reply IS NULL OR clock > last_reply) AND {{filter}})"),
    Feature(name="meetings_kept_share", source="touches", concept="meetings", unit="share", churn=-1,
            expansion=1, no_rows=UNKNOWN, window=HALF_YEAR, none="no meeting attended in {window}",
            phrase="{value} of meetings attended in {window}", noun="the share of meetings attended",
            aggregate=share("attended", "attended IS NOT NULL AND {filter}")),
    Feature(name="meetings_missed", source="touches", concept="meetings", unit="meetings", churn=1,
            expansion=-1, no_rows=ZERO, window=HALF_YEAR, phrase="{value} meetings missed in {window}",
            none="no meeting missed in {window}",
            aggregate="count(*) FILTER (WHERE NOT attended AND {filter})"),
    Feature(name="meeting_silence_days", source="touches", concept="meetings", unit="days", churn=1,
            expansion=-1, no_rows=365, window=YEAR, phrase="{value} without a meeting attended",
            aggregate="date_diff('day', CAST(max(clock) FILTER (WHERE attended AND {filter}) AS DATE), max(as_of))"),
    *now_and_before(Feature(name="tone_mean", source="touches", concept="tone", unit="score", churn=-1,
                            expansion=1, no_rows=UNKNOWN, noun="the tone of conversations",
                            phrase="tone of conversations {value} (-1 to 1) over {window}",
                            aggregate=mean("tone", f"{CUSTOMER} AND {{filter}}"))),
    Feature(name="tone_change", source="touches", concept="tone", unit="score", churn=-1, expansion=1,
            no_rows=UNKNOWN, phrase="tone of conversations moved by {value} against the half year before",
            none="tone of conversations as in the half year before",
            formula="tone_mean_182d - tone_mean_182d_before_182d"),
    Feature(name="tone_lowest", source="touches", concept="tone", unit="score", churn=-1, expansion=1,
            no_rows=UNKNOWN, window=QUARTER, aggregate=f"min(tone) FILTER (WHERE {CUSTOMER} AND {{filter}})",
            phrase="lowest tone of a conversation {value} (-1 to 1) in {window}"),
)  # fmt: skip
