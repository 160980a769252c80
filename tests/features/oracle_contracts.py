"""The contract's features in plain Python."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import floor

from tests.features.oracle import (
    Book,
    Row,
    Values,
    as_day,
    capped,
    days_between,
    default_known,
    divided,
    least,
    midnight,
    most,
    total,
    within,
)
from tests.features.oracle_observed import none_if_seen, observed_days

MONTH, GAP, YEAR = timedelta(days=30), timedelta(days=31), timedelta(days=365)


def contract_values(book: Book, account: str, as_of: date, renewal: date) -> Values:
    known = book.known("contracts", account, as_of)
    terms = [
        as_stood(row) | {"notice_at": None if is_answered(row, known) else row.get("notice_at")}
        for row in known
    ]
    live = live_terms(terms, as_of)
    year_ago = [t for t in terms if t["start_date"] <= as_of - YEAR < t["stop"]]
    arr, seats = total([t["arr"] for t in live]) or 0.0, seats_of(live)
    before, seats_before = total([t["arr"] for t in year_ago]), seats_of(year_ago)
    price, price_before = capped(arr, seats, 1e9), capped(before, seats_before, 1e9)
    found: Values = {
        "arr_usd": arr, "seats": seats, "arr_usd_year_ago": before, "seats_year_ago": seats_before,
        "arr_change_365d": capped(arr, before, 5), "seats_change_365d": capped(seats, seats_before, 5),
        "arr_per_seat_usd": price, "arr_per_seat_usd_year_ago": price_before, "price_change_365d": capped(price, price_before, 3),
        **standing(terms, live, as_of, renewal), **discounts(live, as_of), **renewed(terms, live), **movements(terms, as_of),
    }  # fmt: skip
    days = observed_days(book, "contracts", account, as_of)
    none_if_seen(found, days, "upsells_730d", "downsells_730d", "add_ons_365d", "has_discount_ended_182d")
    return found


def seats_of(terms: list[Row]) -> float | None:
    """Seats summed by product; of several products those of the largest."""
    by_product: dict[str, list[int]] = {}
    for t in terms:
        if t.get("seats") is not None:
            by_product.setdefault(t.get("product") or "", []).append(t["seats"])
    return most([float(sum(seats)) for seats in by_product.values()])


def as_stood(row: Row) -> Row:
    """A term with the day on which its service stops: its end, or a cancellation before that."""
    gone = row.get("cancelled_at")
    stop = as_day(gone) if gone is not None and gone < midnight(row["end_date"]) else row["end_date"]
    return row | {
        "stop": stop,
        "is_paid": row["arr"] > 0,
        "length": in_whole_months((row["end_date"] - row["start_date"]).days),
    }


def is_answered(term: Row, known: list[Row]) -> bool:
    """Whether a paid term signed after the notice goes on where the noticed one ends: of its product, or of one that goes on from nothing."""
    if not term.get("notice_at"):
        return False
    end = term["end_date"]
    later = [s for s in known if s is not term and s["arr"] > 0 and signed(s) >= term["notice_at"]
             and s["start_date"] <= end + GAP and s["end_date"] > end]  # fmt: skip
    return any(
        line(s) == line(term) or (s["start_date"] >= end - GAP and not any(
            line(e) == line(s) and e is not s and e["arr"] > 0 and e["start_date"] < s["start_date"]
            and known_from(e) <= known_from(s) and e["end_date"] >= s["start_date"] - GAP for e in known))
        for s in later
    )  # fmt: skip


def line(term: Row) -> str:
    return term.get("product") or ""


def signed(term: Row) -> datetime:
    return term.get("signed_at") or known_from(term)


def known_from(term: Row) -> datetime:
    return term.get("known_at") or default_known("contracts", term, midnight(term["start_date"]))


def live_terms(terms: list[Row], as_of: date) -> list[Row]:
    """Terms that run on the day; where none does, those that ended last, in the three days before and not cancelled, or a month before one that is signed."""
    begun = [t for t in terms if t["start_date"] <= as_of]
    running = [t for t in begun if as_of < t["stop"]]
    last = max((t["stop"] for t in begun), default=None)
    following = min(
        (t["start_date"] for t in terms if t["start_date"] > as_of and t["is_paid"]), default=None
    )
    is_bridged = bool(last and following and following <= last + timedelta(days=30))
    return running or [t for t in begun if t["stop"] == last
                       and (is_bridged or (last >= as_of - timedelta(days=3) and t.get("cancelled_at") is None))]  # fmt: skip


def is_add_on(term: Row, terms: list[Row]) -> bool:
    return any(t["end_date"] == term["end_date"] and t["start_date"] < term["start_date"] for t in terms)


def in_whole_months(days: int) -> int:
    """Days of a term; one within three days of whole months has their usual days."""
    months = floor(days / 30.4375 + 0.5)
    usual = floor(months * 30.4375 + 0.5)
    return usual if months and abs(days - months * 30.4375) <= 3 else days


def standing(terms: list[Row], live: list[Row], as_of: date, renewal: date) -> Values:
    paid = [t for t in live if t["is_paid"]]
    arr = total([t["arr"] for t in live])
    products: dict[str, Decimal] = {}
    for t in paid:
        if t.get("product") is not None:
            products[t["product"]] = products.get(t["product"], Decimal(0)) + t["arr"]
    rest = divided(float(max(products.values(), default=Decimal(0))), float(sum(products.values())))
    first = least([t["start_date"] for t in terms if t["is_paid"]])
    plans = [(t["arr"], t["plan"]) for t in live if t.get("plan") is not None]
    deadlines = [
        max((t["end_date"] - as_of).days - (90 if t["length"] >= 365 else 30), 0)
        for t in paid
        if t.get("is_auto_renew")
    ]
    ahead = [
        max(days_between(t["signed_at"], t["start_date"]), 0)
        for t in live
        if t.get("signed_at") and not is_add_on(t, terms)
    ]
    return {
        "products_live": len({t["product"] for t in live if t.get("product") is not None}),
        "add_on_arr_share": None if rest is None else 1 - rest,
        "tenure_days": (as_of - first).days if first else None,
        "renewals_survived": len(
            {t["end_date"] for t in terms if t["is_paid"] and t["stop"] <= as_of and t not in live}
        ),
        "term_days": most([t["length"] for t in live]),
        "is_auto_renew": most([int(t["is_auto_renew"]) for t in live if t.get("is_auto_renew") is not None]),
        "is_multi_year": most([int(t["length"] > 550) for t in live]),
        "has_notice": int(all(t.get("notice_at") for t in paid)) if paid else 0,
        "notice_arr_share": divided(total([t["arr"] for t in live if t.get("notice_at")]), arr) or 0.0,
        "plan": max(plans)[1] if plans else None,
        "renewal_in_days": (renewal - as_of).days if terms else None,
        "term_age_days": (as_of - min(t["start_date"] for t in live)).days if live else None,
        "notice_deadline_in_days": least(deadlines),
        "signed_ahead_days": most(ahead),
        "renewing_arr_share": divided(
            total([t["arr"] for t in live if t["end_date"] <= renewal]) or 0.0, arr
        ),
    }


def discounts(live: list[Row], as_of: date) -> Values:
    ends = [t["discount_ends_on"] for t in live if t.get("discount_ends_on") is not None]
    saved = [t["arr"] * t["discount_share"] for t in live
             if t.get("discount_share") is not None and (t.get("discount_ends_on") is None or t["discount_ends_on"] >= as_of)]  # fmt: skip
    return {
        "discount_share": divided(total(saved) or 0.0, total([t["arr"] for t in live])),
        "discount_ends_in_days": least([(day - as_of).days for day in ends if day >= as_of]),
        "is_discount_ending": int(any(0 <= (day - as_of).days < 91 for day in ends)),
        "has_discount_ended_182d": int(any(within(day, as_of, 182) for day in ends)),
    }


def renewed(terms: list[Row], live: list[Row]) -> Values:
    """What the last renewal changed: the newest live term that followed one of the same product within a month."""
    paid = [t for t in terms if t["is_paid"]]
    days = [n["start_date"] for n in live if n["is_paid"] for o in paid
            if (o.get("product") or "") == (n.get("product") or "") and o["start_date"] < n["start_date"]
            and o["stop"] <= n["start_date"] <= o["stop"] + MONTH]  # fmt: skip
    new = [t for t in paid if days and t["start_date"] == max(days)]
    old = [
        t
        for t in paid
        if days and t["start_date"] < max(days) and t["stop"] <= max(days) <= t["stop"] + MONTH
    ]
    term, term_before = most([t["length"] for t in new]), most([t["length"] for t in old])
    product = seated_product(new, new + old)
    price, price_before = seat_price(new, product), seat_price(old, product)
    return {
        "renewed_term_days": term, "replaced_term_days": term_before, "term_change": capped(term, term_before, 5),
        "renewed_seat_price_usd": price, "replaced_seat_price_usd": price_before, "price_change_at_renewal": capped(price, price_before, 3),
    }  # fmt: skip


def seated_product(new: list[Row], concerned: list[Row]) -> str | None:
    """The product with the most seats among the new terms; of several the dearest, then the first in the alphabet."""

    def weight(product: str) -> tuple[float, Decimal]:
        own = [t for t in new if t.get("seats") is not None and (t.get("product") or "") == product]
        return (
            (sum(t["seats"] for t in own), sum((t["arr"] for t in own), Decimal(0)))
            if own
            else (-1, Decimal(0))
        )

    products = sorted({t.get("product") or "" for t in concerned if t.get("seats") is not None})
    return max(products, key=weight, default=None)


def seat_price(terms: list[Row], product: str | None) -> float | None:
    """A year's price of a seat, over the terms of the product whose seats count."""
    seated = [t for t in terms if t.get("seats") and (t.get("product") or "") == product]
    return divided(total([t["arr"] for t in seated]), total([t["seats"] for t in seated]))


def movements(terms: list[Row], as_of: date) -> Values:
    """How often paid ARR rose or fell by more than 2 %; days without ARR are passed over."""
    paid = [t for t in terms if t["is_paid"]]
    days = sorted({day for t in paid for day in (t["start_date"], t["stop"]) if day < as_of})
    moves, before = [], None
    for day in days:
        level = sum((t["arr"] for t in paid if t["start_date"] <= day < t["stop"]), Decimal(0))
        if level > 0:
            moves.append((day, level, before))
            before = level
    recent = [(level, old) for day, level, old in moves if old is not None and within(day, as_of, 730)]
    added = {t["start_date"] for t in paid if is_add_on(t, terms) and within(t["start_date"], as_of, 365)}
    return {
        "upsells_730d": sum(level > old * Decimal("1.02") for level, old in recent),
        "downsells_730d": sum(level < old * Decimal("0.98") for level, old in recent),
        "add_ons_365d": len(added),
    }
