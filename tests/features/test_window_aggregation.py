"""The sweep computes what the measures' SQL defines, whatever the dates, the order of rows and what became known late."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.features.spec import ZERO, Feature
from churnml.features.usage_measures import MEASURES
from churnml.features.window_aggregation import rows as reading
from churnml.features.window_aggregation import store
from churnml.timeline import Window
from tests.books import make_tables, term

WINDOWS = (Window(1), Window(7), Window(28), Window(91, ago=28), Window(28, ago=365), Window(400))
FIRST = date(2023, 1, 1)
ACCOUNTS = [{"account_id": account} for account in "abcd"]


def feature(measure: str, window: Window | None = None) -> Feature:
    return Feature(
        name=measure,
        measure=measure,
        source="usage",
        concept="c",
        unit="count",
        window=window,
        no_rows=ZERO if MEASURES[measure].is_count else None,
        phrase="{value}",
    )


EVERY = [feature(name, window) for name, measure in MEASURES.items() for window in (WINDOWS if measure.is_windowed else (None,))
         if name != "recency_days"] + [feature("recency_days", Window(365))]  # fmt: skip
COLUMNS = [f.column for f in EVERY]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Two years of three accounts: some rows known at once, some days later, some out of order, some with no user or feature."""
    rng = np.random.default_rng(7)
    usage = []
    for account, per_day in (("a", 3.0), ("b", 0.2), ("c", 0.02)):
        for day in range(730):
            for _ in range(rng.poisson(per_day)):
                at = FIRST + timedelta(days=day)
                lag = int(rng.choice([0, 0, 0, 1, 2, 40]))
                usage.append({
                    "account_id": account, "occurred_at": f"{at} {rng.integers(24):02d}:00", "quantity": round(rng.gamma(1.0), 4),
                    "user_id": rng.choice(["", "u1", "u2", "u3"]), "feature": rng.choice(["", "x", "y", "z"]),
                    "known_at": f"{at + timedelta(days=lag)} 23:30",
                })  # fmt: skip
    contracts = [term(account, str(FIRST), "2025-01-01") for account in "abcd"]
    return make_tables(
        tmp_path_factory.mktemp("sweep"),
        {"accounts": ACCOUNTS, "contracts": contracts, "usage": usage},
        last_day="2025-01-01",
    )


def snapshots(days: range, accounts: str = "abcd") -> pd.DataFrame:
    """Every account on every one of these days (counted from the first), in no order."""
    frame = pd.DataFrame(
        [{"account_id": a, "as_of": pd.Timestamp(FIRST + timedelta(days=d))} for a in accounts for d in days]
    )
    return frame.assign(renewal=frame["as_of"], lead_days=0).sample(frac=1, random_state=1, ignore_index=True)


@pytest.mark.parametrize(
    "days",
    [range(0, 760, 97), range(300, 430), range(729, 732)],
    ids=["sparse", "more than a mask", "at the end"],
)
def test_the_sweep_equals_the_sql(book: Tables, days: range) -> None:
    wanted = snapshots(days)
    swept, defined = (build(book, wanted, EVERY, engine) for engine in ("sweep", "sql"))
    for column in COLUMNS:
        np.testing.assert_allclose(swept[column], defined[column], rtol=1e-12, atol=1e-12, err_msg=column)


def test_snapshots_that_share_a_day_get_the_same(book: Tables) -> None:
    once = snapshots(range(500, 510))
    twice = build(
        book,
        pd.concat([once, once.assign(renewal=once["renewal"] + pd.Timedelta(days=9))], ignore_index=True),
        EVERY,
    )
    assert twice[: len(once)][COLUMNS].equals(twice[len(once) :].reset_index(drop=True)[COLUMNS])


