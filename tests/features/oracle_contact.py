"""The features of tickets, touches and surveys in plain Python."""

from datetime import date, timedelta
from math import ceil

from tests.features.oracle import (
    Book,
    Row,
    Values,
    capped,
    change,
    days_between,
    hours_between,
    mean,
    middle,
    midnight,
    most,
    per_100_seats,
    share,
    within,
)  # fmt: skip
from tests.features.oracle_observed import no_longer_than_seen, none_if_seen, observed_days

URGENT = {"urgent", "high", "critical", "p1", "p2"}
TOPICS = {
    "bug": ("bug", "defect", "error", "outage", "incident"), "billing": ("bill", "invoice", "payment", "pricing", "refund"),
    "how_to": ("how-to", "how to", "question", "training", "guidance"), "complaint": ("complain", "cancel", "terminat"),
}  # fmt: skip


def is_about(row: Row, kind: str) -> bool:
    return row["topic"] is not None and any(word in row["topic"].lower() for word in TOPICS[kind])


def is_urgent(row: Row) -> bool:
    return row["priority"] is not None and row["priority"].lower() in URGENT


def ticket_values(book: Book, account: str, as_of: date, seats: float | None) -> Values:
    rows = book.known("tickets", account, as_of)

    def opened(days: int, ago: int = 0) -> list[Row]:
        return [row for row in rows if within(row["opened_at"], as_of, days, ago)]

    now, before, half = len(opened(91)), len(opened(182, 91)), opened(182)
    topics = [row for row in half if row["topic"] is not None]
    waiting = [
        row
        for row in rows
        if within(max(row["opened_at"], row["reopened_at"] or row["opened_at"]), as_of, 365)
        and (row["resolved_at"] is None or stands_again(row))
    ]
    age = [days_between(row["opened_at"], as_of) for row in waiting]
    days = observed_days(book, "tickets", account, as_of)
    found: Values = {
        "tickets_opened_91d": now, "tickets_opened_182d_before_91d": before,
        "urgent_tickets_91d": sum(map(is_urgent, opened(91))),
        "urgent_ticket_share_182d": share([row for row in half if row["priority"] is not None], is_urgent),
        "tickets_escalated_182d": sum(within(row["escalated_at"], as_of, 182) for row in rows),
        "escalated_ticket_share_182d": share(half, lambda row: row["escalated_at"]),
        **{f"{kind}_ticket_share_182d": share(topics, lambda row, kind=kind: is_about(row, kind)) for kind in ("bug", "billing", "how_to")},
        "complaint_tickets_365d": sum(is_about(row, "complaint") for row in opened(365)),
        "open_tickets": len(waiting),
        "oldest_open_ticket_days": most(age, 0),
        "oldest_unanswered_ticket_days": most([days for row, days in zip(waiting, age, strict=True) if row["first_response_at"] is None], 0),
        **handling(rows, as_of),
    }  # fmt: skip
    none_if_seen(
        found, days, "tickets_opened_91d", "tickets_opened_182d_before_91d", "urgent_tickets_91d", "tickets_escalated_182d",
        "complaint_tickets_365d", "open_tickets", "oldest_open_ticket_days", "oldest_unanswered_ticket_days", "tickets_reopened_182d",
    )  # fmt: skip
    now, before = found["tickets_opened_91d"], found["tickets_opened_182d_before_91d"]
    return found | {
        "tickets_per_100_seats_91d": per_100_seats(now, seats), "tickets_trend": pace(now, 91, before, 182, days),
        "is_silent_after_spike": fell_silent(now, before), "open_tickets_per_100_seats": per_100_seats(found["open_tickets"], seats),
    }  # fmt: skip


def fell_silent(now: float | None, before: float | None) -> int | None:
    """Whether three or more came before and none comes now; a single no settles it."""
    if (now is not None and now > 0) or (before is not None and before < 3):
        return 0
    return None if now is None or before is None else 1


