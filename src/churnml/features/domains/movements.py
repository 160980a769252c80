"""Movements: how ARR, seats and price have moved so far, and what is left of a discount."""

from churnml.features.domains.terms import MOVES, RENEWED, TERMS
from churnml.features.spec import UNKNOWN, ZERO, Feature, ratio
from churnml.timeline import Window

HALF_YEAR, YEAR, TWO_YEARS = Window(182), Window(365), Window(730)
# Up to 2 % is indexation or rounding, not a decision to grow or shrink.
UP, DOWN = "level > level_before * 1.02", "level < level_before * 0.98"
# Price is that of the lines that carry seats: a product bought at the renewal is no price rise.
NEW, REPLACED = "WHERE is_new AND is_seat_line", "WHERE is_replaced AND is_seat_line"

FEATURES: tuple[Feature, ...] = (
    Feature(name="arr_usd_year_ago", source=TERMS, concept="past movements", unit="usd", no_rows=UNKNOWN,
            is_input=False, phrase="{value} ARR a year ago", aggregate="sum(arr) FILTER (WHERE was_live)"),
    Feature(name="seats_year_ago", source=TERMS, concept="past movements", unit="seats", no_rows=UNKNOWN,
            is_input=False, phrase="{value} seats a year ago",
            aggregate="max(group_seats_year_ago) FILTER (WHERE was_live AND seats IS NOT NULL)"),
    Feature(name="arr_change_365d", source=TERMS, concept="past movements", unit="ratio", no_rows=UNKNOWN,
            phrase="ARR is at {value} of a year ago", formula=ratio("arr_usd", "arr_usd_year_ago", 5)),
    Feature(name="seats_change_365d", source=TERMS, concept="past movements", unit="ratio", no_rows=UNKNOWN,
            phrase="seats are at {value} of a year ago", formula=ratio("seats", "seats_year_ago", 5)),
    Feature(name="upsells", source=MOVES, concept="past movements", unit="times", churn=-1, expansion=1,
            no_rows=ZERO, window=TWO_YEARS, clock="moved_at", none="ARR was never raised in {window}",
            phrase="ARR was raised {value} times in {window}",
            aggregate=f"count(*) FILTER (WHERE {UP} AND {{filter}})"),
    Feature(name="downsells", source=MOVES, concept="past movements", unit="times", churn=1, expansion=-1,
            no_rows=ZERO, window=TWO_YEARS, clock="moved_at", phrase="ARR was cut {value} times in {window}",
            none="ARR was never cut in {window}", aggregate=f"count(*) FILTER (WHERE {DOWN} AND {{filter}})"),
    Feature(name="add_ons", source=TERMS, concept="past movements", unit="add-ons", churn=-1, expansion=1,
            no_rows=ZERO, window=YEAR, clock="start_date", none="nothing bought in mid-term in {window}",
            phrase="{value} add-ons bought in mid-term in {window}",
            aggregate="count(DISTINCT start_date) FILTER (WHERE is_add_on AND is_paid AND {filter})"),
    Feature(name="arr_per_seat_usd", source=TERMS, concept="price", unit="usd", no_rows=UNKNOWN,
            phrase="{value} a year per seat", formula=ratio("arr_usd", "seats", 1e9)),
    Feature(name="arr_per_seat_usd_year_ago", source=TERMS, concept="price", unit="usd", no_rows=UNKNOWN,
            is_input=False, phrase="{value} a year per seat a year ago",
            formula=ratio("arr_usd_year_ago", "seats_year_ago", 1e9)),
    Feature(name="price_change_365d", source=TERMS, concept="price", unit="ratio", churn=1, expansion=-1,
            no_rows=UNKNOWN, phrase="price per seat is at {value} of a year ago",
            formula=ratio("arr_per_seat_usd", "arr_per_seat_usd_year_ago", 3)),
    Feature(name="renewed_seat_price_usd", source=RENEWED, concept="price", unit="usd", no_rows=UNKNOWN,
            is_input=False, phrase="renewed at {value} a year per seat",
            aggregate=f"CAST(sum(arr) FILTER ({NEW}) AS DOUBLE) / nullif(sum(seats) FILTER ({NEW}), 0)"),
    Feature(name="replaced_seat_price_usd", source=RENEWED, concept="price", unit="usd", no_rows=UNKNOWN,
            is_input=False, phrase="after {value} a year per seat",
            aggregate=f"CAST(sum(arr) FILTER ({REPLACED}) AS DOUBLE) / nullif(sum(seats) FILTER ({REPLACED}), 0)"),
    Feature(name="price_change_at_renewal", source=RENEWED, concept="price", unit="ratio", churn=1,
            expansion=-1, no_rows=UNKNOWN,
            phrase="the last renewal set the price per seat at {value} of the one before",
            formula=ratio("renewed_seat_price_usd", "replaced_seat_price_usd", 3)),
    Feature(name="discount_share", source=TERMS, concept="discount", unit="share", no_rows=UNKNOWN,
            phrase="a discount of {value} on list price", none="no discount on list price",
            aggregate="CAST(coalesce(sum(arr * discount_share) FILTER (WHERE is_live AND is_discounted), 0) "
                      "AS DOUBLE) / nullif(sum(arr) FILTER (WHERE is_live), 0)"),
    Feature(name="discount_ends_in_days", source=TERMS, concept="discount", unit="days", no_rows=UNKNOWN,
            is_calendar=True, phrase="a discount ends in {value}", none="a discount ends today",
            aggregate="min(date_diff('day', as_of, CAST(discount_ends_on AS TIMESTAMP))) FILTER (WHERE "
                      "is_live AND discount_ends_on >= as_of)"),
    Feature(name="is_discount_ending", source=TERMS, concept="discount", unit="yes/no", churn=1,
            no_rows=ZERO, is_calendar=True, phrase="a discount ends within three months",
            aggregate="max(CAST(discount_ends_on >= as_of AND discount_ends_on < as_of + INTERVAL 91 DAY AS "
                      "INTEGER)) FILTER (WHERE is_live)"),
    Feature(name="has_discount_ended", source=TERMS, concept="discount", unit="yes/no", churn=1,
            no_rows=ZERO, window=HALF_YEAR, clock="discount_ends_on", is_calendar=True,
            phrase="a discount ended in {window}",
            aggregate="max(CAST({filter} AS INTEGER)) FILTER (WHERE is_live)"),
)  # fmt: skip
