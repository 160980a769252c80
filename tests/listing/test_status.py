"""What is known of an account goes before what is predicted, and at once; a band is held until two readings in a row say otherwise."""

import json
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.snapshots import in_grace
from churnml.data.tables import Tables
from churnml.formats.terminal.account import explain
from churnml.formats.terminal.risk_list import render
from churnml.listing.columns import read_list, reasons_of
from churnml.listing.list_settings import ListSettings
from churnml.listing.ranking import rank_churn
from churnml.listing.status import NEW, NOTICE, RUNGS, lead_with_facts, settle
from churnml.params.health import Health, Rule
from churnml.params.score import Bands
from churnml.publish.score import score_book
from churnml.results.stored import as_json
from tests.books import make_tables, term
from tests.listing.fakes import list_metadata
from tests.listing.test_ranking import book as ranked_book
from tests.publish.test_score import DAY, REVENUE, SCORE, SNAPSHOTS, bundled

__all__ = ["bundled"]
HEALTH = Health(components={"usage": (Rule(column="usage_recency_days_365d", bad=30, good=3, weight=1),)})
Score = Callable[..., Path]
LISTS = 6
READINGS = st.lists(
    st.lists(st.sampled_from([*RUNGS, NOTICE, NEW]), min_size=LISTS, max_size=LISTS), min_size=10, max_size=30
)
"""The readings of some accounts, list after list."""


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


@pytest.fixture(scope="module")
def kept() -> dict[tuple[bool, bool], Path]:
    """The lists that were published, by whether there was a signal and usage."""
    return {}


@pytest.fixture
def score(tmp_path: Path, kept: dict[tuple[bool, bool], Path]) -> Score:
    """The book scored with or without a signal and usage: once for all tests, which only read it."""

    def publish(*, is_proven: bool, has_usage: bool = True) -> Path:
        if (is_proven, has_usage) not in kept:
            kept[is_proven, has_usage] = made(is_proven, has_usage)
        return kept[is_proven, has_usage]

    def made(is_proven: bool, has_usage: bool) -> Path:
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
    assert leaver["churn_base_multiple"] == round(1 / read_list(day)[1].base_rate, 2) and leaver["is_at_risk"]
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
        {
            "account_id": "graced",
            "ended_on": pd.Timestamp("2024-12-20"),
            "arr_usd": 700.0,
            "is_tried_again": False,
        }
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


def shown(readings: list[list[str]]) -> list[list[str]]:
    """The bands shown for each account, list after list."""
    days = pd.DataFrame(readings)
    found = [days[0].tolist()]
    for day in range(1, days.shape[1]):
        before = pd.DataFrame({"band": found[-1], "band_reading": days[day - 1]})
        found.append([str(band) for band in settle(days[day], before)])
    return [list(account) for account in zip(*found, strict=True)]


@settings(max_examples=10)
@given(READINGS)
def test_one_reading_never_flips_a_band(readings: list[list[str]]) -> None:
    for account, bands in zip(readings, shown(readings), strict=True):
        for place, (before, after) in enumerate(pairwise(bands)):
            if before != after and {before, after} <= RUNGS.keys():
                two = [RUNGS[reading] - RUNGS[before] for reading in account[place : place + 2]]
                assert all(way > 0 for way in two) or all(way < 0 for way in two)
                assert after in account[place : place + 2]


@settings(max_examples=10)
@given(READINGS)
def test_two_equal_readings_are_shown(readings: list[list[str]]) -> None:
    for account, bands in zip(readings, shown(readings), strict=True):
        assert all(bands[n + 1] == b for n, (a, b) in enumerate(pairwise(account)) if a == b)


@settings(max_examples=10)
@given(READINGS)
def test_what_is_known_is_shown_at_once_and_never_held(readings: list[list[str]]) -> None:
    for account, bands in zip(readings, shown(readings), strict=True):
        for reading, band in zip(account, bands, strict=True):
            assert (band == reading) or {band, reading} <= RUNGS.keys()


@pytest.mark.parametrize(
    ("readings", "bands"),
    [
        (["normal", "high", "elevated"], ["normal", "normal", "elevated"]),  # the nearer of the two
        (["high", "normal", "elevated"], ["high", "high", "elevated"]),
        (["normal", "high", "normal", "high"], ["normal"] * 4),
        (["high", NOTICE, "normal"], ["high", NOTICE, "normal"]),  # a notice that was taken back
        (["elevated", "normal", "high"], ["elevated"] * 3),  # one on each side
    ],
)
def test_readings_and_what_is_shown(readings: list[str], bands: list[str]) -> None:
    assert shown([readings]) == [bands]


def test_the_flag_follows_the_band_that_is_shown() -> None:
    held = pd.DataFrame({"band": ["normal", "high"], "band_reading": ["normal", "high"]}, index=["e", "d"])
    bands = Bands(high=1.2, elevated=0.8)
    ranked = rank_churn(ranked_book(), 365, 0.0, bands, is_proven=True, readings=held).set_index("account_id")
    assert ranked.loc[["e", "d", "a"], "band_reading"].tolist() == ["high", "normal", "high"]
    assert ranked.loc[["e", "d", "a"], "band"].tolist() == ["normal", "high", "high"]  # a was not read before
    assert ranked.loc[["e", "d", "a"], "is_at_risk"].tolist() == [False, True, True]
