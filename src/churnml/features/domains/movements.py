"""Movements: how ARR, seats and price have moved so far, and what is left of a discount."""

from churnml.features.domains.terms import MOVES, RENEWED, TERMS
from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio
from churnml.timeline import Window

HALF_YEAR, YEAR, TWO_YEARS = Window(182), Window(365), Window(730)
# Up to 2 % is indexation or rounding, not a decision to grow or shrink.
UP, DOWN = "level > level_before * 1.02", "level < level_before * 0.98"
# Price is that of the lines that carry seats: a product bought at the renewal is no price rise.
NEW, REPLACED = "WHERE is_new AND seats > 0", "WHERE is_replaced AND seats > 0"

FEATURES: tuple[Feature, ...] = (
    Feature("arr_usd_year_ago", TERMS, "past movements", "usd", "{value} ARR a year ago", 0, 0, UNKNOWN,
            aggregate="sum(arr) FILTER (WHERE was_live)", is_input=False),
    Feature("seats_year_ago", TERMS, "past movements", "seats", "{value} seats a year ago", 0, 0, UNKNOWN,
            aggregate="sum(seats) FILTER (WHERE was_live)", is_input=False),
    Feature("arr_change_365d", TERMS, "past movements", "ratio", "ARR is at {value} of a year ago", 0, 0, UNKNOWN,
            formula=ratio("arr_usd", "arr_usd_year_ago", 5)),
    Feature("seats_change_365d", TERMS, "past movements", "ratio", "seats are at {value} of a year ago", 0, 0, UNKNOWN,
            formula=ratio("seats", "seats_year_ago", 5)),
    Feature("upsells", MOVES, "past movements", "times", "ARR was raised {value} times in {window}", -1, 1, ZERO,
            none="ARR was never raised in {window}", aggregate=f"count(*) FILTER (WHERE {UP} AND {{filter}})", window=TWO_YEARS, clock="moved_at"),
    Feature("downsells", MOVES, "past movements", "times", "ARR was cut {value} times in {window}", 1, -1, ZERO,
            none="ARR was never cut in {window}", aggregate=f"count(*) FILTER (WHERE {DOWN} AND {{filter}})", window=TWO_YEARS, clock="moved_at"),
    Feature("add_ons", TERMS, "past movements", "add-ons", "{value} add-ons bought in mid-term in {window}", -1, 1, ZERO,
            none="nothing bought in mid-term in {window}", aggregate="count(DISTINCT start_date) FILTER (WHERE is_add_on AND is_paid AND {filter})",
            window=YEAR, clock="start_date"),
    Feature("arr_per_seat_usd", TERMS, "price", "usd", "{value} a year per seat", 0, 0, UNKNOWN, formula=ratio("arr_usd", "seats", 1e9)),
    Feature("arr_per_seat_usd_year_ago", TERMS, "price", "usd", "{value} a year per seat a year ago", 0, 0, UNKNOWN,
            formula=ratio("arr_usd_year_ago", "seats_year_ago", 1e9), is_input=False),
    Feature("price_change_365d", TERMS, "price", "ratio", "price per seat is at {value} of a year ago", 1, -1, UNKNOWN,
            formula=ratio("arr_per_seat_usd", "arr_per_seat_usd_year_ago", 3)),
    Feature("renewed_seat_price_usd", RENEWED, "price", "usd", "renewed at {value} a year per seat", 0, 0, UNKNOWN,
            aggregate=f"CAST(sum(arr) FILTER ({NEW}) AS DOUBLE) / nullif(sum(seats) FILTER ({NEW}), 0)", is_input=False),
    Feature("replaced_seat_price_usd", RENEWED, "price", "usd", "after {value} a year per seat", 0, 0, UNKNOWN,
            aggregate=f"CAST(sum(arr) FILTER ({REPLACED}) AS DOUBLE) / nullif(sum(seats) FILTER ({REPLACED}), 0)", is_input=False),
    Feature("price_change_at_renewal", RENEWED, "price", "ratio", "the last renewal set the price per seat at {value} of the one before", 1, -1, UNKNOWN,
            formula=ratio("renewed_seat_price_usd", "replaced_seat_price_usd", 3)),
    Feature("discount_share", TERMS, "discount", "share", "a discount of {value} on list price", 0, 0, UNKNOWN, none="no discount on list price",
            aggregate="CAST(coalesce(sum(arr * discount_share) FILTER (WHERE is_live AND is_discounted), 0) AS DOUBLE) / nullif(sum(arr) FILTER (WHERE is_live), 0)"),
    Feature("discount_ends_in_days", TERMS, "discount", "days", "a discount ends in {value}", 0, 0, UNKNOWN, none="a discount ends today",
            aggregate="min(date_diff('day', as_of, CAST(discount_ends_on AS TIMESTAMP))) FILTER (WHERE is_live AND discount_ends_on >= as_of)",
            is_calendar=True),
    Feature("is_discount_ending", TERMS, "discount", "yes/no", "a discount ends within three months", 1, 0, ZERO,
            aggregate="max(CAST(discount_ends_on >= as_of AND discount_ends_on < as_of + INTERVAL 91 DAY AS INTEGER)) FILTER (WHERE is_live)",
            is_calendar=True),
    Feature("has_discount_ended", TERMS, "discount", "yes/no", "a discount ended in {window}", 1, 0, ZERO,
            aggregate="max(CAST({filter} AS INTEGER)) FILTER (WHERE is_live)", window=HALF_YEAR, clock="discount_ends_on",
            is_calendar=True),
)  # fmt: skip
