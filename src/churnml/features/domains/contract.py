"""Contract: value, products, tenure, terms, notice and plan, from the terms known on the day."""

from churnml.features.domains.terms import PRODUCTS, RENEWED, TERMS
from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio

FEATURES: tuple[Feature, ...] = (
    Feature("arr_usd", TERMS, "contract value", "usd", "{value} ARR", 0, 0, ZERO, aggregate="sum(arr) FILTER (WHERE is_live)"),
    Feature("seats", TERMS, "contract value", "seats", "{value} seats", 0, 0, UNKNOWN, aggregate="sum(seats) FILTER (WHERE is_live)"),
    Feature("products_live", TERMS, "products owned", "products", "{value} products under contract", -1, 0, ZERO,
            none="no product under contract", aggregate="count(DISTINCT product) FILTER (WHERE is_live)"),
    Feature("add_on_arr_share", PRODUCTS, "products owned", "share", "{value} of ARR comes from products beside the main one", 0, 0, UNKNOWN,
            none="all ARR comes from one product", aggregate="1 - CAST(max(product_arr) AS DOUBLE) / nullif(sum(product_arr), 0)"),
    Feature("tenure_days", TERMS, "tenure", "days", "a customer for {value}", -1, 0, UNKNOWN,
            aggregate="date_diff('day', min(start_date) FILTER (WHERE is_paid), max(as_of))", is_calendar=True),
    Feature("renewals_survived", TERMS, "tenure", "renewals", "{value} renewals so far", -1, 0, ZERO, none="has not come to a renewal yet",
            aggregate="count(DISTINCT end_date) FILTER (WHERE is_paid AND stop_at <= as_of AND NOT is_live)"),
    Feature("term_days", TERMS, "contract length", "days", "on a term of {value}", 0, 0, UNKNOWN,
            aggregate="max(length_days) FILTER (WHERE is_live)"),
    Feature("is_auto_renew", TERMS, "contract length", "yes/no", "contract renews by itself", -1, 0, UNKNOWN,
            aggregate="max(CAST(is_auto_renew AS INTEGER)) FILTER (WHERE is_live)"),
    # A year and a month or two, as pilots and alignments give it, is no commitment for years.
    Feature("is_multi_year", TERMS, "contract length", "yes/no", "on a contract of several years", -1, 0, UNKNOWN,
            aggregate="max(CAST(length_days > 550 AS INTEGER)) FILTER (WHERE is_live)"),
    Feature("renewed_term_days", RENEWED, "contract length", "days", "renewed for {value}", 0, 0, UNKNOWN,
            aggregate="max(length_days) FILTER (WHERE is_new)", is_input=False),
    Feature("replaced_term_days", RENEWED, "contract length", "days", "after a term of {value}", 0, 0, UNKNOWN,
            aggregate="max(length_days) FILTER (WHERE is_replaced)", is_input=False),
    Feature("term_change", RENEWED, "contract length", "ratio", "the term is {value} as long as the one before", -1, 0, UNKNOWN,
            formula=ratio("renewed_term_days", "replaced_term_days", 5)),
    # Notice on one of several products is a smaller contract to come, not a customer leaving.
    Feature("has_notice", TERMS, "notice given", "yes/no", "notice of cancellation given", 1, -1, ZERO,
            aggregate="min(CAST(notice_at IS NOT NULL AS INTEGER)) FILTER (WHERE is_live AND is_paid)"),
    Feature("notice_arr_share", TERMS, "notice given", "share", "{value} of ARR is under notice", 1, -1, ZERO, none="no ARR is under notice",
            aggregate="CAST(sum(arr) FILTER (WHERE is_live AND notice_at IS NOT NULL) AS DOUBLE) / nullif(sum(arr) FILTER (WHERE is_live), 0)"),
    Feature("plan", TERMS, "plan", "category", "on plan {value}", 0, 0, UNKNOWN,
            aggregate="arg_max(plan, struct_pack(a := arr, p := plan)) FILTER (WHERE is_live AND plan IS NOT NULL)", is_category=True),
)  # fmt: skip
