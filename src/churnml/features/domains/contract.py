"""Contract: value, products, tenure, terms, notice and plan, from the terms known on the day."""

from churnml.features.domains.terms import PRODUCTS, RENEWED, TERMS
from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio

FEATURES: tuple[Feature, ...] = (
    Feature(name="arr_usd", source=TERMS, concept="contract value", unit="usd", no_rows=ZERO,
            phrase="{value} ARR", aggregate="sum(arr) FILTER (WHERE is_live)"),
    Feature(name="seats", source=TERMS, concept="contract value", unit="seats", no_rows=UNKNOWN,
            phrase="{value} seats", aggregate="max(group_seats) FILTER (WHERE is_live AND seats IS NOT NULL)"),
    Feature(name="products_live", source=TERMS, concept="products owned", unit="products", churn=-1,
            no_rows=ZERO, phrase="{value} products under contract", none="no product under contract",
            aggregate="count(DISTINCT product) FILTER (WHERE is_live)"),
    Feature(name="add_on_arr_share", source=PRODUCTS, concept="products owned", unit="share",
            no_rows=UNKNOWN, phrase="{value} of ARR comes from products beside the main one",
            none="all ARR comes from one product",
            aggregate="1 - CAST(max(product_arr) AS DOUBLE) / nullif(sum(product_arr), 0)"),
    Feature(name="tenure_days", source=TERMS, concept="tenure", unit="days", churn=-1, no_rows=UNKNOWN,
            is_calendar=True, phrase="a customer for {value}",
            aggregate="date_diff('day', min(start_date) FILTER (WHERE is_paid), max(as_of))"),
    Feature(name="renewals_survived", source=TERMS, concept="tenure", unit="renewals", churn=-1,
            no_rows=ZERO, phrase="{value} renewals so far", none="has not come to a renewal yet",
            aggregate="count(DISTINCT end_date) FILTER (WHERE is_paid AND stop_at <= as_of AND NOT is_live)"),
    Feature(name="term_days", source=TERMS, concept="contract length", unit="days", no_rows=UNKNOWN,
            phrase="on a term of {value}", aggregate="max(length_days) FILTER (WHERE is_live)"),
    Feature(name="is_auto_renew", source=TERMS, concept="contract length", unit="yes/no", churn=-1,
            no_rows=UNKNOWN, phrase="contract renews by itself",
            aggregate="max(CAST(is_auto_renew AS INTEGER)) FILTER (WHERE is_live)"),
    # A year and a month or two, as pilots and alignments give it, is no commitment for years.
    Feature(name="is_multi_year", source=TERMS, concept="contract length", unit="yes/no", churn=-1,
            no_rows=UNKNOWN, phrase="on a contract of several years",
            aggregate="max(CAST(length_days > 550 AS INTEGER)) FILTER (WHERE is_live)"),
    Feature(name="renewed_term_days", source=RENEWED, concept="contract length", unit="days", is_input=False,
            no_rows=UNKNOWN, phrase="renewed for {value}",
            aggregate="max(length_days) FILTER (WHERE is_new)"),
    Feature(name="replaced_term_days", source=RENEWED, concept="contract length", unit="days",
            no_rows=UNKNOWN, is_input=False, phrase="after a term of {value}",
            aggregate="max(length_days) FILTER (WHERE is_replaced)"),
    Feature(name="term_change", source=RENEWED, concept="contract length", unit="ratio", churn=-1,
            no_rows=UNKNOWN, phrase="the term is {value} as long as the one before",
            formula=ratio("renewed_term_days", "replaced_term_days", 5)),
    # Notice on one of several products is a smaller contract to come, not a customer leaving.
    Feature(name="has_notice", source=TERMS, concept="notice given", unit="yes/no", churn=1, expansion=-1,
            no_rows=ZERO, phrase="notice of cancellation given",
            aggregate="min(CAST(notice_at IS NOT NULL AS INTEGER)) FILTER (WHERE is_live AND is_paid)"),
    Feature(name="notice_arr_share", source=TERMS, concept="notice given", unit="share", churn=1,
            expansion=-1, no_rows=ZERO, phrase="{value} of ARR is under notice",
            none="no ARR is under notice",
            aggregate="CAST(sum(arr) FILTER (WHERE is_live AND notice_at IS NOT NULL) AS DOUBLE) / "
                      "nullif(sum(arr) FILTER (WHERE is_live), 0)"),
    Feature(name="plan", source=TERMS, concept="plan", unit="category", no_rows=UNKNOWN, is_category=True,
            phrase="on plan {value}",
            aggregate="arg_max(plan, struct_pack(a := weight, p := plan)) FILTER (WHERE is_live AND plan IS NOT NULL)"),
)  # fmt: skip