def pace(now: float | None, days: int, before: float | None, days_before: int, seen: int) -> float | None:
    """The pace now beside that of the days before, of which at least half could have shown something."""
    if now is None or before is None or seen < days + ceil(days_before / 2):
        return None
    return capped(now / days, before / min(days_before, seen - days), 5)


def stands_again(row: Row) -> bool:
    """Whether a ticket was reopened after it was solved."""
    return (
        row["resolved_at"] is not None
        and row["reopened_at"] is not None
        and row["reopened_at"] > row["resolved_at"]
    )


def handling(rows: list[Row], as_of: date) -> Values:
    found: Values = {}
    for label, ago in (("182d", 0), ("182d_before_182d", 182)):
        answered = [
            row for row in rows if within(row["opened_at"], as_of, 182, ago) and row["first_response_at"]
        ]
        resolved = [row for row in rows if within(row["resolved_at"], as_of, 182, ago)]
        rated = [row["csat"] for row in rows if within(row["csat_at"], as_of, 182, ago)]
        found[f"first_response_hours_{label}"] = middle(
            [hours_between(row["opened_at"], row["first_response_at"]) for row in answered]
        )
        found[f"resolution_hours_{label}"] = middle(
            [hours_between(row["opened_at"], row["resolved_at"]) for row in resolved if not stands_again(row)]
        )
        found[f"csat_mean_{label}"] = mean(rated)
    resolved = [row for row in rows if within(row["resolved_at"], as_of, 182)]
    return found | {
        "first_response_trend": capped(
            found["first_response_hours_182d"], found["first_response_hours_182d_before_182d"], 5
        ),
        "resolution_trend": capped(
            found["resolution_hours_182d"], found["resolution_hours_182d_before_182d"], 5
        ),
        "csat_change": change(found["csat_mean_182d"], found["csat_mean_182d_before_182d"]),
        "tickets_reopened_182d": sum(within(row["reopened_at"], as_of, 182) for row in rows),
        "reopened_ticket_share_182d": share(resolved, lambda row: row["reopened_at"]),
    }


def touch_values(book: Book, account: str, as_of: date, seats: float | None) -> Values:
    year = [row for row in book.known("touches", account, as_of) if within(row["occurred_at"], as_of, 365)]
    theirs = [row for row in year if row["is_customer_initiated"]]
    ours = [row for row in year if not row["is_customer_initiated"]]
    met = [row for row in year if row["attended"]]

    def count(rows: list[Row], days: int, ago: int = 0) -> int:
        return sum(within(row["occurred_at"], as_of, days, ago) for row in rows)

    def silence(rows: list[Row]) -> int:
        return days_between(max(row["occurred_at"] for row in rows), as_of) if rows else 365

    two_weeks = timedelta(days=14)
    ripe = [
        row
        for row in ours
        if within(row["occurred_at"], as_of, 182) and row["occurred_at"] < midnight(as_of) - two_weeks
    ]
    last = max((row["occurred_at"] for row in theirs), default=None)
    invited = [row for row in year if within(row["occurred_at"], as_of, 182) and row["attended"] is not None]
    tones = [(row["occurred_at"], row["tone"]) for row in theirs if row["tone"] is not None]
    tone = mean([value for when, value in tones if within(when, as_of, 182)])
    tone_before = mean([value for when, value in tones if within(when, as_of, 182, 182)])
    days = observed_days(book, "touches", account, as_of)
    found: Values = {
        "customer_touches_91d": count(theirs, 91), "customer_touches_274d_before_91d": count(theirs, 274, 91),
        "customer_silence_days_365d": silence(theirs),
        "customer_channels_182d": len({row["channel"] for row in theirs if within(row["occurred_at"], as_of, 182)}),
        "vendor_touches_91d": count(ours, 91), "vendor_silence_days_365d": silence(ours),
        "answered_touch_share_182d": share(
            ripe, lambda row: any(row["occurred_at"] <= other["occurred_at"] < row["occurred_at"] + two_weeks for other in theirs)),
        "unanswered_touches_365d": sum(last is None or row["occurred_at"] > last for row in ours),
        "meetings_kept_share_182d": share(invited, lambda row: row["attended"]),
        "meetings_missed_182d": sum(not row["attended"] for row in invited), "meeting_silence_days_365d": silence(met),
        "tone_mean_182d": tone, "tone_mean_182d_before_182d": tone_before, "tone_change": change(tone, tone_before),
        "tone_lowest_91d": min((float(value) for when, value in tones if within(when, as_of, 91)), default=None),
    }  # fmt: skip
    none_if_seen(found, days, "customer_touches_91d", "customer_touches_274d_before_91d", "customer_channels_182d", "vendor_touches_91d",
                 "unanswered_touches_365d", "meetings_missed_182d")  # fmt: skip
    no_longer_than_seen(
        found, days, "customer_silence_days_365d", "vendor_silence_days_365d", "meeting_silence_days_365d"
    )
    customer, before = found["customer_touches_91d"], found["customer_touches_274d_before_91d"]
    return found | {
        "customer_touches_per_100_seats_91d": per_100_seats(customer, seats), "customer_touches_trend": pace(customer, 91, before, 274, days),
        "vendor_touches_per_100_seats_91d": per_100_seats(found["vendor_touches_91d"], seats),
    }  # fmt: skip


