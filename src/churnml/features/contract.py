"""Contract: value, tenure, terms, price and past movements, from the terms known on the day."""

from churnml.data.revenue import SERVICE_ENDS
from churnml.features.spec import UNKNOWN, ZERO, Feature, View, ratio

# A term's service ends at its end, or at a cancellation that has already happened (the door hides any other). On the day a rolling term
# ends, its successor is not known yet: where nothing else is live, the term that ends that day still is.
TERMS = View("terms", "contracts", f"""
    SELECT *, arr > 0 AS is_paid, start_date <= as_of AND (as_of < stop_at OR (as_of = stop_at AND NOT bool_or(
               start_date <= as_of AND as_of < stop_at) OVER (PARTITION BY snapshot))) AS is_live,
           start_date <= as_of - INTERVAL 365 DAY AND as_of - INTERVAL 365 DAY < stop_at AS was_live
    FROM (SELECT *, CAST({SERVICE_ENDS} AS TIMESTAMP) AS stop_at FROM ({{door}}))""")  # fmt: skip

FEATURES: tuple[Feature, ...] = (
    Feature("arr_usd", TERMS, "contract value", "usd", "{value} ARR", 0, 0, ZERO, aggregate="sum(arr) FILTER (is_live)"),
    Feature("seats", TERMS, "contract value", "seats", "{value} seats", 0, 0, UNKNOWN, aggregate="sum(seats) FILTER (is_live)"),
    Feature("products_live", TERMS, "products owned", "products", "{value} products under contract", -1, 0, ZERO,
            none="no product under contract", aggregate="count(DISTINCT product) FILTER (is_live)"),
    Feature("tenure_days", TERMS, "tenure", "days", "a customer for {value}", -1, 0, UNKNOWN,
            aggregate="date_diff('day', min(start_date) FILTER (is_paid), max(as_of))"),
    Feature("renewal_in_days", TERMS, "renewal timing", "days", "renewal in {value}", 0, 0, UNKNOWN,
            aggregate="date_diff('day', max(as_of), max(renewal))"),
    Feature("term_days", TERMS, "contract length", "days", "on a term of {value}", 0, 0, UNKNOWN,
            aggregate="max(end_date - start_date) FILTER (is_live)"),
    Feature("term_age_days", TERMS, "renewal timing", "days", "{value} into the term", 0, 0, UNKNOWN,
            aggregate="date_diff('day', min(start_date) FILTER (is_live), max(as_of))"),
    Feature("is_auto_renew", TERMS, "contract length", "yes/no", "contract renews by itself", -1, 0, UNKNOWN,
            aggregate="max(CAST(is_auto_renew AS INTEGER)) FILTER (is_live)"),
    # Notice on one of several products is a smaller contract to come, not a customer leaving.
    Feature("has_notice", TERMS, "notice given", "yes/no", "notice of cancellation given", 1, -1, ZERO,
            aggregate="min(CAST(notice_at IS NOT NULL AS INTEGER)) FILTER (is_live AND is_paid)"),
    Feature("plan", TERMS, "plan", "category", "on plan {value}", 0, 0, UNKNOWN,
            aggregate="arg_max(plan, struct_pack(a := arr, p := plan)) FILTER (is_live AND plan IS NOT NULL)", is_category=True),
    Feature("arr_usd_year_ago", TERMS, "past movements", "usd", "{value} ARR a year ago", 0, 0, UNKNOWN,
            aggregate="sum(arr) FILTER (was_live)", is_input=False),
    Feature("seats_year_ago", TERMS, "past movements", "seats", "{value} seats a year ago", 0, 0, UNKNOWN,
            aggregate="sum(seats) FILTER (was_live)", is_input=False),
    Feature("arr_change_365d", TERMS, "past movements", "ratio", "ARR is at {value} of a year ago", 0, 0, UNKNOWN,
            formula=ratio("arr_usd", "arr_usd_year_ago", 5)),
    Feature("seats_change_365d", TERMS, "past movements", "ratio", "seats are at {value} of a year ago", 0, 0, UNKNOWN,
            formula=ratio("seats", "seats_year_ago", 5)),
    Feature("arr_per_seat_usd", TERMS, "price", "usd", "{value} a year per seat", 0, 0, UNKNOWN, formula=ratio("arr_usd", "seats", 1e9)),
    Feature("arr_per_seat_usd_year_ago", TERMS, "price", "usd", "{value} a year per seat a year ago", 0, 0, UNKNOWN,
            formula=ratio("arr_usd_year_ago", "seats_year_ago", 1e9), is_input=False),
    Feature("price_change_365d", TERMS, "price", "ratio", "price per seat is at {value} of a year ago", 1, -1, UNKNOWN,
            formula=ratio("arr_per_seat_usd", "arr_per_seat_usd_year_ago", 3)),
)  # fmt: skip
