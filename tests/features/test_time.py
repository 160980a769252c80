"""Time is proved, for every listed feature: nothing known on or after the as-of date can move a byte. And each proof can turn red."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from churnml.data.snapshots import current
from churnml.data.tables import Tables
from churnml.features import build as building
from churnml.features.build import Engine
from churnml.features.catalog import CATALOG, available
from churnml.features.leakage_test import deliveries as changes
from churnml.features.leakage_test.checks import SNAPSHOTS as WHO
from churnml.features.leakage_test.checks import (
    CheckedSample,
    Finding,
    among_many,
    deleted,
    late,
    run_checks,
    sample_trial,
    shuffled,
)
from churnml.features.leakage_test.report import render
from churnml.features.spec import UNKNOWN, ZERO, Feature, View
from churnml.features.window_aggregation import aggregate as sweeping
from churnml.outcomes import label
from churnml.params.features import LeakageTest
from churnml.params.snapshots import Revenue, Snapshots
from tests.books import LENIENT

pytestmark = pytest.mark.slow

REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
SNAPSHOTS = Snapshots(
    lead_days=(30, 90, 270), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91
)
COLUMNS = [feature.column for feature in CATALOG]
USAGE = [feature for feature in CATALOG if feature.measure]


@pytest.fixture(scope="module")
def trial(sample_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> CheckedSample:
    """The sample's accounts on three days, so that each table has rows to be late."""
    folder, settings = tmp_path_factory.mktemp("check"), LeakageTest(n_accounts=120, n_dates=3, seed=1)
    return sample_trial(
        sample_tables, available(sample_tables), folder, settings, LENIENT, REVENUE, SNAPSHOTS
    )


@pytest.fixture(scope="module")
def found(trial: CheckedSample) -> list[Finding]:
    return run_checks(trial)


def test_every_listed_feature_is_proved(trial: CheckedSample, found: list[Finding]) -> None:
    assert [f.column for f in trial.features] == COLUMNS
    assert {check.columns + len(check.unknown) for check in found} == {len(COLUMNS)}
    assert all(check.snapshots > 80 and len(check.unknown) < len(COLUMNS) / 20 for check in found)


def test_every_listed_feature_has_something_to_move(trial: CheckedSample) -> None:
    """A column that is the same for all accounts could not show a leak. A few are so rare that only the oracle sees them move."""
    built = pd.concat(trial.truth.values())
    assert sum(built[column].nunique(dropna=False) < 2 for column in COLUMNS) < len(COLUMNS) / 20


@pytest.mark.parametrize("column", COLUMNS)
def test_time_is_proved(found: list[Finding], column: str) -> None:
    assert [check.name for check in found if column in check.moved] == []


def test_who_is_looked_at_is_proved(found: list[Finding]) -> None:
    assert [check.name for check in found if WHO in check.moved] == []


def test_proofs_change_every_table(trial: CheckedSample, found: list[Finding]) -> None:
    """A proof that changes nothing proves nothing."""
    tables, columns = set(trial.book_sample.columns), changes.revelations(trial.book_sample.columns).keys()
    changed = {check.name: check.changed for check in found if check.changed}
    assert changed.keys() == {"future deleted", "future shuffled", "late rows absent until known"}
    for name, places in changed.items():
        assert tables - places <= {"accounts"}
        assert not name.startswith("future") or columns - places <= {
            "contracts.cancelled_at",
            "tickets.escalated_at",
        }


def test_a_shuffled_future_reaches_the_parts_of_usage(trial: CheckedSample) -> None:
    """Months before the day keep their bytes' meaning; each later one is another."""
    day = next(iter(trial.truth))
    other = trial.book_sample.deliver(
        f"future shuffled {day}", changes.future_shuffled(trial.book_sample.columns, day)
    )
    before, after = trial.base.usage_digests(), other.usage_digests()
    later = [month for month in before if month > f"{day:%Y-%m}"]
    assert len(later) > 6
    assert [month for month in later if before[month] == after.get(month)] == []


def test_arr_at_stake_is_known_on_the_day(trial: CheckedSample) -> None:
    for day in trial.truth:
        other = trial.book_sample.deliver(
            f"future deleted {day}", changes.future_deleted(trial.book_sample.columns, day)
        )
        one, two = (
            label(tables, current(trial.base, day, REVENUE, SNAPSHOTS), REVENUE)["arr_usd"]
            for tables in (trial.base, other)
        )
        pd.testing.assert_series_equal(one, two)


# --- planted leaks ---


def past_the_door(name: str, table: str, aggregate: str, condition: str = "true", **more: object) -> Feature:
    """A feature that reads its table without the door."""
    sql = f"SELECT s.snapshot, s.as_of, t.* FROM snapshots s JOIN {table} t ON t.account_id = s.account_id AND {condition}"
    return Feature(
        name=name,
        source=View(name, table, sql),
        concept="planted",
        unit="days",
        no_rows=ZERO,
        phrase="",
        aggregate=aggregate,
        **more,
    )  # type: ignore[arg-type]


