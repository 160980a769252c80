"""The five lists: who is on each, in which order, and what is said of them."""

from typing import Any

import pandas as pd

from churnml.listing.growth.growth_lists import from_facts
from churnml.listing.growth.timing import AT_RISK
from tests.listing.growth.fakes import SETTINGS, facts, live

FULL = {"seat_utilisation": 0.97}


def lists(
    accounts: dict[str, dict[str, Any]], kind: str, settings: Any = SETTINGS, **known: Any
) -> pd.DataFrame:
    """One list by account id."""
    told = from_facts(live(accounts), facts(**known), settings).lists
    return told[told["kind"] == kind].set_index("account_id")


def plain_ones(names: str) -> dict[str, dict[str, Any]]:
    """Ordinary accounts of these names."""
    return {name: {} for name in names}


def test_seats_near_the_limit_in_mid_term_are_talked_about_now() -> None:
    told = lists({"a": FULL, "b": FULL | {"lead_days": 20}, "c": FULL | {"is_rolling": True}}, "expansion")
    assert list(told["what"]) == ["more seats"] * 3
    assert told.loc["a", "why"] == "seats near the limit (97% in use), health 90"
    assert told.loc["a", "when"] == "now: an add-on for seats needs no renewal"
    assert told.loc["b", "when"] == "before the renewal on 2025-05-13, 20 days away"
    assert told.loc["c", "when"] == "now: there is no renewal to wait for"


def test_a_renewal_far_away_is_not_waited_for() -> None:
    owned = {"near": {"Core": 900.0}, "far": {"Core": 900.0}} | {
        f"p{n}": {"Core": 900.0, "Plus": 90.0} for n in range(4)
    }
    far = {"lead_days": 445, "renewal": pd.Timestamp("2026-03-22")}
    told = lists(
        {"near": {"lead_days": 182}, "far": far} | {f"p{n}": {} for n in range(4)},
        "cross-sell",
        products=owned,
    )
    assert told.loc["near", "when"] == "before the renewal on 2025-05-13, 182 days away"
    assert told.loc["far", "when"] == "now, or at the renewal on 2026-03-22, 445 days away"


def test_breadth_is_counted_against_the_same_quarter_a_year_ago() -> None:
    rose = {f: (True, f < "c") for f in "abcd"}
    told = lists(
        {"rose": {}, "young": {"tenure_days": 300}, "unseen": {}}, "expansion",
        used={"rose": rose, "young": rose, "unseen": dict.fromkeys("abcd", (True, False))},
    )  # fmt: skip
    assert list(told.index) == ["rose"]
    assert told.loc["rose", "what"] == "a broader plan"
    assert told.loc["rose", "why"] == "breadth rising (2 to 4 features in a year), health 90"


def test_usage_speaks_only_where_people_are_not_counted() -> None:
    more = {"usage_trend_quarter": 1.4}
    told = lists({"counted": more, "uncounted": more | {"active_users_trend_quarter": None}}, "expansion")
    assert told["why"].to_dict() == {"uncounted": "usage at 140% of the quarter before, health 90"}


def test_health_alone_is_no_sign_that_more_is_wanted() -> None:
    easy = SETTINGS.model_copy(update={"min_signs": 1})
    assert lists({"well": {"health_rules": 99.0}}, "expansion", easy).empty
    assert list(lists({"full": FULL | {"health_rules": None}}, "expansion", easy).index) == ["full"]


def test_what_is_wrong_comes_first() -> None:
    behind = FULL | {"milestones_overdue": 2.0}
    told = lists(
        {"a": behind, "b": behind, "c": behind}, "expansion", tickets={"a": "escalated", "b": "urgent"}
    )
    assert list(told["when"]) == [
        "once the escalated ticket is closed",
        "once the high-priority ticket is closed",
        "once onboarding is through: 2 milestones overdue",
    ]


