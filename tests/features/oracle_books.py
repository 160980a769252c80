"""Random small books in which everything happens at the worst moment: on the midnight, a microsecond before, late, twice, or never."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.features.oracle import Row, midnight

DAYS = (
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2024, 10, 15),
)  # a leap day, the day after, and a day like others
LAST_DAY = date(2026, 1, 1)
EDGES = (
    -20,
    -1,
    0,
    1,
    2,
    6,
    7,
    8,
    13,
    14,
    15,
    20,
    28,
    29,
    31,
    60,
    91,
    92,
    119,
    120,
    182,
    183,
    273,
    274,
    364,
    365,
    366,
    393,
    394,
    731,
)
RECENT = (1, 2, 5, 7, 8, 12, 20, 27, 28, 29, 35, 50, 70, 91, 100, 119)
MOMENT, WHOLE = timedelta(microseconds=1), timedelta()
Pick = Callable[..., Any]


@st.composite
def books(draw: Callable[[Any], Any]) -> dict[str, list[Row]]:
    """A random book that Hypothesis can make smaller."""
    return drawn(lambda *values: draw(st.sampled_from(values)))


def drawn(pick: Pick) -> dict[str, list[Row]]:
    """Rows by canonical table, of two to five accounts, beside one that has every column of every table."""
    found: dict[str, list[Row]] = {name: [row] for name, row in FULL.items()}
    for account in "abcde"[: pick(2, 3, 4, 5)]:
        found["accounts"] += profile(pick, account)
        terms = contracts(pick, account)
        found["contracts"] += terms
        first = midnight(min(term["start_date"] for term in terms))
        for name, make in MAKE.items():
            rows = [make(pick) | {"account_id": account} for _ in range(pick(*SIZES[name]))]
            found[name] += [
                row | {"known_at": known(pick, row)}
                for row in rows
                if name != "usage" or row["occurred_at"] >= first
            ]
    for name in MAKE:
        found[name] = unlike(found[name])
    for number, row in enumerate(found["tickets"]):
        row["ticket_id"] = f"t{number}"
    return found


def united(several: Sequence[Mapping[str, list[Row]]]) -> dict[str, list[Row]]:
    """Books as one, each with accounts of its own."""

    def own(row: Row, number: int) -> Row:
        return row | {name: f"{number}{row[name]}" for name in ("account_id", "contract_id", "ticket_id") if row.get(name)}  # fmt: skip

    return {
        name: [own(row, number) for number, book in enumerate(several) for row in book[name]]
        for name in several[0]
    }


def at(pick: Pick) -> datetime:
    """A moment at or beside the edge of a window of one of the days."""
    return midnight(pick(*DAYS) - timedelta(days=pick(*pick(EDGES, RECENT, RECENT)))) + pick(
        WHOLE, -MOMENT, MOMENT, timedelta(hours=9, minutes=30)
    )


def later(pick: Pick, moment: datetime | None) -> datetime | None:
    """A moment after another, or none."""
    if moment is None or pick(True, True, False) is False:
        return None
    return max(pick(moment, moment + MOMENT, moment + timedelta(days=pick(1, 14, 31, 200)), at(pick)), moment)


def known(pick: Pick, row: Row) -> datetime | None:
    """When a row reached the warehouse: unsaid, at some edge, or long before."""
    return pick(None, None, at(pick), datetime.fromisoformat("2020-01-01"))


def unlike(rows: list[Row]) -> list[Row]:
    """Rows without those that ingest takes for repeats: equal but for when they were known."""
    return list(
        {
            tuple((k, v) for k, v in sorted(row.items()) if k != "known_at"): row for row in reversed(rows)
        }.values()
    )[::-1]


def profile(pick: Pick, account: str) -> list[Row]:
    return [
        {
            "account_id": account,
            "created_at": pick(None, datetime.fromisoformat("2020-01-01")),
            "valid_from": valid_from,
            "segment": pick("SMB", "SMB", "SMB", "Enterprise", None),
            "industry": pick("Retail", "Steel"),
            "region": pick(None, "EU", "US"),
            "known_at": pick(None, None, at(pick)),
        }
        for valid_from in dict.fromkeys((pick(at(pick), None), pick(at(pick), None)))
    ]


def contracts(pick: Pick, account: str) -> list[Row]:
    rows: list[Row] = []
    for number in range(pick(1, 2, 3, 4)):
        start = pick(*DAYS) - timedelta(days=pick(-30, 0, 1, 90, 365, 366, 400, 400, 500, 500, 730, 731, 800))
        if rows and pick(True, True, False):
            start = rows[-1]["end_date"] + timedelta(days=pick(-40, 0, 0, 1, 30, 31))
        end = (
            rows[-1]["end_date"]
            if rows and start < rows[-1]["end_date"] and pick(True, False)
            else start + timedelta(days=pick(1, 30, 90, 364, 365, 365, 366, 366, 551))
        )
        if start >= LAST_DAY - timedelta(days=60):
            continue
        begin = midnight(start)
        rows.append({
            "contract_id": f"{account}{number}", "account_id": account, "start_date": start, "end_date": end,
            "arr": Decimal(pick("1000", "100", "102", "103", "98", "333.33", "0")), "seats": pick(10, 8, 1, 0, None), "plan": pick(None, "pro", "team"),
            "product": pick("core", "core", "chat", None), "is_auto_renew": pick(True, False, None),
            "signed_at": pick(None, begin, begin - MOMENT, begin - timedelta(days=100), begin + timedelta(days=5)), "notice_at": pick(None, None, at(pick)),
            "cancelled_at": pick(None, None, None, None, later(pick, begin)), "discount_share": pick(None, Decimal("0.1"), Decimal("0.25")),
            "discount_ends_on": pick(None, at(pick).date(), pick(*DAYS) + timedelta(days=pick(-1, 0, 1, 90, 91))), "known_at": pick(None, None, None, at(pick)),
        })  # fmt: skip
        # Nobody gives notice of what is not signed yet.
        signed, notice = rows[-1]["signed_at"], rows[-1]["notice_at"]
        rows[-1]["notice_at"] = max(signed, notice) if signed and notice else notice
    return rows


def usage(pick: Pick) -> Row:
    return {"occurred_at": at(pick), "user_id": pick("u", "v", "u", "w", None), "feature": pick("x", "y", "z", None),
            "quantity": Decimal(pick("1", "0", "2.5", "0.0001", "40"))}  # fmt: skip


def ticket(pick: Pick) -> Row:
    opened = at(pick)
    rated = later(pick, opened)
    return {"opened_at": opened, "first_response_at": later(pick, opened), "resolved_at": later(pick, opened),
            "priority": pick(None, "low", "HIGH", "urgent"), "topic": pick(None, "Bug in export", "billing", "How-To", "Complaint: cancel", "other"),
            "escalated_at": later(pick, opened), "reopened_at": later(pick, opened), "csat": pick(None, Decimal(1), Decimal("4.5")), "csat_at": rated}  # fmt: skip


def touch(pick: Pick) -> Row:
    return {"occurred_at": at(pick), "channel": pick("email", "call"), "is_customer_initiated": pick(True, False),
            "attended": pick(True, False, None), "tone": pick(None, Decimal("-0.5"), Decimal(0), Decimal("0.8"))}  # fmt: skip


def survey(pick: Pick) -> Row:
    sent = pick(None, at(pick))
    answered = at(pick) if sent is None else later(pick, sent)
    return {"kind": pick("nps", "NPS", "csat", "ces"), "sent_at": sent, "answered_at": answered,
            "score": pick(None, Decimal(0), Decimal(6), Decimal(7), Decimal(9), Decimal(10)), "respondent_id": pick(None, "p", "q")}  # fmt: skip


def invoice(pick: Pick) -> Row:
    issued = at(pick)
    return {
        "issued_at": issued,
        "due_at": later(pick, issued),
        "paid_at": later(pick, issued),
        "amount": Decimal(pick("10", "250.55", "-10", "0")),
    }


def milestone(pick: Pick) -> Row:
    due = pick(None, at(pick), at(pick))
    return {
        "milestone": pick("kickoff", "go-live"),
        "due_at": due,
        "achieved_at": at(pick) if due is None else pick(None, at(pick)),
    }


def action(pick: Pick) -> Row:
    return {"acted_at": at(pick), "action": pick("call", "visit"), "is_held_out": pick(True, False, None)}


SIZES = {"usage": (0, 4, 10, 14), "tickets": (0, 3, 6, 8)} | dict.fromkeys(
    ("touches", "surveys", "invoices", "milestones", "actions"), (0, 2, 4, 6)
)
MAKE = {
    "usage": usage,
    "tickets": ticket,
    "touches": touch,
    "surveys": survey,
    "invoices": invoice,
    "milestones": milestone,
    "actions": action,
}
A_DAY = datetime.fromisoformat("2023-09-01 08:00")
FULL: dict[str, Row] = {
    "accounts": {"account_id": "full", "created_at": datetime.fromisoformat("2020-01-01"), "valid_from": datetime.fromisoformat("2020-01-01"), "segment": "SMB", "industry": "Steel",
                 "region": "EU", "known_at": None},
    "contracts": {"contract_id": "full", "account_id": "full", "start_date": date(2023, 1, 1), "end_date": date(2025, 1, 1), "arr": Decimal(500), "seats": 4,
                  "plan": "pro", "product": "core", "is_auto_renew": True, "signed_at": A_DAY, "notice_at": A_DAY, "cancelled_at": None,
                  "discount_share": Decimal("0.5"), "discount_ends_on": date(2024, 1, 1), "known_at": None},
    "usage": {"account_id": "full", "occurred_at": A_DAY, "user_id": "u", "feature": "x", "quantity": Decimal(1), "known_at": None},
    "tickets": {"account_id": "full", "opened_at": A_DAY, "first_response_at": A_DAY, "resolved_at": A_DAY, "priority": "low", "topic": "bug",
                "escalated_at": A_DAY, "reopened_at": A_DAY, "csat": Decimal(3), "csat_at": A_DAY, "known_at": None},
    "touches": {"account_id": "full", "occurred_at": A_DAY, "channel": "email", "is_customer_initiated": True, "attended": True, "tone": Decimal("0.5"), "known_at": None},
    "surveys": {"account_id": "full", "kind": "nps", "sent_at": A_DAY, "answered_at": A_DAY, "score": Decimal(8), "respondent_id": "p", "known_at": None},
    "invoices": {"account_id": "full", "issued_at": A_DAY, "due_at": A_DAY, "paid_at": A_DAY, "amount": Decimal(9), "known_at": None},
    "milestones": {"account_id": "full", "milestone": "kickoff", "due_at": A_DAY, "achieved_at": A_DAY, "known_at": None},
    "actions": {"account_id": "full", "acted_at": A_DAY, "action": "call", "is_held_out": False, "known_at": None},
}  # fmt: skip
