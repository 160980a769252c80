"""Every alarm has a planted leak that fires it, and a clean column that does not."""

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.errors import LeakError
from churnml.evidence.leakage import alarm_lines, vouched
from churnml.evidence.require_clear import require_clear, require_clear_backtest, require_clear_table
from churnml.features.catalog import CATALOG
from churnml.learn.candidates import HELD_OUT
from churnml.learn.dataset import OUTCOMES
from churnml.learn.leakage.audit import audit_book, audit_table
from churnml.learn.leakage.column_counts import Column, alone, by_level
from churnml.learn.leakage.l3_late_signal import late
from churnml.learn.leakage.l4_changed_attribute import changed, rewritten
from churnml.learn.leakage.l5_easier_test import audit_backtest, easier_test
from churnml.learn.leakage.l6_column_name import named
from churnml.params.root import load_params
from churnml.results.alarms import AUDITS
from churnml.results.stored import as_json

SIZE = 2000


@pytest.fixture(scope="module")
def limits(root):
    return load_params(root / "params.yaml").leakage


@pytest.fixture(scope="module")
def world():
    """Customers of whom a fifth leaves, what happened to them, and honest columns that warn a little."""
    rng = np.random.default_rng(4)
    y_true = rng.random(SIZE) < 0.2
    warns = rng.normal(size=SIZE) + y_true
    return rng, y_true, pd.DataFrame({
        "logins": -warns, "plan": rng.choice(["basic", "pro", "team"], SIZE), "nps_score": np.where(rng.random(SIZE) < 0.3, np.nan, warns),
        "zip": rng.integers(10000, 99999, SIZE), "city": rng.integers(0, 900, SIZE).astype(str), "has_support": rng.random(SIZE) < 0.5,
    })  # fmt: skip


def found(world, limits, name=None, values=None, outcome="gone"):
    _, y_true, honest = world
    rows = honest if name is None else honest.assign(**{name: values})
    return audit_table(rows, y_true, np.arange(SIZE).astype(str).astype(object), outcome, limits)


def checks(audit, level="stop"):
    return {(alarm.check, alarm.column) for alarm in audit.alarms if alarm.level == level}


def test_honest_columns_are_silent(world, limits):
    assert [a for a in found(world, limits).alarms if (a.check, a.level) != ("L6", "look")] == []


@pytest.mark.parametrize("direction", [1, -1])
def test_a_column_that_orders_the_outcome_stops_in_either_direction(world, limits, direction):
    rng, y_true, _ = world
    audit = found(world, limits, "x", direction * (y_true * 3.0 + rng.normal(size=SIZE)))
    assert ("L1", "x") in checks(audit)
    assert audit.stopped_columns == ["x"]
    assert audit.stops[0].figure == pytest.approx(0.98, abs=0.02)


def test_missing_values_do_not_hide_a_column_that_orders(world, limits):
    rng, y_true, _ = world
    values = np.where(~y_true & (rng.random(SIZE) < 0.9), np.nan, y_true * 5.0 + rng.normal(size=SIZE))
    assert ("L1", "x") in checks(found(world, limits, "x", values))


def test_a_level_that_only_leavers_have_stops(world, limits):
    _, y_true, _ = world
    values = np.where(y_true & (np.arange(SIZE) % 3 == 0), "offboarded", "active")
    assert ("L1", "state") in checks(found(world, limits, "state", values))


def test_a_code_of_the_outcome_written_as_number_stops(world, limits):
    rng, y_true, _ = world
    codes = np.where(y_true, rng.choice([2, 5, 9], SIZE), rng.choice([1, 4, 7, 8], SIZE))
    assert ("L1", "code") in checks(found(world, limits, "code", codes))


def test_a_pure_stretch_stops_though_the_column_orders_little(world, limits):
    """As a churn score written later: high values belong to leavers alone, the others are noise."""
    rng, y_true, _ = world
    values = np.where(y_true & (rng.random(SIZE) < 0.4), rng.uniform(80, 100, SIZE), rng.uniform(0, 80, SIZE))
    audit = found(world, limits, "x", values)
    stretch = next(a for a in audit.alarms if a.column == "x")
    assert (stretch.check, stretch.level) == ("L1", "stop")
    assert "the stretch from 79.9" in stretch.says and "99.5% pure" in stretch.says


def test_a_pure_stretch_of_one_customer_is_no_alarm(limits):
    """Many rows of one customer prove nothing: 60 looks at one leaver, beside 40 others."""
    customers = np.array(["big"] * 60 + [f"c{i}" for i in range(140)], dtype=object)
    y_true = np.array([True] * 60 + [i < 20 for i in range(140)])
    values = np.array([100.0] * 60 + list(np.random.default_rng(0).uniform(0, 50, 140)))
    assert checks(audit_table(pd.DataFrame({"x": values}), y_true, customers, "gone", limits)) == set()


