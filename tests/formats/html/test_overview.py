"""The book at a glance: its figures are the list's, and what an edition lacks is not there."""

from dataclasses import replace

import pandas as pd
import pytest

from churnml.formats.html.overview import STEP_TITLES, overview, waterfall
from churnml.history.changes import rounded_dollars
from churnml.history.dollars import MOVED
from churnml.list_snapshot import ListSnapshot
from tests.formats.html.snapshots import full_snapshot, list_snapshot, shortened


def tables(of):
    return {table.anchor: table for table in overview(of).tables}


def tiles(of):
    return {tile.label: (tile.value, tile.note) for tile in overview(of).tiles}


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_first_figures_are_those_of_the_list():
    found = tiles(list_snapshot())
    assert found["Accounts"] == ("5", "$294,400 ARR")
    assert found["Expected loss in 365 days"] == ("$120,770", "41.0% of ARR")
    assert found["The team can call"] == ("2", "95% of the expected loss")
    assert found["Notice given"] == ("1", "$4,000 ARR")


def test_the_verdict_comes_first_and_hindsight_before_it():
    found = overview(list_snapshot())
    assert [judged.grade for judged in found.judged] == ["B", "A"]
    assert (
        found.judged[0].sentence.startswith("Grade B")
        and found.judged[0].order == "Ranked by expected loss within 365 days."
    )
    assert found.hindsight == ""


def test_without_a_proven_signal_no_chance_no_loss_and_no_band_is_told():
    of = list_snapshot(is_proven=False)
    found = tables(of)
    assert overview(of).judged[0].sentence.startswith("No proven signal")
    assert not {"Expected loss", "ARR likely to grow"} & set(tiles(of))
    assert "Health" in found["first"].heading and "Expected loss" not in found["csm"].heading
    assert found["segment"].title == "By segment" and "Expected loss" not in found["months"].heading


def test_who_gave_notice_is_apart_and_not_among_those_to_call():
    found = tables(list_snapshot())
    assert [row[0] for row in texts(found["lost"])] == ['Ünïted, "Quoted" & Sons\ufffdLtd\ufffd[31m']
    assert all("Sons" not in row[0] for row in texts(found["first"]))


@pytest.mark.parametrize("anchor", ["csm", "segment"])
def test_the_parts_add_up_to_the_book(anchor):
    of = list_snapshot()
    where = tables(of)[anchor].heading.index("Expected loss")
    parts = [float(row[where].strip("$").replace(",", "")) for row in texts(tables(of)[anchor])]
    assert sum(parts) == pytest.approx(of.listed["expected_loss_usd"].sum(), abs=len(parts) / 2)


def test_months_hold_the_dated_renewals_and_say_who_is_missing():
    of = list_snapshot()
    table = tables(of)["months"]
    accounts = sum(int(row[1]) for row in texts(table))
    assert (
        accounts + 1 == len(of.listed)
        and table.note == "1 account looked at over a horizon, not to a renewal."
    )


def test_bars_stay_within_their_board():
    for table in overview(full_snapshot()).tables:
        for row in table.rows:
            assert all(
                piece.start >= 0 and piece.width >= 0 and piece.start + piece.width <= 100.01
                for piece in row.bar
            )


def test_the_steps_of_the_change_lead_from_then_to_now():
    rows = waterfall([("opening", 1000), ("joined", 50), ("left", -200), ("data", 120), ("closing", 970)])
    assert [row.cells[1].text for row in rows] == ["$1,000", "+$50", "-$200", "+$120", "$970"]
    assert [row.bar[0].tone for row in rows] == ["whole", "more", "less", "more", "whole"]
    joined, left = rows[1].bar[0], rows[2].bar[0]
    assert left.start + left.width == pytest.approx(
        joined.start + joined.width
    )  # begins where the step before ended


def test_the_steps_read_as_the_sentence_and_the_terminal_have_them():
    full = full_snapshot()
    cents = [
        ("opening", 100.4),
        ("grace", 0.4),
        ("data", 0.4),
        ("calendar", 0.0),
        ("model", 0.4),
        ("closing", 101.6),
    ]
    dollars = pd.DataFrame(cents, columns=["part", "usd"])
    full.changes.dollars = dollars
    assert rounded_dollars(dollars) == {"opening": 100, "grace": 1, "data": 1, "closing": 102}
    assert texts(tables(full)["changed"]) == [
        ["Expected loss then", "$100"], ["Term ended, next not recorded", "+$1"], ["What accounts did", "+$1"], ["Expected loss now", "$102"],
    ]  # fmt: skip


def test_every_move_has_its_words_on_the_page():
    assert list(STEP_TITLES) == ["opening", *MOVED, "closing"]


def test_a_change_of_nothing_can_be_drawn():
    assert len(waterfall([("opening", 0), ("data", 0), ("closing", 0)])) == 3


def test_an_edition_with_more_tells_more():
    found = tables(full_snapshot())
    assert {"changed", "off", "roadblocks", "record"} <= set(found)
    assert (
        found["changed"].title == "What changed since 1 Dec 2024" and "today's model" in found["changed"].note
    )
    assert texts(found["roadblocks"])[-1][0] == "No reason told"
    assert found["roadblocks"].rows[0].cells[0].href == "#/accounts?concept=active+users"
    assert texts(found["record"]) == [["1 Jun 2024", "12", "12", "4", "33%", "5%", "$4,000"]]


def test_what_an_edition_lacks_or_has_empty_is_not_there():
    full = full_snapshot()
    empty = replace(
        full, changes=None, record=None, top_drivers=full.top_drivers.head(0), growth=full.growth.head(0)
    )
    for of in (list_snapshot(), empty):
        assert not {"changed", "off", "roadblocks", "record"} & set(tables(of))


def test_a_book_of_one_account_without_names_is_told():
    one = shortened(list_snapshot(), 1)
    bare = ListSnapshot(
        one.listed.assign(name="", csm="", segment="", is_rolling=True), one.columns, one.metadata
    )
    assert set(tables(bare)) == {"first"}
    assert texts(tables(bare)["first"])[0][0] == one.listed["account_id"].iloc[0]


def test_links_carry_what_they_must():
    listed = list_snapshot().listed.assign(csm="A&B =1 #x")
    table = tables(replace(list_snapshot(), listed=listed))["csm"]
    assert table.rows[0].cells[0].href == "#/accounts?csm=A%26B+%3D1+%23x"


def test_far_renewals_and_accounts_in_grace_are_remarked():
    listed = list_snapshot().listed.assign(is_beyond_horizon=True)
    assert (
        "5 accounts: each renews farther ahead than any case of its kind of term"
        in overview(replace(list_snapshot(), listed=listed)).remarks[0]
    )


def test_an_account_too_new_to_judge_is_counted_and_costs_nothing():
    listed = list_snapshot().listed
    listed.loc[0, ["churn_probability", "churn_base_multiple", "expected_loss_usd"]] = float("nan")
    listed.loc[0, ["band", "is_within_capacity"]] = ["new", False]
    told = overview(replace(list_snapshot(), listed=listed))
    assert "nan" not in str(told).lower().replace("expansion", "").replace("dana", "")
    assert "New" in tables(replace(list_snapshot(), listed=listed))["segment"].heading
