"""Time is proved, for every listed feature: nothing known on or after the as-of date can move a byte."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from churnml.data.schema import TABLES
from churnml.data.snapshots import KEYS, current, history
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import CATALOG, available
from churnml.features.spec import UNKNOWN, ZERO, Feature, View
from churnml.outcomes import label
from churnml.params import Revenue, Snapshots
from tests.books import replace_table

AS_OF = date(2024, 5, 16)  # a day with tickets open and surveys on their way
REVENUE = Revenue(grace_days=30, tolerance=0.02, rolling_below_days=45)
SNAPSHOTS = Snapshots(
    lead_days=(30, 90, 270), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91
)
COLUMNS = [feature.column for feature in CATALOG]


def rewrite(tables: Tables, folder: Path, as_of: date, *, shuffle: bool) -> Tables:
    """The same tables with another future: rows known from ``as_of`` on deleted or shuffled, later revelations changed."""
    shutil.copytree(tables.folder, folder)
    changed = Tables(folder)
    con = tables.connect()
    for name in filter(tables.has, TABLES):
        schema = TABLES[name]
        hidden = {c.name: c.revealed_by for c in schema.columns if c.revealed_by}
        garbled = ", ".join(
            f"CASE WHEN {by} >= TIMESTAMP '{as_of}' THEN {f'TIMESTAMP {chr(39)}{as_of}{chr(39)} + INTERVAL 7 DAY' if shuffle and by == column else 'NULL'} "
            f"ELSE {column} END AS {column}" for column, by in hidden.items()
        )  # fmt: skip
        replaced = f"SELECT * REPLACE ({garbled}) FROM {name}" if hidden else f"SELECT * FROM {name}"
        past = f"SELECT * FROM ({replaced}) WHERE known_at < TIMESTAMP '{as_of}'"
        later = f"SELECT *, row_number() OVER (ORDER BY hash(account_id || clock::VARCHAR)) AS place FROM {name} WHERE known_at >= TIMESTAMP '{as_of}'"
        if shuffle:  # every later row goes to another account
            swapped = (f"SELECT a.* EXCLUDE (place) REPLACE (b.account_id AS account_id) FROM ({later}) a JOIN ({later}) b "
                       f"ON b.place = 1 + a.place % (SELECT count(*) FROM ({later}))")  # fmt: skip
            past = f"{past} UNION ALL {swapped}"
        replace_table(con, folder, name, past)
    return changed


@pytest.fixture(scope="module")
def futures(sample_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> list[Tables]:
    """The sample's tables with two other futures: none at all, and a shuffled one."""
    folder = tmp_path_factory.mktemp("future")
    return [
        rewrite(sample_tables, folder / str(shuffle), AS_OF, shuffle=shuffle) for shuffle in (False, True)
    ]


def moved_by_the_future(tables: Tables, futures: Sequence[Tables], features: Sequence[Feature]) -> set[str]:
    """The columns whose values change when the future does."""
    snapshots = current(tables, AS_OF, REVENUE, SNAPSHOTS)
    assert len(snapshots) > 50
    truth = build(tables, snapshots, features)
    others = [build(other, snapshots, features) for other in futures]
    return {
        f.column for f in features for other in others if not same_bytes(truth[f.column], other[f.column])
    }


def same_bytes(one: pd.Series, two: pd.Series) -> bool:
    if one.dtype == object:
        return bool(one.fillna("").tolist() == two.fillna("").tolist())
    return bool(one.to_numpy().tobytes() == two.to_numpy().tobytes())


@pytest.fixture(scope="module")
def moved(sample_tables: Tables, futures: list[Tables]) -> set[str]:
    return moved_by_the_future(sample_tables, futures, available(sample_tables))


def test_every_listed_feature_is_proved(sample_tables: Tables) -> None:
    assert [f.column for f in available(sample_tables)] == COLUMNS


@pytest.mark.parametrize("column", COLUMNS)
def test_the_future_moves_no_byte(moved: set[str], column: str) -> None:
    assert column not in moved


def test_the_future_moves_no_snapshot(sample_tables: Tables, futures: list[Tables]) -> None:
    """Who is live, which renewal is looked at and what ARR is at stake are known on the day, too."""
    truth = current(sample_tables, AS_OF, REVENUE, SNAPSHOTS)
    past = label(sample_tables, truth, REVENUE)["arr_usd"]
    for other in futures:
        found = current(other, AS_OF, REVENUE, SNAPSHOTS)
        pd.testing.assert_frame_equal(found, truth)
        pd.testing.assert_series_equal(label(other, found, REVENUE)["arr_usd"], past)


@pytest.fixture(scope="module")
def among_many(sample_tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The same snapshots built alone and among all others, in another order."""
    features = available(sample_tables)
    many = history(sample_tables, REVENUE, SNAPSHOTS)
    chosen = many[many["as_of"] == many["as_of"].mode()[0]]
    assert 0 < len(chosen) < len(many) / 5
    alone = build(sample_tables, chosen, features)
    crowd = build(sample_tables, many.sample(frac=1, random_state=1), features)
    return alone, alone[KEYS].merge(crowd, on=KEYS, how="left")


@pytest.mark.parametrize("column", COLUMNS)
def test_one_date_alone_equals_that_date_among_many(
    among_many: tuple[pd.DataFrame, pd.DataFrame], column: str
) -> None:
    alone, crowd = among_many
    assert same_bytes(alone[column], crowd[column])


def past_the_door(name: str, aggregate: str, sql: str) -> Feature:
    """A feature that reads its table without the door."""
    return Feature(name, View(name, "tickets", sql), "planted", "days", "", 0, 0, ZERO, aggregate=aggregate)


AROUND = "SELECT s.snapshot, s.as_of, t.* FROM snapshots s JOIN {table} t ON t.account_id = s.account_id"
PLANTED = {
    "rows known later": past_the_door("leak_rows", "count(*)", AROUND.format(table="tickets")),
    "the window closed at the wrong end": past_the_door(
        "leak_window", "count(*)", AROUND.format(table="tickets") + " AND t.opened_at < s.as_of + INTERVAL 30 DAY"),
    "resolved_at of the future": past_the_door(
        "leak_resolved", "count(resolved_at)", AROUND.format(table="tickets") + " AND t.known_at < s.as_of"),
    "a survey answered later": past_the_door(
        "leak_survey", "sum(score)", AROUND.format(table="surveys") + " AND t.known_at < s.as_of"),
    "the account's attribute of today": Feature(
        "leak_segment", View("leak_segment", "accounts", AROUND.format(table="accounts")), "planted", "category", "", 0, 0, UNKNOWN,
        aggregate="arg_max(segment, clock)", is_category=True),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_leak_is_caught(sample_tables: Tables, futures: list[Tables], kind: str) -> None:
    assert moved_by_the_future(sample_tables, futures, [PLANTED[kind]]) == {PLANTED[kind].column}