def test_a_pure_stretch_of_those_who_stay_is_no_news(world, limits):
    _, y_true, _ = world
    assert checks(found(world, limits, "x", np.where(y_true, 0.0, np.arange(SIZE) % 2))) == set()


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_a_column_filled_for_leavers_only_stops(world, limits, share):
    rng, y_true, _ = world
    values = np.where(y_true & (rng.random(SIZE) < share), rng.normal(size=SIZE), np.nan)
    audit = found(world, limits, "x", values)
    assert ("L2", "x") in checks(audit)
    assert "being filled" in next(a.says for a in audit.alarms if a.check == "L2")


def test_a_gap_that_warns_is_told_but_does_not_stop(world, limits):
    rng, y_true, _ = world
    values = np.where(rng.random(SIZE) < np.where(y_true, 0.8, 0.2), np.nan, 1.0 + rng.random(SIZE))
    audit = found(world, limits, "x", values)
    assert checks(audit) == set()
    assert ("L2", "x") in checks(audit, "look")


@pytest.mark.parametrize("warning", [0.75, 0.999])
def test_a_column_that_speaks_only_at_the_end_is_told(limits, warning):
    rng = np.random.default_rng(1)
    lead = np.repeat([30, 60, 90, 180], 1000)
    y_true = rng.random(4000) < 0.3
    late_only = np.where((lead == 30) & (rng.random(4000) < warning), y_true, rng.random(4000) < 0.3)
    alarms = list(late(Column.of(pd.Series(late_only), "x"), y_true, lead, limits))
    assert [a.level for a in alarms] == ["stop" if warning > 0.95 else "look"]
    assert "at 30 days" in alarms[0].says
    steady = Column.of(pd.Series(y_true * 2.0 + rng.normal(size=4000)), "y")
    assert list(late(steady, y_true, lead, limits)) == []


def test_columns_rewritten_for_leavers_only_stop(limits):
    y_true = np.arange(400) < 100
    before = pd.DataFrame({"tier": ["gold"] * 400, "months": range(400), "city": ["Rome"] * 400})
    after = pd.DataFrame(
        {
            "tier": ["closed"] * 60 + ["gold"] * 340,
            "months": range(1, 401),
            "city": ["Rome"] * 398 + ["Oslo"] * 2,
        }
    )
    assert [(a.column, a.level) for a in changed(before, after, y_true, list(before), limits)] == [
        ("tier", "stop")
    ]


def test_a_history_rewritten_after_the_renewal_is_found(limits):
    names = [f"a{i:03d}" for i in range(100)]
    left = [i < 40 for i in range(100)]
    first = pd.DataFrame(
        {"account_id": names, "segment": "big", "region": "EU", "valid_from": pd.Timestamp("2022-01-01")}
    )
    gone = first[left].assign(segment="former", valid_from=pd.Timestamp("2024-03-01"))
    moved = first[60:].assign(region="US", valid_from=pd.Timestamp("2023-03-01"))
    keys = pd.DataFrame(
        {
            "account_id": names,
            "as_of": pd.Timestamp("2023-11-01"),
            "renewal": pd.Timestamp("2024-01-01"),
            "lead_days": 60,
        }
    )
    alarms = list(
        rewritten(pd.concat([first, gone, moved]), keys, np.array(left), ["segment", "region"], limits)
    )
    assert [(a.column, a.level) for a in alarms] == [("segment", "look")]
    assert list(rewritten(first, keys, np.array(left), ["segment"], limits)) == []


def test_a_test_better_than_its_training_is_told(limits):
    rng = np.random.default_rng(2)
    y_true = rng.random(1500) < 0.3
    predictions = pd.DataFrame({
        "account_id": [f"a{i % 700}" for i in range(1500)], "cutoff": pd.Timestamp("2024-01-01"), "lead_days": 30, "is_outcome": y_true,
        "log_odds_bag": y_true * 1.5 + rng.normal(size=1500), HELD_OUT: 0.6,
    })  # fmt: skip
    assert [a.level for a in easier_test(predictions, "bag", limits)] == ["stop"]
    assert list(easier_test(predictions.assign(**{HELD_OUT: 0.86}), "bag", limits)) == []
    assert list(easier_test(predictions.drop(columns=HELD_OUT), "bag", limits)) == []


class OneAccount:
    """Tables of a book whose accounts have no history."""

    def connect(self):
        con = duckdb.connect()
        con.execute("CREATE TABLE accounts AS SELECT 'a' AS account_id, 'big' AS segment")
        return con


def test_a_book_is_audited_for_every_outcome_on_ripe_rows(planted, limits):
    honest = audit_book(planted, OneAccount(), limits)
    assert tuple(honest) == OUTCOMES
    assert not any(audit.stops for audit in honest.values())
    assert honest["churn"].rows == planted.outcomes["is_ripe"].sum()
    leaky = replace(planted, rows=planted.rows.assign(noise=planted.is_outcome("churn").astype(float)))
    found = audit_book(leaky, OneAccount(), limits)
    assert AUDITS.validate_python(as_json(found)) == found
    with pytest.raises(LeakError, match=r"exclude: \[noise\]"):
        require_clear(found)


