"""Kind 11: a charge that failed. While it is tried again nobody has left; who leaves unpaid left by failed payment, at the decision it was for."""

import json
from typing import Any

from churnml.data.revenue import create_ledger
from tests.situations.books import Terms, chain, deliver, ripe_decisions
from tests.situations.situation import Situation

MONTHLY = {
    "revenue": {"min_fixed_term_days": 0, "grace_days": 7},
    "snapshots": {"lead_days": [7], "min_history_days": 14},
}
LAST_DAY = "2024-12-20"
FAILED = {
    "issued_at": "2024-06-01",
    "amount": 100,
    "failed_at": "2024-06-01 06:00",
    "dunning_until": "2024-06-22",
}
YEAR = ("2024-01-01", "2025-01-01")
UNTIL_JUNE = chain("2024-01-01", "2024-06-01")
Charged = list[tuple[int, Terms, dict[str, Any] | None]]
BOOK: Charged = [
    (40, chain(*YEAR), None),  # 11 ripe renewals each, February to December: stayed
    (6, chain("2024-01-01", "2024-07-01", cancelled_at="2024-06-22"), FAILED),  # renewed by itself, never paid: 4 stayed, 1 left
    (5, chain(*YEAR), FAILED | {"paid_at": "2024-06-15"}),  # paid at a later try: 11 stayed
    (4, [*UNTIL_JUNE, *chain("2024-06-18", LAST_DAY, arr=2400)], FAILED | {"paid_at": "2024-06-18"}),  # its term was written once paid, at twice the price: 9 stayed, 1 grew
    (3, UNTIL_JUNE, FAILED),  # no term was ever written: 4 stayed, 1 left
    (2, UNTIL_JUNE, None),  # left by will: 4 stayed, 1 left
    (1, [*UNTIL_JUNE[:-1], UNTIL_JUNE[-1] | {"notice_at": "2024-05-20"}], FAILED | {"dunning_until": None}),  # had said so before: 4 stayed, 1 left
]  # fmt: skip


def charged(situation: Situation, book: Charged, last_day: str, told: bool = True, **params: Any) -> None:
    """The book with an invoice for each charge; ``told`` says whether the failures are."""
    deliver(situation, [(size, terms) for size, terms, _ in book], last_day, **params)
    charges = [charge for size, _, charge in book for _ in range(size)]
    rows = [
        {"account_id": f"A{n}", "invoice_id": n} | charge for n, charge in enumerate(charges, 1) if charge
    ]
    kept = [
        r if told else {k: v for k, v in r.items() if k not in ("failed_at", "dunning_until")} for r in rows
    ]
    situation.write("invoices", kept)
    situation.mapping("invoices", "SELECT * FROM raw.invoices")


def test_who_never_paid_left_at_the_decision_by_failed_payment(situation: Situation) -> None:
    charged(situation, BOOK, LAST_DAY, **MONTHLY)
    stayed = 40 * 11 + 6 * 4 + 5 * 11 + 4 * 9 + 3 * 4 + 2 * 4 + 4
    assert ripe_decisions(situation) == f"12 churn (9 by failed payment), 4 expansion, {stayed} flat"
    assert situation.run("ingest", "snapshot", "label").code == 0
    assert situation.ledger("A56")[-1][1] == "2024-06-22"  # a customer while the tries went on
    found = situation.frame("outcomes")
    known = found[found["renewal"] == "2024-06-01"].groupby("account_id")["ripe_on"].first().astype(str)
    # Whether it was paid shows when the tries and the grace after are over: known for who paid no earlier than for who did not.
    assert known[["A1", "A41", "A47", "A52"]].tolist() == ["2024-06-08", *["2024-06-29"] * 3]
    left = found.query("outcome == 'churn'")
    assert left.groupby("is_involuntary")["account_id"].nunique().to_dict() == {False: 3, True: 9}


def test_without_the_facts_it_is_as_before(situation: Situation) -> None:
    """Who renewed by itself and stopped three weeks later is not seen, and who paid after 17 days was gone: at 7 days' grace no more can be known."""
    charged(situation, BOOK, LAST_DAY, told=False, **MONTHLY)
    stayed = 40 * 11 + 6 * 5 + 5 * 11 + 4 * 9 + 3 * 4 + 2 * 4 + 4
    assert ripe_decisions(situation) == f"10 churn, {stayed} flat"


def test_a_year_is_waited_for_beyond_the_grace(situation: Situation) -> None:
    """45 days of tries, and 30 of grace: stopped after 45 days it had left at the renewal, which is known once the grace after is over."""
    years = ("2022-01-01", "2024-12-31", 12)
    charge = FAILED | {"issued_at": "2024-01-01", "failed_at": "2024-01-01", "dunning_until": "2024-02-15"}
    unpaid = (5, chain(*years, cancelled_at="2024-02-15"), charge)
    charged(situation, [(20, chain(*years), None), unpaid], "2024-06-01")
    assert ripe_decisions(situation) == "5 churn (5 by failed payment), 45 flat"
    assert situation.run("ingest", "snapshot", "label").code == 0
    left = situation.frame("outcomes").query("is_involuntary")
    assert set(left["ripe_on"].astype(str)) == {"2024-03-16"}


def test_while_it_is_tried_again_nobody_has_left(situation: Situation) -> None:
    """On 12 June the terms ended 11 days ago, at 7 days' grace: the three are waited for until 22 June, and gone on 23 June."""
    book: Charged = [(10, chain(*YEAR), None), (3, UNTIL_JUNE, FAILED)]
    for last_day, waiting, live in (("2024-06-12", 3, 13), ("2024-06-22", 0, 10)):
        charged(situation, book, last_day, **MONTHLY)
        assert situation.run("ingest", "aggregate", "score").code == 0
        newest = max((situation.project / "data" / "lists" / "acme").glob("*/summary.json"))
        summary = json.loads(newest.read_text(encoding="utf-8"))
        assert (summary["accounts"], summary["accounts_in_grace"]) == (10, waiting)
        waited = "3 accounts ($3,600 ARR) whose term ended in the last 11 days and whose next is not recorded"
        assert (waited in " ".join(situation.cli("show").text.split())) == bool(waiting)
        con = situation.tables().connect()
        create_ledger(con, 7)
        day = f"DATE '{last_day}'"
        found = con.execute(
            f"SELECT count(*) FROM ledger WHERE from_day <= {day} AND {day} < to_day"
        ).fetchall()
        assert found == [(live,)]