def survey_values(book: Book, account: str, as_of: date, seats: float | None) -> Values:
    rows = book.known("surveys", account, as_of)
    asked = [row for row in rows if within(row["clock"], as_of, 365)]
    respondents = {row["respondent_id"] for row in rows if within(row["answered_at"], as_of, 365)} - {None}
    nps = answers(rows, "nps")
    recent = [row for row in nps if within(row["answered_at"], as_of, 365)]
    people = [
        row
        for row in recent
        if row["respondent_id"] is None
        or row is next(o for o in nps if o["respondent_id"] == row["respondent_id"])
    ]
    found: Values = {
        "nps_latest_365d": latest(nps, as_of), "nps_change_365d": moved(nps, as_of),
        "nps_promoter_share_365d": share(people, lambda row: row["score"] >= 9),
        "nps_detractor_share_365d": share(people, lambda row: row["score"] <= 6),
        "nps_age_days_365d": days_between(recent[0]["answered_at"], as_of) if recent else None,
        "csat_survey_mean_365d": mean([row["score"] for row in answers(rows, "csat") if within(row["answered_at"], as_of, 365)]),
        "csat_survey_change_365d": moved(answers(rows, "csat"), as_of),
        "ces_latest_365d": latest(answers(rows, "ces"), as_of), "ces_change_365d": moved(answers(rows, "ces"), as_of),
        "survey_response_share_365d": share(asked, lambda row: row["answered_at"]),
        "surveys_unanswered_365d": sum(row["answered_at"] is None for row in asked),
        "survey_respondents_365d": len(respondents),
    }  # fmt: skip
    none_if_seen(
        found,
        observed_days(book, "surveys", account, as_of),
        "surveys_unanswered_365d",
        "survey_respondents_365d",
    )
    return found | {
        "survey_respondents_per_100_seats_365d": per_100_seats(found["survey_respondents_365d"], seats)
    }


def answers(rows: list[Row], kind: str) -> list[Row]:
    """The answers of a kind, newest first; of several at once the higher score first."""
    found = [
        row
        for row in rows
        if row["kind"].lower() == kind and row["answered_at"] is not None and row["score"] is not None
    ]
    return sorted(found, key=lambda row: (row["answered_at"], row["score"]), reverse=True)


def latest(ordered: list[Row], as_of: date) -> float | None:
    return float(ordered[0]["score"]) if ordered and within(ordered[0]["answered_at"], as_of, 365) else None


def moved(ordered: list[Row], as_of: date) -> float | None:
    return change(latest(ordered, as_of), float(ordered[1]["score"]) if len(ordered) > 1 else None)


def profile_values(book: Book, account: str, as_of: date) -> Values:
    rows = book.known("accounts", account, as_of)
    found = {}
    for name in ("segment", "industry", "region"):
        said = [(row["clock"], row[name]) for row in rows if row[name] is not None]
        found[name] = max(said)[1] if said else None
    return found
