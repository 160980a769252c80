"""What the page's table and accounts know is what the list says, to the cent."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnml.formats.html.account_json import account_data
from churnml.formats.html.page import growth_data
from churnml.formats.html.table_json import table_data
from tests.formats.html.snapshots import WEEKS, full_snapshot, list_snapshot


def test_the_table_s_dollars_are_the_list_s_to_the_cent():
    of = list_snapshot()
    columns = table_data(of)["columns"]
    assert columns["arr"] == of.listed["arr_usd"].tolist()
    assert sum(columns["loss"]) == pytest.approx(of.listed["expected_loss_usd"].sum(), abs=1e-9)


def test_levels_lead_back_to_the_texts():
    of = list_snapshot()
    data = table_data(of)
    for level in ("csm", "segment", "band"):
        assert [data["levels"][level][place] for place in data["columns"][level]] == of.listed[level].tolist()


def test_an_account_is_found_by_the_concept_of_any_reason_for_leaving():
    of = list_snapshot()
    listed = of.listed.assign(
        reason_1_concept=["a", "", "b", "", ""], reason_2_concept=["b", "", "", "", ""], against_1_concept="c"
    )
    data = table_data(replace(of, listed=listed))
    assert data["levels"]["concept"] == ["a", "b"]
    assert data["columns"]["concepts"] == [[0, 1], [], [1], [], []]


def test_unknown_is_null_and_never_a_number():
    columns = table_data(list_snapshot(is_proven=False))["columns"]
    assert columns["chance"] == columns["loss"] == [None] * 5
    assert None in columns["health"]


def test_an_account_s_reasons_keep_side_order_weight_and_confirmation():
    of = full_snapshot()
    place = of.listed.index[of.listed["account_id"] == "00123"][0]
    told = account_data(of)["accounts"][place]
    assert [reason[0] for reason in told["for"]] == [
        of.listed.loc[place, "reason_1"],
        of.listed.loc[place, "reason_2"],
    ]
    assert told["for"][0][2:] == [0.6, 9] and told["against"][0][2:] == [0.6, None]


def test_what_a_list_lacks_is_left_out():
    lacking = ["change", "next_step", "churn_probability_low", "is_silent_decline", "expected_gain_usd"]
    of = list_snapshot()
    told = account_data(replace(of, listed=of.listed.drop(columns=lacking)))["accounts"][0]
    assert not {"change", "next_step", "low", "is_silent", "gain"} & set(told)
    full = account_data(full_snapshot())["accounts"][0]
    assert full["next_step_by"] == "2025-01-10" and full["change_data"] == 0.02


def test_an_account_s_past_is_its_own():
    of = list_snapshot()
    lines = replace(
        of.timelines, usage=np.arange(5 * WEEKS, dtype=float).reshape(5, WEEKS) + 0.25, users=None
    )
    data = account_data(replace(of, timelines=lines))
    assert [account["usage"][0] for account in data["accounts"]] == [0.2, 20.2, 40.2, 60.2, 80.2]
    assert "users" not in data["accounts"][0] and "users" not in data["typical"]
    assert data["accounts"][1]["marks"][1] == ("2024-10-14", "renewed", 1000, "Core")
    assert data["accounts"][1]["scores"][0] == ("2024-10-01", 0.2, "in the backtest")


def test_the_typical_week_is_the_mean_over_who_was_a_customer():
    of = list_snapshot()
    marks = of.timelines.marks.copy()
    is_late = (marks["account_id"] != of.listed["account_id"][0]) & (marks["what"] == "customer since")
    marks.loc[is_late, "on"] = pd.Timestamp(of.timelines.weeks[-1])
    usage = np.vstack([np.full(WEEKS, 10.0), np.full((4, WEEKS), 20.0)])
    typical = account_data(replace(of, timelines=replace(of.timelines, usage=usage, marks=marks)))["typical"][
        "usage"
    ]
    assert typical[0] == 10 and typical[-1] == 18


def test_growth_keeps_its_kinds_in_order_and_flags_who_is_at_risk():
    found = growth_data(full_snapshot())
    assert found["kinds"] == ["expansion", "advocacy"] and found["columns"]["is_at_risk"] == [1, 1]
    assert growth_data(list_snapshot()) is None


def test_a_held_band_says_todays_reading_beside_it():
    of = list_snapshot()
    place = of.listed["band"].tolist().index("normal")
    readings = of.listed["band"].tolist()
    readings[place] = "high"
    told = table_data(replace(of, listed=of.listed.assign(band_reading=readings)))["columns"]["today"]
    assert told == ["today: high" if at == place else "" for at in range(len(readings))]


def test_the_parts_of_a_change_sum_in_tenths_of_a_point():
    full = full_snapshot()
    moved = {"change": 0.0012, "change_data": 0.0004, "change_calendar": 0.0004, "change_model": 0.0004}
    said = account_data(replace(full, listed=full.listed.assign(**moved)))["accounts"][0]
    tenths = [round(1000 * said[name], 6) for name in moved]
    assert tenths[0] == sum(tenths[1:]) == 1