def test_ranges_of_accounts_change_no_byte(book: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = snapshots(range(0, 760, 31))
    whole = build(book, wanted, EVERY)
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(reading._Part, "spans", lambda _: [(1, 90), (2, 20), (3, 1)])
    assert reading.ranges(book, list(book.usage_parts())[:2]) == [range(1, 2), range(2, 4)]
    assert build(book, wanted, EVERY).equals(whole)


def test_an_account_in_two_row_groups_is_one(book: Tables, tmp_path: Path) -> None:
    """Where a part's row groups end is a matter of its writer: the same rows in groups of 50 give the same bytes."""
    import shutil

    import pyarrow.parquet as pq

    cut = Tables(Path(shutil.copytree(book.folder, tmp_path / "cut")))
    for path in cut.usage_parts().values():
        pq.write_table(pq.read_table(path), path, row_group_size=50)
    wanted = snapshots(range(0, 760, 31))
    assert build(cut, wanted, EVERY).equals(build(book, wanted, EVERY))


def test_the_store_changes_no_byte_and_is_brought_up_to_date_by_month(book: Tables, tmp_path: Path) -> None:
    kept, wanted = replace(book, daily=tmp_path / "daily"), snapshots(range(0, 760, 31))
    assert store.update(kept, tmp_path / "daily") == list(book.usage_parts())
    assert build(kept, wanted, EVERY).equals(build(book, wanted, EVERY))
    assert store.update(kept, tmp_path / "daily") == []


def test_a_night_reads_only_months_that_changed(tmp_path: Path) -> None:
    """A new day, and a late row for last month: two months are made again, and all is as if made from nothing."""
    usage = [
        {
            "account_id": "a",
            "occurred_at": f"2024-{month:02d}-15",
            "user_id": "u",
            "feature": "x",
            "quantity": 1,
        }
        for month in range(1, 7)
    ]
    contracts = [term("a", "2024-01-01", "2025-01-01")]
    before = make_tables(
        tmp_path / "before",
        {"accounts": ACCOUNTS[:1], "contracts": contracts, "usage": usage},
        last_day="2024-07-01",
    )
    store.update(before, tmp_path / "daily")
    late = {
        "account_id": "a",
        "occurred_at": "2024-05-20",
        "user_id": "v",
        "feature": "x",
        "quantity": 2,
        "known_at": "2024-06-16 04:00",
    }
    new = {"account_id": "a", "occurred_at": "2024-06-16", "user_id": "u", "feature": "y", "quantity": 1}
    after = make_tables(
        tmp_path / "after",
        {"accounts": ACCOUNTS[:1], "contracts": contracts, "usage": [*usage, late, new]},
        last_day="2024-07-01",
    )
    wanted = snapshots(range(480, 540), "a")
    # Not yet brought up to date, the store serves the months that still stand and the parts serve the others.
    assert build(replace(after, daily=tmp_path / "daily"), wanted, EVERY).equals(build(after, wanted, EVERY))
    assert store.update(after, tmp_path / "daily") == ["2024-05", "2024-06"]
    assert build(replace(after, daily=tmp_path / "daily"), wanted, EVERY).equals(build(after, wanted, EVERY))
    assert store.update(before, tmp_path / "daily") == ["2024-05", "2024-06"]


def test_a_month_written_by_other_code_is_made_again(
    book: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.update(book, tmp_path / "daily")
    monkeypatch.setattr(store, "CODE", "another version")
    assert store.update(book, tmp_path / "daily") == list(book.usage_parts())
    assert len(list((tmp_path / "daily").iterdir())) == len(book.usage_parts())


@pytest.mark.parametrize("damage", ["header", "array", "draft"])
def test_a_damaged_store_is_passed_over_and_mended(book: Tables, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "daily"
    store.update(book, folder)
    month = min(folder.iterdir())
    if damage == "header":
        (month / "month.json").write_text("", encoding="utf-8")
    elif damage == "array":
        (month / "units").write_bytes((month / "units").read_bytes()[:-8])
    else:  # as a kill in mid-write leaves it
        month.rename(folder / f".{month.name}")
    wanted = snapshots(range(0, 760, 97))
    assert build(replace(book, daily=folder), wanted, EVERY).equals(build(book, wanted, EVERY))
    assert store.update(book, folder) == [next(iter(book.usage_parts()))]
    assert len(list(folder.iterdir())) == len(book.usage_parts())


@pytest.mark.parametrize(
    "days",
    [range(-400, -398), range(-3, 0), range(2000, 2002), range(0)],
    ids=["long before", "just before", "long after", "none"],
)
def test_dates_without_usage_in_reach_have_no_rows(book: Tables, days: range) -> None:
    wanted = snapshots(days) if len(days) else snapshots(range(1)).head(0)
    swept, defined = (build(book, wanted, EVERY, engine) for engine in ("sweep", "sql"))
    np.testing.assert_array_equal(swept[COLUMNS].to_numpy(), defined[COLUMNS].to_numpy())


def test_the_catalogue_is_swept_as_defined(sample_tables: Tables) -> None:
    features = [f for f in available(sample_tables) if f.measure]
    accounts = sample_tables.accounts(date(2024, 6, 1))["account_id"].head(60)
    wanted = pd.DataFrame({"account_id": accounts, "as_of": pd.Timestamp("2024-06-01")})
    wanted = wanted.assign(renewal=wanted["as_of"], lead_days=0)
    swept, defined = (build(sample_tables, wanted, features, engine) for engine in ("sweep", "sql"))
    for f in features:
        np.testing.assert_allclose(swept[f.column], defined[f.column], rtol=1e-12, err_msg=f.column)


def test_counts_without_rows_are_zero() -> None:
    """The sweep counts 0 where there is nothing to count, so a count must mean 0 by 'no rows'."""
    from churnml.features.catalog import CATALOG

    assert [f.column for f in CATALOG if f.measure and MEASURES[f.measure].is_count and f.no_rows != 0] == []
