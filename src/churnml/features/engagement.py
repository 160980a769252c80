"""Engagement: what the customer did of their own accord. Outreach by the vendor raises touches, not health, and is left out."""

from churnml.features.spec import UNKNOWN, ZERO, Feature
from churnml.timeline import Window

QUARTER, HALF_YEAR, YEAR = Window(91), Window(182), Window(365)

FEATURES: tuple[Feature, ...] = (
    Feature("customer_touches", "touches", "customer contact", "contacts", "{value} contacts begun by the customer in {window}", -1, 1,
            ZERO, none="no contact begun by the customer in {window}", aggregate="count(*) FILTER (is_customer_initiated AND {filter})", window=QUARTER),
    Feature("customer_silence_days", "touches", "customer contact", "days", "last contact begun by the customer {value} ago", 1, -1, 365,
            aggregate="date_diff('day', max(clock) FILTER (is_customer_initiated AND {filter}), max(as_of))", window=YEAR),
    Feature("meetings_kept_share", "touches", "meetings kept", "share", "{value} of meetings attended in {window}", -1, 1, UNKNOWN,
            none="no meeting attended in {window}", aggregate="avg(CAST(attended AS INTEGER)) {when}", window=HALF_YEAR),
    Feature("tone_mean", "touches", "tone", "score", "tone of conversations {value} (-1 to 1) over {window}", -1, 1, UNKNOWN,
            aggregate="avg(tone) FILTER (is_customer_initiated AND {filter})", window=HALF_YEAR),
)  # fmt: skip
