"""Whatever the book, an account at risk is no upsell without a word about it."""

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from churnml.formats.terminal.growth import render
from churnml.listing.growth.growth_lists import UPSELLS, from_facts
from churnml.listing.growth.timing import AT_RISK
from tests.listing.fakes import list_metadata
from tests.listing.growth.fakes import SETTINGS, facts, live

MAYBE = st.one_of(st.none(), st.floats(0, 2))
ACCOUNTS = st.fixed_dictionaries({
    "is_at_risk": st.booleans(), "band": st.sampled_from(["normal", "high", "", "new", "notice given"]),
    "health_rules": st.one_of(st.none(), st.floats(0, 100)), "seat_utilisation": MAYBE,
    "active_users_trend_quarter": MAYBE, "usage_trend_quarter": MAYBE, "is_rolling": st.booleans(),
    "lead_days": st.integers(0, 400), "csat_mean_182d": st.one_of(st.none(), st.floats(1, 5)),
    "milestones_overdue": st.one_of(st.none(), st.integers(0, 3)), "segment": st.sampled_from(["", "SMB"]),
})  # fmt: skip
KNOWN = st.fixed_dictionaries({
    "products": st.sets(st.sampled_from(["Core", "Plus", "Max"])),
    "used": st.dictionaries(st.sampled_from("abcd"), st.tuples(st.booleans(), st.booleans())),
    "nps": st.integers(0, 10), "tickets": st.sampled_from(["", "escalated", "urgent"]),
})  # fmt: skip
EASY = SETTINGS.model_copy(
    update={"min_signs": 1, "min_peers": 1, "min_health": 20, "min_advocate_health": 20}
)


# Not shrunk: a book of twelve accounts takes minutes to, and says as much as it stands.
@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.tuples(ACCOUNTS, KNOWN), min_size=3, max_size=12))
def test_an_account_at_risk_is_flagged_and_ranks_behind(
    book: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    names = [f"a{place}" for place in range(len(book))]
    known: dict[str, Any] = {
        part: {name: facts_[part] for name, (_, facts_) in zip(names, book, strict=True)}
        for part in ("used", "nps", "tickets")
    }
    known["products"] = {
        n: dict.fromkeys(sorted(k["products"]), 5.0) for n, (_, k) in zip(names, book, strict=True)
    }
    told = from_facts(live({n: said for n, (said, _) in zip(names, book, strict=True)}), facts(**known), EASY)
    at_risk = {name for name, (said, _) in zip(names, book, strict=True) if said["is_at_risk"]}
    for kind in UPSELLS:
        one = told.lists[told.lists["kind"] == kind]
        assert list(one["place"]) == list(range(1, len(one) + 1))
        assert set(one.loc[one["is_at_risk"].astype(bool), "account_id"]) == set(one["account_id"]) & at_risk
        assert one["is_at_risk"].is_monotonic_increasing
        assert (one["when"].str.startswith(AT_RISK) == one["is_at_risk"].astype(bool)).all()
    flagged = told.lists["is_at_risk"].astype(bool) & told.lists["kind"].isin(UPSELLS)
    printed = " ".join(render(told.lists, list_metadata(), 12, UPSELLS).split())
    assert printed.count(AT_RISK) == flagged.sum()
    offered = told.cells[(told.cells[["growth_signal", "cross_sell", "advocacy"]] != "").any(axis=1)]
    assert (offered["growth_timing"].str.startswith(AT_RISK) == offered.index.isin(at_risk)).all()