THROUGH = "t.known_at < s.as_of"
FUTURES = {"future deleted", "future shuffled"}
PLANTED: Mapping[str, tuple[Feature, set[str]]] = {
    "the window closed at the wrong end": (
        past_the_door("leak_window", "tickets", "count(*)", "t.opened_at < s.as_of + INTERVAL 30 DAY"), FUTURES),
    "the window closed a moment too late": (
        past_the_door("leak_midnight", "contracts", "count(*)", "t.known_at <= s.as_of"), {"late rows absent until known"}),
    "resolved_at of the future": (past_the_door("leak_resolved", "tickets", "max(epoch(resolved_at))", THROUGH), FUTURES),
    "a survey answered later": (past_the_door("leak_survey", "surveys", "sum(score)", THROUGH), FUTURES),
    "the account's attribute of today": (
        replace(past_the_door("leak_segment", "accounts", "arg_max(segment, clock)"), is_category=True, no_rows=UNKNOWN), FUTURES),
    "a contract as it was restated later": (past_the_door("leak_restated", "contracts", "arg_max(arr, known_at)"), FUTURES),
    "when it happened for when it was known": (
        past_the_door("leak_clock", "touches", "count(*)", "t.clock < s.as_of"), {"late rows absent until known"}),
    "what the other snapshots show": (
        Feature(name="leak_crowd", concept="planted", unit="days", no_rows=ZERO, phrase="",
                source=View("crowd", "tickets", "SELECT *, count(*) OVER () AS n FROM ({door})"),
                aggregate="max(n)"), {"one date among many"}),
}  # fmt: skip


def red(trial: CheckedSample, *checks: Callable[[CheckedSample], Iterator[Finding]]) -> dict[str, set[str]]:
    return {found.name: found.moved for check in checks for found in check(trial) if not found.is_passed}


@pytest.fixture(scope="module")
def caught(trial: CheckedSample, found: list[Finding]) -> dict[str, set[str]]:
    """By proof the planted columns it caught."""
    return red(trial.of([feature for feature, _ in PLANTED.values()]), deleted, shuffled, among_many, late)


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_leak_turns_the_proof_red(caught: dict[str, set[str]], kind: str) -> None:
    feature, checks = PLANTED[kind]
    assert {name for name, moved in caught.items() if feature.column in moved} >= checks


def a_day_too_late(tables: Tables, snapshots: pd.DataFrame, features: list[Feature]) -> np.ndarray:
    """The sweep with windows that hold the as-of day itself."""
    days = [name for name in ("as_of", "known_by") if name in snapshots]
    return sweeping.measure(
        tables, snapshots.assign(**{name: snapshots[name] + pd.Timedelta(days=1) for name in days}), features
    )


def without_lag(tables: Tables, snapshots: pd.DataFrame, features: list[Feature]) -> np.ndarray:
    """The sweep over rows that count from the day they happened."""
    read = sweeping.read_parts
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            sweeping, "read_parts", lambda *given: replace(rows := read(*given), lag=np.zeros_like(rows.lag))
        )
        return sweeping.measure(tables, snapshots, features)


def with_plan_off_by_a_day(tables: Tables, snapshots: pd.DataFrame, features: list[Feature]) -> np.ndarray:
    """The sweep with a plan whose sums end a day late."""
    planned = sweeping.plan

    def late_plan(wanted: list[Feature]) -> object:
        plan = planned(wanted)
        return plan._replace(specs=plan.specs - np.array([0, 0, 1]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeping, "plan", late_plan)
        return sweeping.measure(tables, snapshots, features)


@pytest.mark.parametrize(
    ("engine", "check"),
    [(a_day_too_late, deleted), (without_lag, deleted), (with_plan_off_by_a_day, among_many)],
)
def test_a_leak_in_the_sweep_turns_the_proof_red(
    trial: CheckedSample,
    found: list[Finding],
    monkeypatch: pytest.MonkeyPatch,
    engine: Engine,
    check: Callable[[CheckedSample], Iterator[Finding]],
) -> None:
    monkeypatch.setitem(building.ENGINES, "leaky", engine)
    [(_, moved)] = red(trial.of(USAGE, "leaky"), check).items()
    assert "usage_events_28d" in moved


# --- as it is told ---


def test_a_column_that_is_never_known_is_not_counted_as_proved() -> None:
    frame = pd.DataFrame({"account_id": ["a", "b"], "as_of": "2024-01-01", "renewal": "2024-04-01", "lead_days": 90, "plan": None,
                          "csat": np.nan, "calls": [1.0, np.nan]})  # fmt: skip
    one, two = Finding("future deleted"), Finding("files delivered twice")
    for finding in (one, two):
        finding.compare(frame, frame.copy())
    two.compare(frame.assign(csat=4.0), frame.assign(csat=4.0))  # known on another day
    lines = render([one, two], CATALOG).splitlines()
    assert lines[0] == "future deleted         1 columns, 2 snapshots: equal to the byte"
    assert lines[1] == "files delivered twice  2 columns, 4 snapshots: equal to the byte"
    assert lines[2:] == [
        "not put to the test by 'future deleted', unknown on every snapshot: csat, plan",
        "not put to the test by 'files delivered twice', unknown on every snapshot: plan",
    ]


def test_a_proof_is_told_in_one_line(found: list[Finding]) -> None:
    lines = render(found, CATALOG).splitlines()
    assert (
        lines[0].split()
        == f"future deleted {found[0].columns} columns, {found[0].snapshots} snapshots: equal to the byte".split()
    )


def test_a_failed_proof_names_columns_and_what_to_do() -> None:
    told = render(
        [Finding("future deleted", 3, 40, {"b_days", "a_days"}, unchanged={"touches", "tickets.csat"})],
        CATALOG,
    )
    assert "3 columns, 40 snapshots: 2 MOVED\n  a_days, b_days\n  reads what was not yet known" in told
    assert told.endswith(
        "not put to the test by 'future deleted', for want of rows to change in the sample: tickets.csat, touches"
    )
