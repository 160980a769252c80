"""What is known of an account goes before what is predicted: notice, too little history, an unrecorded next term."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from churnml.data.snapshots import in_grace
from churnml.data.tables import Tables
from churnml.formats.terminal.account import explain
from churnml.formats.terminal.risk_list import render
from churnml.listing.columns import read_list, reasons_of
from churnml.listing.list_settings import ListSettings
from churnml.listing.status import lead_with_facts
from churnml.params.health import Health, Rule
from churnml.publish.score import score_book
from churnml.results.stored import as_json
from tests.books import make_tables, term
from tests.listing.fakes import list_metadata
from tests.publish.test_score import DAY, REVENUE, SCORE, SNAPSHOTS, bundled

__all__ = ["bundled"]
HEALTH = Health(components={"usage": (Rule(column="usage_recency_days_365d", bad=30, good=3, weight=1),)})
Score = Callable[..., Path]


def book(folder: Path, *, has_usage: bool = True) -> Tables:
    """Four judged accounts, one that gave notice, a new one, and three whose term has ended."""
    terms = [term(f"stays{n}", "2024-03-01", "2025-03-01", 1000 * n) for n in range(1, 5)]
    terms += [
        term("leaver", "2024-03-01", "2025-03-01", 900, notice_at="2024-12-01"),
        term("fresh", "2024-12-20", "2025-12-20", 9000),
        term("graced", "2023-12-20", "2024-12-20", 700),
        term("noticed", "2023-12-20", "2024-12-20", 600, notice_at="2024-11-01"),
        term("lost", "2023-06-01", "2024-06-01", 500),
    ]
    days = [f"2024-{month:02d}-10" for month in range(4, 13)]
    usage = [
        {"account_id": name, "occurred_at": day, "user_id": "u"}
        for name in ("stays1", "leaver")
        for day in days
    ]
    tables = {"contracts": terms, "accounts": [{"account_id": t["account_id"]} for t in terms]}
    return make_tables(folder, tables | ({"usage": usage} if has_usage else {}), last_day=DAY)


@pytest.fixture
def score(tmp_path: Path) -> Score:
    """Scores the book with or without a signal and usage."""

    def publish(*, is_proven: bool, has_usage: bool = True) -> Path:
        said = list_metadata(is_proven=is_proven)
        champion = tmp_path / "champion"
        champion.mkdir(exist_ok=True)
        verdicts = {verdict.outcome: as_json(verdict) for verdict in (said.churn, said.expansion)}
        (champion / "verdicts.json").write_text(json.dumps(verdicts))
        tables = book(tmp_path / "book", has_usage=has_usage)
        return score_book(
            tables.folder, champion, tmp_path / "l", ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS), "latest"
        )

    return publish


def growing(text: str) -> str:
    """The printed side of those ready to grow."""
    return text.split("READY TO GROW")[1]


@pytest.mark.usefixtures("bundled")
def test_a_notice_counts_as_lost_and_is_the_first_reason(score: Score) -> None:
    day = score(is_proven=True)
    listed, said = read_list(day)
    leaver = listed.set_index("account_id").loc["leaver"]
    assert (leaver["band"], leaver["churn_probability"], leaver["expected_loss_usd"]) == (
        "notice given",
        1,
        900,
    )
    assert leaver["churn_base_multiple"] == 10 and leaver["is_at_risk"]
    assert leaver["reason_1"] == "notice of cancellation given"
    assert leaver["expansion_rank"] == len(listed) and pd.isna(leaver["expansion_probability"])
    text = render(listed, said, 9)
    calls, apart = text.split("AT RISK")[1].split("ALREADY LOST")
    assert "leaver" not in calls and "leaver" in apart and "leaver" not in growing(text)
    assert "100% to leave" in explain(day, "leaver") and "nan" not in explain(day, "leaver")


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize("is_proven", [True, False])
def test_who_is_already_lost_takes_no_call_from_those_that_can_be_kept(score: Score, is_proven: bool) -> None:
    listed, said = read_list(score(is_proven=is_proven))
    lost = listed.iloc[-1]
    assert (lost["account_id"], lost["band"], bool(lost["is_at_risk"])) == ("leaver", "notice given", True)
    assert lost["reason_1"] == "notice of cancellation given"
    assert pd.isna(lost["churn_probability"]) != is_proven
    calls = listed[listed["is_within_capacity"]]
    assert calls["rank"].tolist() == [1, 2] and "leaver" not in set(calls["account_id"])
    assert "leaver" not in growing(render(listed, said, 9))


@pytest.mark.usefixtures("bundled")
@pytest.mark.parametrize("is_proven", [True, False])
def test_a_new_account_is_listed_behind_all_that_can_be_kept_and_not_judged(
    score: Score, is_proven: bool
) -> None:
    day = score(is_proven=is_proven)
    listed, said = read_list(day)
    last = listed.iloc[-2]
    assert (last["account_id"], last["band"], bool(last["is_at_risk"])) == ("fresh", "new", False)
    assert reasons_of(last, "churn", "reason") == ["a customer for 12 days: too little history to judge"]
    assert last[["churn_probability", "expected_loss_usd", "churn_base_multiple"]].isna().all()
    assert "fresh" not in growing(render(listed, said, 9)) and "nan" not in explain(day, "fresh")


@pytest.mark.usefixtures("bundled")
def test_nobody_at_risk_is_offered_as_ready_to_grow(score: Score) -> None:
    listed, said = read_list(score(is_proven=True))
    assert listed.loc[listed["is_within_capacity"], "is_at_risk"].all()
    offered = growing(render(listed, said, 9))
    assert not any(name in offered for name in listed.loc[listed["is_at_risk"], "account_id"])


def test_where_no_rule_can_be_computed_the_list_says_so(score: Score) -> None:
    listed, said = read_list(score(is_proven=False, has_usage=False))
    assert listed["health_rules"].isna().all()
    assert listed.loc[listed["is_at_risk"], "account_id"].tolist() == ["leaver"]
    text = render(listed, said, 9)
    assert "No rule could be computed" in text and "health score" not in text
    assert "No account to show." in growing(text)
    assert listed["account_id"].tolist() == ["stays4", "stays3", "stays2", "stays1", "fresh", "leaver"]


def test_accounts_in_grace_are_counted_beside_the_list(score: Score, tmp_path: Path) -> None:
    found = in_grace(book(tmp_path / "other"), DAY, REVENUE)
    assert found.to_dict("records") == [
        {"account_id": "graced", "ended_on": pd.Timestamp("2024-12-20"), "arr_usd": 700.0}
    ]
    day = score(is_proven=False)
    text = " ".join(render(*read_list(day), 9).split())
    line = "Not on the list: 1 account ($700 ARR) whose term ended in the last 30 days and whose next is not recorded."
    assert line in text and line.replace(",", ";") in (day / "risk_list.csv").read_text().splitlines()[0]
    assert json.loads((day / "summary.json").read_text())["accounts_in_grace"] == 1
    assert in_grace(book(tmp_path / "again"), date(2024, 12, 1), REVENUE).empty


def test_a_fact_is_not_told_twice() -> None:
    fact = "notice of cancellation given"
    told = pd.DataFrame({
        "reason_1": ["few users"], "reason_1_concept": ["usage"], "reason_1_weight": [0.6], "reason_1_confirmed": [9.0],
        "reason_2": [fact], "reason_2_concept": ["notice given"], "reason_2_weight": [0.4], "reason_2_confirmed": [7.0],
    })  # fmt: skip
    row = lead_with_facts(told, pd.DataFrame({"standing": ["notice given"], "fact": [fact]}), "reason").loc[0]
    assert [row["reason_1"], row["reason_2"]] == [fact, "few users"]
    assert row["reason_2_weight"] == 0.6