def test_nothing_is_offered_to_who_gave_notice_or_is_new() -> None:
    gone = {
        "x": {"band": "notice given", "is_at_risk": True},
        "y": {"band": "new"},
        "z": {"notice_arr_share": 0.2},
    }
    owned = {name: {"Core": 900.0} for name in gone} | {
        f"p{n}": {"Core": 900.0, "Plus": 90.0} for n in range(4)
    }
    accounts = {name: FULL | said for name, said in gone.items()} | {f"p{n}": {} for n in range(4)}
    told = from_facts(live(accounts), facts(products=owned, nps=dict.fromkeys(gone, 10)), SETTINGS).lists
    assert not set(told["account_id"]) & set(gone)


def test_cross_sell_names_the_product_that_most_similar_accounts_own() -> None:
    owned = {"a": {"Core": 900.0}, "b": {"Core": 900.0, "Plus": 100.0}, "c": {"Core": 900.0, "Plus": 200.0, "Rare": 1.0},
             "d": {"Core": 900.0, "Rare": 9.0}}  # fmt: skip
    told = lists(plain_ones("abcd"), "cross-sell", products=owned)
    assert told.loc["a", "what"] == "Plus"
    assert (
        told.loc["a", "why"]
        == "67% of similar accounts own it; they pay $150 a year for it (median); health 90"
    )
    assert told.loc["d", "what"] == "Plus"
    assert "c" not in told.index


def test_too_few_similar_accounts_let_the_book_speak_and_a_tiny_book_is_silent() -> None:
    owned = {"a": {"Core": 1.0}, "b": {"Core": 1.0, "Plus": 1.0}, "c": {"Core": 1.0, "Plus": 1.0}}
    accounts: dict[str, dict[str, Any]] = {"a": {"segment": "Other"}, "b": {}, "c": {}}
    assert (
        lists(accounts, "cross-sell", products=owned)
        .loc["a", "why"]
        .startswith("100% of all accounts own it")
    )
    wary = SETTINGS.model_copy(update={"min_peers": 3})
    assert lists(accounts, "cross-sell", wary, products=owned).empty


def test_an_edition_of_what_is_owned_is_no_cross_sell() -> None:
    """Half the accounts hold one edition, half the other, nobody both."""
    owned = {f"m{n}": {"monthly": 1.0, "Plus": 1.0} for n in range(4)} | {
        f"y{n}": {"yearly": 1.0} for n in range(4)
    }
    told = lists({name: {} for name in owned}, "cross-sell", products=owned)
    assert "monthly" not in set(told["what"])
    assert "yearly" not in set(told["what"])


def test_a_product_given_up_is_not_proposed_again() -> None:
    known = facts(
        products={"a": {"Core": 1.0}, "b": {"Core": 1.0, "Plus": 1.0}, "c": {"Core": 1.0, "Plus": 1.0}}
    )
    accounts = live(plain_ones("abc"))
    assert "cross-sell" in set(from_facts(accounts, known, SETTINGS).lists["kind"])
    known.products.loc[len(known.products)] = ["a", "Plus", False, 0.0]
    assert "cross-sell" not in set(from_facts(accounts, known, SETTINGS).lists["kind"])


def test_cross_sell_puts_the_healthy_first_and_those_at_risk_last() -> None:
    others = {f"p{n}": {"Core": 1.0, "Plus": 50.0} for n in range(4)}
    accounts: dict[str, dict[str, Any]] = {
        "risk": {"is_at_risk": True},
        "ill": {"health_rules": 40.0},
        "well": {},
    }
    owned = {name: {"Core": 1.0} for name in accounts} | others
    told = lists(accounts | {name: {} for name in others}, "cross-sell", products=owned)
    assert list(told.index) == ["well", "ill", "risk"]
    assert told.loc["risk", "when"] == AT_RISK


