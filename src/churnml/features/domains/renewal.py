"""Renewal: how far off the decision is, how much of the account it covers, and by when notice is usually due."""

from churnml.features.domains.terms import TERMS
from churnml.features.spec import UNKNOWN, Feature

# No table says how much notice a contract asks for. Custom is 90 days on terms of a year or longer and 30 on shorter ones.
USUAL_NOTICE = "CASE WHEN length_days >= 365 THEN 90 ELSE 30 END"

FEATURES: tuple[Feature, ...] = (
    Feature("renewal_in_days", TERMS, "renewal timing", "days", "renewal in {value}", 0, 0, UNKNOWN,
            aggregate="date_diff('day', max(as_of), max(renewal))", is_calendar=True),
    Feature("term_age_days", TERMS, "renewal timing", "days", "{value} into the term", 0, 0, UNKNOWN, none="the term begins today",
            aggregate="date_diff('day', min(start_date) FILTER (WHERE is_live), max(as_of))", is_calendar=True),
    Feature("notice_deadline_in_days", TERMS, "renewal timing", "days", "usual notice deadline in {value}, contract renews by itself",
            0, 0, UNKNOWN, none="usual notice deadline has come, contract renews by itself",
            aggregate=f"min(greatest(date_diff('day', as_of, CAST(end_date AS TIMESTAMP)) - {USUAL_NOTICE}, 0)) "
                      "FILTER (WHERE is_live AND is_paid AND is_auto_renew)", is_calendar=True),
    Feature("signed_ahead_days", TERMS, "renewal timing", "days", "the term was signed {value} before it began", 0, 0, UNKNOWN,
            none="the term was signed no earlier than it began",
            aggregate="max(greatest(date_diff('day', CAST(signed_at AS DATE), CAST(start_date AS TIMESTAMP)), 0)) FILTER (WHERE is_live AND NOT is_add_on AND signed_at IS NOT NULL)"),
    Feature("renewing_arr_share", TERMS, "renewal timing", "share", "{value} of ARR ends by this renewal", 0, 0, UNKNOWN,
            none="no ARR ends by this renewal",
            aggregate="CAST(coalesce(sum(arr) FILTER (WHERE is_live AND end_date <= renewal), 0) AS DOUBLE) / nullif(sum(arr) FILTER (WHERE is_live), 0)"),
)  # fmt: skip
