"""The catalogue's contract: a feature joins it by being listed."""

import duckdb
import pandas as pd
import pytest

from churnml.data.schema import TABLES
from churnml.data.tables import Tables
from churnml.errors import SettingsError
from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from churnml.features.spec import Feature, ratio
from churnml.timeline import Window
from tests.books import make_tables, term

EARLY = {
    "account_id": "b",
    "occurred_at": "2022-01-01",
    "quantity": 1,
    "feature": "x",
    "user_id": "u",
}  # usage was there before
TWO = [{"account_id": "a"}, {"account_id": "b"}]
TERMS = [term("a", "2022-01-01", "2025-01-01", seats=5), term("b", "2021-01-01", "2025-01-01", seats=5)]
NAMED = pytest.mark.parametrize("feature", CATALOG, ids=lambda f: f.column)


def test_columns_are_unique() -> None:
    columns = [feature.column for feature in CATALOG]
    assert len(columns) == len(set(columns))


@NAMED
def test_a_feature_is_said_whole(feature: Feature) -> None:
    assert feature.table in TABLES
    assert sum(map(bool, (feature.aggregate, feature.measure, feature.formula, feature.peer_of))) == 1
    assert "{value}" in feature.phrase or feature.unit == "yes/no"
    assert "_" not in feature.say(1.0)
    assert feature.concept


@NAMED
def test_every_value_is_said_without_a_gap(feature: Feature) -> None:
    for value in ("Team",) if feature.is_category else (0.0, 1.0, 2.5):
        said = feature.say(value)
        assert not set("{}_") & set(said)
        assert said == " ".join(said.split())
        assert ("{window}" in feature.phrase) <= (feature.window is not None)


@NAMED
def test_a_yes_or_no_is_named_as_one(feature: Feature) -> None:
    assert feature.column.startswith(("is_", "has_")) == (feature.unit == "yes/no")


def test_every_canonical_table_gives_features() -> None:
    assert {feature.table for feature in CATALOG} == set(TABLES)


def test_what_the_team_did_has_no_direction() -> None:
    """Outreach and actions follow the team's own lists; they must not be read as health."""
    ours = [f for f in CATALOG if f.concept in {"vendor outreach", "actions by the team"}]
    assert len(ours) > 3
    assert {(f.churn, f.expansion) for f in ours} == {(0, 0)}


@NAMED
def test_a_formula_stands_after_the_columns_it_needs(feature: Feature) -> None:
    columns = [f.column for f in CATALOG]
    needs = feature.words & set(columns) if feature.formula else set()
    assert all(columns.index(need) < columns.index(feature.column) for need in needs)


def test_a_window_is_half_open(tmp_path) -> None:
    usage = [{"account_id": "a", "occurred_at": when, "quantity": 1, "feature": "x"}
             for when in ("2024-02-02 23:59:59", "2024-02-03 00:00", "2024-03-01 23:59:59", "2024-03-02 00:00")]  # fmt: skip
    tables = make_tables(
        tmp_path, {"accounts": TWO, "contracts": TERMS, "usage": [EARLY, *usage]}, last_day="2024-06-01"
    )
    snapshots = one_snapshot("2024-03-02")
    found = build(tables, snapshots, available(tables))
    assert found["usage_events_28d"].iloc[0] == 2
    assert found["usage_events_91d_before_28d"].iloc[0] == 1
    assert found["active_days_28d"].iloc[0] == 2


def one_snapshot(as_of: str) -> pd.DataFrame:
    day = pd.Timestamp(as_of)
    return pd.DataFrame(
        {"account_id": ["a"], "as_of": [day], "renewal": [day + pd.Timedelta(days=90)], "lead_days": [90]}
    )


def test_a_late_row_counts_only_from_its_known_at(tmp_path) -> None:
    usage = [{"account_id": "a", "occurred_at": "2024-02-20", "quantity": 5, "known_at": "2024-03-05 04:00"}]
    tables = make_tables(
        tmp_path, {"accounts": TWO, "contracts": TERMS, "usage": [EARLY, *usage]}, last_day="2024-06-01"
    )
    values = [
        build(tables, one_snapshot(day), available(tables))["usage_events_28d"].iloc[0]
        for day in ("2024-03-01", "2024-03-05", "2024-03-06")
    ]
    assert values == [0, 0, 5]


def test_an_account_with_no_usage_is_zero_where_declared_and_unknown_elsewhere(tmp_path) -> None:
    tables = make_tables(
        tmp_path, {"accounts": TWO, "contracts": TERMS, "usage": [EARLY]}, last_day="2024-06-01"
    )
    found = build(tables, one_snapshot("2024-03-01"), available(tables)).iloc[0]
    assert found["usage_events_28d"] == 0
    assert found["seat_utilisation"] == 0
    assert found["usage_recency_days_365d"] == 365
    assert pd.isna(found["usage_trend"])
    assert pd.isna(found["champion_baseline_share"])


def test_features_of_absent_tables_and_columns_drop_out(tmp_path) -> None:
    usage = [{"account_id": "a", "occurred_at": "2024-02-20"}]
    tables = make_tables(tmp_path, {"accounts": [{"account_id": "a"}], "contracts": [term("a", "2023-01-01", "2025-01-01")], "usage": usage},
                         last_day="2024-06-01")  # fmt: skip
    columns = {f.column for f in available(tables)}
    assert "active_days_28d" in columns
    assert not columns & {"tickets_opened_91d", "active_users_28d", "seats", "seat_utilisation", "segment"}


def test_an_undated_attribute_is_used_only_when_declared_static(tmp_path) -> None:
    accounts = [{"account_id": "a", "segment": "SMB", "industry": "Retail"}]
    tables = make_tables(tmp_path, {"accounts": accounts, "contracts": [term("a", "2023-01-01", "2025-01-01")]},
                         last_day="2024-06-01", static=("industry",))  # fmt: skip
    found = build(tables, one_snapshot("2024-03-01"), available(tables)).iloc[0]
    assert found["industry"] == "Retail"
    assert found.get("segment") is None


def test_a_feature_to_leave_out_must_exist(sample_tables: Tables) -> None:
    with pytest.raises(SettingsError, match="no feature 'usage_trnd': did you mean 'usage_trend'"):
        available(sample_tables, ["usage_trnd"])


def test_a_ratio_to_nothing_is_unknown_not_the_cap() -> None:
    sql = f"SELECT {ratio('a', 'b', 3)} FROM (VALUES (1.0, NULL), (1.0, 0.0), (9.0, 1.0), (1.0, 2.0), (NULL, 1.0)) t(a, b)"
    assert [row[0] for row in duckdb.sql(sql).fetchall()] == [None, None, 3.0, 0.5, None]


def test_a_window_names_its_column() -> None:
    assert {f.column for f in CATALOG if f.window == Window(91, ago=28)} >= {"usage_events_91d_before_28d"}


@pytest.mark.parametrize(("given", "has_notice"), [(("core",), 0), (("core", "chat"), 1)])
def test_notice_counts_only_when_every_live_term_is_given_up(tmp_path, given, has_notice) -> None:
    contracts = [
        term("a", "2023-01-01", "2025-01-01", product=p, notice_at="2024-02-01" if p in given else "")
        for p in ("core", "chat")
    ]
    tables = make_tables(
        tmp_path, {"accounts": [{"account_id": "a"}], "contracts": contracts}, last_day="2024-06-01"
    )
    found = [
        build(tables, one_snapshot(day), available(tables))["has_notice"].iloc[0]
        for day in ("2024-02-01", "2024-03-01")
    ]
    assert found == [0, has_notice]