def test_advocates_and_what_they_are_asked_for() -> None:
    told = lists(
        {"all": {"active_users_trend_quarter": 1.2}, "long": {}, "rated": {"tenure_days": 100, "csat_mean_182d": 4.8},
         "passive": {"csat_mean_182d": 4.8, "tenure_days": 100}, "scale": {"tenure_days": 100, "csat_mean_182d": 48.0}},
        "advocacy", nps={"all": 10, "passive": 7},
    )  # fmt: skip
    assert told["what"].to_dict() == {
        "all": "reference, review, referral",
        "long": "reference",
        "rated": "review",
    }
    assert told.loc["all", "why"] == (
        "latest NPS 10 of 10 on 2024-12-23, customer for 2.7 years, active users at 120% of the quarter before, health 90"
    )
    assert told.loc["all", "when"] == "now: a promoter since the answer of 2024-12-23"
    assert told.loc["rated", "why"].startswith("support rated 4.8 over half a year")


def test_nobody_in_trouble_is_asked_a_favour() -> None:
    troubles: list[dict[str, Any]] = [
        {"is_at_risk": True}, {"health_rules": 60.0}, {"health_rules": None}, {"invoices_overdue": 1.0},
        {"milestones_overdue": 1.0}, {"band": "notice given"}, {"notice_arr_share": 0.5}, {},
    ]  # fmt: skip
    accounts = {f"a{place}": trouble for place, trouble in enumerate(troubles)}
    assert list(lists(accounts, "advocacy", nps=dict.fromkeys(accounts, 10)).index) == ["a7"]


def test_nobody_with_an_escalated_ticket_or_a_bad_word_is_asked_a_favour() -> None:
    told = lists(
        plain_ones("abcd"), "advocacy", nps={"b": 3, "d": 9}, tickets={"a": "escalated", "c": "urgent"}
    )
    assert set(told.index) == {"c", "d"}


def test_onboarding_names_what_is_overdue_the_larger_account_first() -> None:
    told = lists({"a": {}, "b": {"arr_usd": 9e4, "is_at_risk": True}}, "onboarding",
                 milestones={"a": {"go_live": 41, "kickoff": 1}, "b": {"go_live": 2}, "left": {"go_live": 3}})  # fmt: skip
    assert told["what"].to_dict() == {
        "b": "go live 2 days overdue",
        "a": "go live 41 days overdue, kickoff 1 day overdue",
    }
    assert list(told["when"]) == ["now: at risk, too", "now"]


def test_enablement_names_idle_seats_unused_features_and_those_left() -> None:
    used = {"a": {"report": (True, True), "export": (False, True)}} | {
        name: {"report": (True, True), "alerts": (True, True)} for name in "bcd"
    }
    told = lists({"a": {"seats": 26.0, "active_users_28d": 3.0}} | plain_ones("bcd"), "enablement",
                 used=used, seat_arr={"a": 2600.0})  # fmt: skip
    assert told["what"].to_dict() == {
        "a": "3 of 26 seats active in 28 days; does not use alerts (100% of accounts on plan Team do); "
        "stopped using export (last on 2024-06-15)"
    }
    assert told.loc["a", "why"] == "$2,300 of ARR idle"


def test_enablement_goes_by_the_idle_arr() -> None:
    idle = {"seats": 10.0, "active_users_28d": 1.0}
    told = lists(
        {"few": idle, "much": idle, "busy": {}},
        "enablement",
        seat_arr={"few": 100.0, "much": 9000.0, "busy": 1.0},
    )
    assert list(told.index) == ["much", "few"]


def test_a_book_that_tells_nothing_has_empty_lists_and_cells() -> None:
    bare = dict.fromkeys(("health_rules", "seats", "active_users_28d", "seat_utilisation", "tenure_days", "plan",
                          "active_users_trend_quarter", "usage_trend_quarter", "invoices_overdue",
                          "milestones_overdue", "notice_arr_share"))  # fmt: skip
    told = from_facts(live({"only": bare}), facts(), SETTINGS)
    assert told.lists.empty
    assert (told.cells == "").all(axis=None)
    assert list(told.cells.index) == ["only"]