def test_the_backtest_of_a_planted_book_is_not_easier_than_its_training(learned, limits):
    predictions = learned[1].assign(outcome="churn")
    assert predictions[HELD_OUT].between(0.5, 1).all()
    audits = audit_backtest(predictions, limits)
    require_clear_backtest(audits)
    leaky = predictions.assign(log_odds_lightgbm_bag=predictions["is_outcome"].astype(float))
    with pytest.raises(LeakError, match="its test is easier than its training"):
        require_clear_backtest(audit_backtest(leaky, limits))


@pytest.mark.parametrize(
    ("name", "outcome", "auc", "level"),
    [
        ("Churn Score", "Churn Label", 0.5, "stop"),
        ("churned_at", "left", 0.5, "stop"),
        ("ExitSurvey", "Exited", 0.5, "stop"),
        ("CLTV", "gone", 0.5, "stop"),
        ("CustomerLTV", "gone", 0.5, "stop"),
        ("Customer Lifetime Value", "gone", 0.5, "stop"),
        ("predicted_leave", "gone", 0.5, "stop"),
        ("nps_score", "gone", 0.6, None),
        ("credit_score", "gone", 0.7, "look"),
        ("risk_score", "gone", 0.9, "stop"),
        ("cancellation_reason", "gone", 0.9, "stop"),
        ("contract_type", "contract_ended", 0.6, None),
        ("customer_city", "customer_churn", 0.6, None),
        ("monthly_charges", "churn", 0.8, None),
        ("leftover_seats", "gone", 0.6, None),
    ],
)  # fmt: skip
def test_names_that_tell(limits, name, outcome, auc, level):
    assert next((a.level for a in named(name, outcome, auc, limits)), None) == level


def test_no_feature_of_the_catalogue_stops_by_its_name(limits):
    names = [f.column for f in CATALOG]
    assert [
        n
        for n in names
        for o in ("churn", "expansion")
        if any(a.level == "stop" for a in named(n, o, 0.84, limits))
    ] == []


def test_a_vouched_column_is_told_and_does_not_stop(world, limits):
    _, y_true, _ = world
    audit = found(world, limits.model_copy(update={"allowed_columns": ("x",)}), "x", y_true.astype(float))
    assert not as_json(audit)["is_stopped"]
    require_clear({"gone": audit})
    assert "'x' is vouched for" in vouched(audit)[0]


def test_one_error_names_every_column_how_strongly_and_what_to_do(world, limits):
    _, y_true, honest = world
    rows = honest.assign(**{"it's gone": y_true, "Churn Reason": np.where(y_true, "price", None)})
    audit = audit_table(rows, y_true, np.arange(SIZE).astype(str).astype(object), "gone", limits)
    with pytest.raises(LeakError) as error:
        require_clear_table(audit, "flat.csv")
    text = str(error.value)
    assert """--drop 'it'"'"'s gone' --drop 'Churn Reason'""" in text
    assert (
        "ROC-AUC 1.00" in text
        and "leave it out" in text
        and "L1 " in text
        and "L2 " in text
        and "L6 " in text
    )
    with pytest.raises(LeakError, match="2 column"):
        require_clear({"gone": audit})
    assert len([line for line in alarm_lines(audit) if "[stop]" in line]) == 2


def test_few_customers_are_judged_by_names_only(limits):
    y_true = np.array([True, True, False, False])
    rows = pd.DataFrame({"x": y_true.astype(float), "churn_note": ["a", "b", "c", "d"]})
    assert checks(audit_table(rows, y_true, np.array(list("abcd"), dtype=object), "gone", limits)) == {
        ("L6", "churn_note")
    }


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5) | st.none(), st.booleans()), min_size=4, max_size=40))
def test_the_area_is_the_share_of_pairs_in_order(rows):
    values = np.array([np.nan if v is None else float(v) for v, _ in rows])
    y_true = np.array([c for _, c in rows])
    if y_true.all() or not y_true.any():
        return
    filled = [np.where(np.isnan(values), edge, values) for edge in (-1.0, 9.0)]
    expected = [np.mean([(a > b) + (a == b) / 2 for a in v[y_true] for b in v[~y_true]]) for v in filled]
    got = alone(Column.of(pd.Series(values), "x"), y_true)
    assert abs(got - 0.5) == pytest.approx(max(abs(e - 0.5) for e in expected))


@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_a_different_word_in_every_row_tells_nothing(seed):
    rng = np.random.default_rng(seed)
    y_true = rng.random(300) < 0.3
    column = Column.of(pd.Series([f"w{i}" for i in range(300)]), "x")
    assert by_level(column, y_true, rng.integers(0, 5, 300), 10.0) == pytest.approx(0.5, abs=1e-9)
