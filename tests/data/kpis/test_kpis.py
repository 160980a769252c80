"""KPIs keep to their definitions: identities to the cent, shares within bounds, and null with a notice where nothing is known."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.kpis.kpis import retained, track_kpis
from churnml.data.kpis.retention import quarters_back, retention
from churnml.data.kpis.survey_scores import csat, nps, voice
from churnml.data.tables import Tables
from churnml.params.kpis import Kpis
from churnml.params.snapshots import Revenue
from tests.books import make_tables, term

LAST_DAY = date(2025, 1, 1)
REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
KPIS = Kpis(
    n_quarters=4, usage_days=28, min_satisfied_csat=4, max_csat=5, cohort_step_months=3, n_cohort_steps=4
)
CONTRACTS = [
    term("a", "2023-02-01", "2024-02-01", 1000.10, seats=2), term("a", "2024-02-01", "2025-02-01", 1200.20, seats=4),
    term("b", "2023-03-01", "2024-03-01", 500.05, seats=1),
    term("c", "2024-05-01", "2025-05-01", 300, seats=1),
    term("d", "2023-12-05", "2024-12-05", 800, seats=1),
]  # fmt: skip
ACCOUNTS = [{"account_id": name} for name in "abcd"]


def answer(kind: str, score: float, when: str, who: str = "", account: str = "a") -> dict[str, object]:
    return {
        "account_id": account,
        "kind": kind,
        "sent_at": when,
        "answered_at": when,
        "score": score,
        "respondent_id": who,
    }


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    usage = [
        {"account_id": "a", "occurred_at": f"2024-12-{day} 10:00", "user_id": user}
        for day, user in ((10, "u1"), (12, "u2"), (13, "u2"))
    ]
    usage += [{"account_id": "c", "occurred_at": "2024-11-20 10:00", "user_id": "u9"}]
    surveys = [
        answer("NPS", 2, "2024-10-02", "u1"), answer("NPS", 10, "2024-12-02", "u1"), answer("nps", 9, "2024-12-03", "u2"),
        answer("NPS", 0, "2024-12-04", "u3"), answer("NPS", 7, "2024-12-04", account="c"), answer("NPS", 1, "2024-09-20", "u1"),
        answer("NPS", 11, "2024-12-05", "u4"),  # beyond the scale: neither in the score nor among the answers
        answer("CSAT", 5, "2024-11-01"), answer("CSAT", 3, "2024-11-01"), answer("ces", 6, "2024-11-01"), answer("ces", 4, "2024-11-02"),
    ]  # fmt: skip
    return make_tables(
        tmp_path_factory.mktemp("kpis"),
        {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage, "surveys": surveys}, last_day=str(LAST_DAY),
    )  # fmt: skip


def test_each_quarter_adds_up_to_the_cent_and_rates_keep_their_bounds(tables: Tables) -> None:
    found = retention(tables, 6, REVENUE.grace_days)
    flow = found["opening_usd"] - found["churn_usd"] - found["contraction_usd"] + found["expansion_usd"]
    assert ((flow + found["new_usd"] - found["closing_usd"]).abs() < 0.005).all()
    assert (found["grr"] <= found["nrr"]).all() and found["grr"].between(0, 1).all()
    assert (found["revenue_churn"] <= 1 - found["grr"] + 1e-12).all()
    quarters = found[found["span"] == "quarter"].set_index("closes_on")
    assert quarters.loc["2024-04-01", "churn_usd"] == 500.05
    assert quarters.loc["2024-04-01", "nrr"] == pytest.approx((1200.20 + 800) / (1000.10 + 500.05 + 800))
    year = found[(found["span"] == "year") & (found["closes_on"] == "2025-01-01")].iloc[0]
    assert (year["opening_accounts"], year["churned_accounts"]) == (3, 2)


def test_what_closed_within_the_grace_is_provisional(tables: Tables) -> None:
    found = retention(tables, 2, REVENUE.grace_days)
    assert found.groupby("closes_on")["is_provisional"].all().to_dict() == {
        "2024-10-01": False,
        "2025-01-01": True,
    }


def test_quarters_join_without_a_gap() -> None:
    found = quarters_back(date(2024, 5, 31), 5)
    assert [closing for _, closing in found[:-1]] == [opening for opening, _ in found[1:]]


def test_the_newest_figures_are_as_defined(tables: Tables) -> None:
    content = track_kpis(tables, KPIS, REVENUE).content
    assert (
        content["engagement_rate"] == 0.5
    )  # of a and c, live on the last day, only a was active in its last 28 days
    assert content["seat_engagement"] == pytest.approx(2 / 5)
    assert (
        content["nps"] == 25.0
    )  # u1 and u2 promote, u3 detracts, one is passive; u1's older answer is replaced
    assert (content["csat"], content["ces"]) == (0.5, 5.0)
    assert content["csat_tickets"] is None
    assert [note.partition(":")[0] for note in content["notices"]] == ["csat_tickets"]
    assert content["answers"] == {"nps": 4, "csat": 2, "csat_tickets": 0, "ces": 2}


@pytest.mark.parametrize(("counted", "seats"), [("3", 3 / 5), ("", 1 / 1)])
def test_an_account_whose_use_comes_by_month_is_engaged_by_its_last_month_and_by_its_count_of_users(
    tmp_path: Path, counted: str, seats: float
) -> None:
    """December is not delivered yet; who does not count users says nothing of seats, and who used nothing has used none."""
    used = {"account_id": "a", "user_id": "", "active_users": counted}
    months = [used | {"occurred_at": f"2024-{m}-01", "period_start": f"2024-{m}-01", "period_end": f"2024-{m + 1}-01"} for m in (9, 10, 11)]  # fmt: skip
    days = {"account_id": "c", "occurred_at": "2024-12-10 10:00", "user_id": "u9"} | dict.fromkeys(("active_users", "period_start", "period_end"), "")  # fmt: skip
    usage = [*months, days] if not counted else months
    tables = make_tables(
        tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage": usage}, last_day=str(LAST_DAY)
    )
    content = track_kpis(tables, KPIS, REVENUE).content
    assert content["engagement_rate"] == (0.5 if counted else 1)
    assert content["seat_engagement"] == pytest.approx(seats)


def test_absent_tables_leave_null_and_a_notice(tmp_path: Path) -> None:
    bare = make_tables(tmp_path, {"accounts": ACCOUNTS, "contracts": CONTRACTS}, last_day=str(LAST_DAY))
    found = track_kpis(bare, KPIS, REVENUE)
    lost = ["engagement_rate", "seat_engagement", "nps", "csat", "csat_tickets", "ces"]
    assert [found.content[name] for name in lost] == [None] * 6
    assert [note.partition(":")[0] for note in found.content["notices"]] == lost
    assert found.content["quarter"]["grr"] == pytest.approx(1500.2 / 2300.2, abs=1e-4)


def test_answers_count_in_their_quarter(tables: Tables) -> None:
    found = voice(tables, KPIS).set_index("closes_on")
    assert found.loc["2024-10-01", "nps"] == -100.0
    assert found["nps_answers"].tolist() == [0, 0, 1, 4]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-2, 12), max_size=20))
def test_nps_stays_within_its_scale_and_leaves_out_what_lies_beyond(scores: list[int]) -> None:
    found, valid = nps(pd.Series(scores, dtype=float)), [s for s in scores if 0 <= s <= 10]
    assert (found != found) if not valid else -100 <= found <= 100


def test_csat_on_another_scale_is_unknown() -> None:
    assert str(csat(pd.Series([9.0, 4.0]), 4, 5)) == "nan"


STRETCH = st.tuples(st.sampled_from("abcde"), st.integers(0, 700), st.integers(20, 400), st.integers(1, 9))


@settings(max_examples=30, deadline=None)
@given(st.lists(STRETCH, min_size=1, max_size=12))
def test_no_cohort_keeps_more_logos_than_started(stretches: list[tuple[str, int, int, int]]) -> None:
    ledger = pd.DataFrame(stretches, columns=["account_id", "start", "days", "arr"]).drop_duplicates(
        "account_id"
    )
    ledger["from_day"] = pd.Timestamp("2022-01-01") + pd.to_timedelta(ledger["start"], unit="D")
    ledger["to_day"] = ledger["from_day"] + pd.to_timedelta(ledger["days"], unit="D")
    found = retained(ledger, LAST_DAY, [0, 3, 6, 9])
    assert found["logo_retention"].between(0, 1).all()
    assert (found.loc[found["months"] == 0, ["logo_retention", "arr_retention"]] == 1).all().all()
    assert found.groupby("cohort")["accounts"].first().sum() == ledger["account_id"].nunique()
    assert (found.groupby("cohort")["logo_retention"].diff().dropna() <= 0).all()  # nobody here comes back
