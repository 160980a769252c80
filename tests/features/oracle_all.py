"""All features of an account on a day in plain Python, its peers included."""

from datetime import date
from statistics import median

from tests.features.oracle import Book, Values, default_known, happened, midnight
from tests.features.oracle_contact import profile_values, survey_values, ticket_values, touch_values
from tests.features.oracle_contracts import contract_values
from tests.features.oracle_money import action_values, invoice_values, milestone_values
from tests.features.oracle_usage import level, usage_values

LEAST_PEERS = 2
COMPARED = ("events_per_seat_28d", "seat_utilisation", "features_used_91d", "usage_trend")


def values_of(book: Book, account: str, as_of: date, renewal: date) -> Values:
    """Every column of the catalogue."""
    found = dict(own_values(book, account, as_of, renewal))
    first = as_of.replace(day=1)
    peers = [peer for other in book.accounts() if is_customer(book, other, first)
             if (peer := own_values(book, other, first, first))["arr_usd"] > 0 and likeness(peer) == likeness(found)]  # fmt: skip
    for column in COMPARED:
        known = [peer[column] for peer in peers if peer[column] is not None]
        found[f"peer_{column}"] = median(known) if len(known) >= LEAST_PEERS else None
    found["usage_vs_peers"] = level(found["events_per_seat_28d"], found["peer_events_per_seat_28d"])
    found["utilisation_vs_peers"] = level(found["seat_utilisation"], found["peer_seat_utilisation"])
    found["breadth_vs_peers"] = level(found["features_used_91d"], found["peer_features_used_91d"])
    found["trend_vs_peers"] = level(found["usage_trend"], found["peer_usage_trend"])
    return found


def own_values(book: Book, account: str, as_of: date, renewal: date) -> Values:
    key = (account, as_of, renewal)
    if key not in book.values:
        book.values[key] = asked(book, account, as_of, renewal)
    return book.values[key]


def asked(book: Book, account: str, as_of: date, renewal: date) -> Values:
    contract = contract_values(book, account, as_of, renewal)
    arr, seats = contract["arr_usd"], contract["seats"]
    return {
        **contract, **usage_values(book, account, as_of, arr, seats), **ticket_values(book, account, as_of, seats),
        **touch_values(book, account, as_of, seats), **survey_values(book, account, as_of, seats), **invoice_values(book, account, as_of, arr),
        **milestone_values(book, account, as_of), **action_values(book, account, as_of), **profile_values(book, account, as_of),
    }  # fmt: skip


def is_customer(book: Book, account: str, day: date) -> bool:
    terms = book.rows[("contracts", account)]
    return any(
        (t.get("known_at") or default_known("contracts", t, happened("contracts", t))) < midnight(day)
        for t in terms
    )


def likeness(values: Values) -> tuple[str, int]:
    """What similar accounts share: segment, and half a year, one, two or more years as a customer."""
    return values["segment"] or "", sum((values["tenure_days"] or 0) >= edge for edge in (180, 365, 730))
