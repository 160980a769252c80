"""Renewal: how far off the decision is, how much of the account it covers, and by when notice is usually due."""

from churnml.features.domains.terms import TERMS
from churnml.features.spec import UNKNOWN, Feature

# No table says how much notice a contract asks for. Custom is 90 days on terms of a year or longer and 30 on shorter ones.
USUAL_NOTICE = "CASE WHEN length_days >= 365 THEN 90 ELSE 30 END"

FEATURES: tuple[Feature, ...] = (
    Feature(name="renewal_in_days", source=TERMS, concept="renewal timing", unit="days", no_rows=UNKNOWN,
            is_calendar=True, phrase="renewal in {value}",
            aggregate="date_diff('day', max(as_of), max(renewal))"),
    Feature(name="term_age_days", source=TERMS, concept="renewal timing", unit="days", no_rows=UNKNOWN,
            is_calendar=True, phrase="{value} into the term", none="the term begins today",
            aggregate="date_diff('day', min(start_date) FILTER (WHERE is_live), max(as_of))"),
    Feature(name="notice_deadline_in_days", source=TERMS, concept="renewal timing", unit="days",
            no_rows=UNKNOWN, is_calendar=True,
            phrase="usual notice deadline in {value}, contract renews by itself",
            none="usual notice deadline has come, contract renews by itself",
            aggregate=f"min(greatest(date_diff('day', as_of, CAST(end_date AS TIMESTAMP)) - {USUAL_NOTICE}, 0)) "
                      "FILTER (WHERE is_live AND is_paid AND is_auto_renew)"),
    Feature(name="signed_ahead_days", source=TERMS, concept="renewal timing", unit="days", no_rows=UNKNOWN,
            phrase="the term was signed {value} before it began",
            none="the term was signed no earlier than it began",
            aggregate="max(greatest(date_diff('day', CAST(signed_at AS DATE), CAST(start_date AS "
                      "TIMESTAMP)), 0)) FILTER (WHERE is_live AND NOT is_add_on AND signed_at IS NOT NULL)"),
    Feature(name="renewing_arr_share", source=TERMS, concept="renewal timing", unit="share", no_rows=UNKNOWN,
            phrase="{value} of ARR ends by this renewal", none="no ARR ends by this renewal",
            aggregate="CAST(coalesce(sum(arr) FILTER (WHERE is_live AND coalesce(end_date, as_of) <= renewal), 0) AS DOUBLE) "
                      "/ nullif(sum(arr) FILTER (WHERE is_live), 0)"),
)  # fmt: skip
