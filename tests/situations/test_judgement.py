"""Kind 11: an outcome belongs to the decision it follows. Books whose counts were made by hand, with one grace for months and years."""

import pytest

from tests.situations.books import PRICE, chain, deliver, ripe_decisions
from tests.situations.situation import Situation

MONTHS = {
    "revenue": {"min_fixed_term_days": 0, "grace_days": 30},
    "snapshots": {"lead_days": [7, 14], "min_history_days": 14},
}
MONTHLY_BOOK = [
    (60, chain("2024-01-01", "2025-01-01")),  # 10 ripe renewals each, February to November
    (
        6,
        chain("2024-01-01", "2024-07-01"),
    ),  # left on 1 July: 5 stayed, 1 left; June's 30 days of grace end that very day
    (
        3,
        [*chain("2024-01-01", "2024-07-01"), *chain("2024-09-01", "2025-01-01")],
    ),  # left and came back: 7 stayed, 1 left
    (
        4,
        [*chain("2024-01-01", "2024-06-01"), *chain("2024-06-13", "2024-12-20")],
    ),  # 12 days late once: 10 stayed
    (
        5,
        [*chain("2024-01-01", "2024-07-01"), *chain("2024-07-01", "2025-01-01", arr=2 * PRICE)],
    ),  # 9 stayed, July grew
    (
        7,
        chain("2024-01-01", "2024-07-01", cancelled_at="2024-06-11"),
    ),  # stopped nearer to 1 June: 4 stayed, 1 left
    (
        2,
        chain("2024-01-01", "2024-07-01", cancelled_at="2024-06-21"),
    ),  # stopped nearer to 1 July: 5 stayed, 1 left
]


@pytest.mark.parametrize(
    ("grace", "stayed"), [(14, 774 + 60 + 3 + 5), (30, 774)]
)  # at 14 days 1 December is ripe, too
def test_a_month_never_sees_the_decision_of_the_next(situation: Situation, grace: int, stayed: int) -> None:
    """18 left and 5 grew, each once and in its own month, whether the grace is half a month or a whole one."""
    params = MONTHS | {"revenue": MONTHS["revenue"] | {"grace_days": grace}}
    deliver(situation, MONTHLY_BOOK, "2024-12-20", **params)
    assert ripe_decisions(situation) == f"18 churn, 5 expansion, {stayed} flat"


ADD_ON = chain("2023-11-01", "2024-06-01", arr=600)
YEARS = ("2022-01-01", "2024-12-31", 12)
ANNUAL_BOOK = [
    (20, chain(*YEARS)),  # renewed twice
    (5, chain(*YEARS, cancelled_at="2024-01-21")),  # renewed by itself and stopped 20 days later: left
    (1, chain(*YEARS, cancelled_at="2024-02-15")),  # 45 days later: it had stayed
    (
        4,
        [*chain(*YEARS)[:2], *chain("2024-01-26", "2024-12-31", 12, arr=1800)],
    ),  # signed 25 days late, for more: grew
    (
        3,
        [*chain(*YEARS, cancelled_at="2024-01-15"), *ADD_ON],
    ),  # stopped the main line; the add-on by the month goes on: shrank
    (
        2,
        [*chain(*YEARS)[:2], *chain("2024-01-01", "2024-01-31")],
    ),  # went on by the month, for one month: stayed at the renewal
]


def test_who_pays_late_by_the_year_is_waited_for(situation: Situation) -> None:
    """At 7 days' grace none of the five late cancellations showed, and a signature after 25 days was a churn."""
    deliver(situation, ANNUAL_BOOK, "2024-06-01")
    assert ripe_decisions(situation) == "5 churn, 3 contraction, 4 expansion, 59 flat"


def test_a_horizon_is_read_on_its_day(situation: Situation) -> None:
    """From a day in March the 90 days end in June: who left on 1 July left within the 90 days from a day in June, and not within those."""
    stay, leave = chain("2024-01-01", "2025-01-01"), chain("2024-01-01", "2024-07-01")
    deliver(situation, [(10, stay), (3, leave)], "2024-12-20")
    assert ripe_decisions(situation) == "3 churn, 23 flat"


def test_an_outcome_is_known_when_the_grace_after_the_last_day_is_over(situation: Situation) -> None:
    """Stopped 20 days after the renewal: until 20 February it might have come back, and nothing may be learned from it."""
    deliver(situation, ANNUAL_BOOK[:2], "2024-06-01")
    assert situation.run("ingest", "snapshot", "label").code == 0
    found = situation.frame("outcomes")
    known = found[found["renewal"] == "2024-01-01"].groupby("outcome")["ripe_on"].agg(["min", "max"])
    assert known.map(str).to_dict("index") == {
        "churn": {"min": "2024-02-20 00:00:00", "max": "2024-02-20 00:00:00"},
        "flat": {"min": "2024-01-31 00:00:00", "max": "2024-01-31 00:00:00"},
    }


HORIZON = {
    "revenue": {"question": "horizon", "grace_days": 15},
    "snapshots": {"rolling_horizon_days": 30, "rolling_every_days": 31, "min_history_days": 30},
}
ANY_PLAN = [  # looked at every 31 days from a day between 31 January and 1 March on, each 30 days ahead; later looks are not ripe on 1 July
    (8, chain("2024-01-01", "2024-12-31", 12)),  # 3 or 4 stayed
    (2, chain("2024-01-01", "2024-12-31", 12, cancelled_at="2024-03-20")),  # the first stays, the next leaves
    (3, chain("2024-01-01", "2024-05-01")),  # by the month until 1 May: they stayed until one left
    (
        4,
        [*chain("2024-01-01", "2024-04-01", 3), *chain("2024-04-01", "2024-10-01", 3, arr=1500)],
    ),  # the others stayed, 1 grew
]


def test_who_leaves_in_the_next_days_is_asked_of_every_plan(situation: Situation) -> None:
    deliver(situation, ANY_PLAN, "2024-07-01", **HORIZON)
    assert ripe_decisions(situation) == "5 churn, 4 expansion, 47 flat"
    assert situation.run("ingest", "aggregate", "score").code == 0
    listed = situation.risk_list()
    assert listed["lead_days"].tolist() == [30] * 12
    shown = situation.cli("show").text + situation.cli("why", "A1").text
    assert "≤ 30 days" in shown and "looked at over the next 30 days" in shown
    assert "rolling terms" not in shown  # they are on terms of a year and a quarter


def test_a_mistyped_question_is_refused_with_the_word_meant(situation: Situation) -> None:
    situation.settings(params={"revenue": {"question": "horizn"}})
    printed = situation.check()
    assert printed.code == 2
    assert "setting 'revenue.question' is 'horizn': did you mean 'horizon'?" in printed.text


def test_where_few_decisions_fell_a_horizon_is_proposed(situation: Situation) -> None:
    deliver(situation, [(40, chain("2023-01-01", "2024-12-31", 12))], "2024-06-01")
    printed = " ".join(situation.check().text.split())
    assert "question: horizon" in printed
    assert "40 decisions fell by the last day, and a model needs 60" in printed
    deliver(situation, ANY_PLAN, "2024-07-01", **HORIZON)
    assert "min_fixed_term_days" not in situation.check().text  # of no use to a horizon
