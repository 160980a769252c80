"""Earlier lists: the newest that can be read; what cannot is passed over in words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from churnml.errors import PublishError
from churnml.history.list_facts import FILE, newest_before, read_facts, remembered, to_bytes
from churnml.listing.as_of import day_folders
from churnml.params.score import Bands
from tests.history.days import NOW, bundle, facts


def put(lists: Path, day: str) -> Path:
    """A published day of two accounts."""
    folder = lists / day
    folder.mkdir(parents=True)
    said = facts(
        date.fromisoformat(day),
        {"b": {"name": "=1+1", "plan": "basic"}, "a": {"users": float("nan")}},
        bundle(),
        "b",
    )
    (folder / FILE).write_bytes(to_bytes(said))
    return folder


def test_facts_come_back_as_they_were(tmp_path: Path) -> None:
    made = facts(NOW, {"b": {"name": "=1+1", "plan": "basic"}, "a": {"users": float("nan")}}, bundle(), "b")
    found = read_facts(put(tmp_path, NOW.isoformat()))
    assert found.day == NOW
    pd.testing.assert_frame_equal(found.rows, made.rows, check_exact=True)
    pd.testing.assert_frame_equal(
        found.seen(["plan", "users"]), made.seen(["plan", "users"]), check_exact=True
    )
    assert found.seen(["users", "unheard_of"]).columns.tolist() == ["users"]


def test_only_days_strictly_before_count_and_the_newest_comes_first(tmp_path: Path) -> None:
    for day in ("2024-11-01", "2024-12-01", "2025-01-01"):
        put(tmp_path, day)
    (tmp_path / ".2024-12-15.new").mkdir()
    (tmp_path / "2024-12-32").mkdir()
    (tmp_path / "2024-12-20").write_text("no folder")
    assert [path.name for path in reversed(day_folders(tmp_path, before=NOW).values())] == [
        "2024-12-01",
        "2024-11-01",
    ]
    found, passed = newest_before(tmp_path, NOW, 365)
    assert (found and found.day, passed) == (date(2024, 12, 1), "")
    assert newest_before(tmp_path, date(2024, 11, 1), 365) == (None, "")
    assert newest_before(tmp_path / "none", NOW, 365) == (None, "")


def test_damaged_and_older_lists_are_passed_over_in_words(tmp_path: Path) -> None:
    put(tmp_path, "2024-10-01")
    cut = put(tmp_path, "2024-12-01") / FILE
    cut.write_bytes(cut.read_bytes()[:200])
    (tmp_path / "2024-11-01").mkdir()  # a list of the layout before this one
    nameless = put(tmp_path, "2024-11-15") / FILE
    pd.read_parquet(nameless).to_parquet(nameless)
    found, passed = newest_before(tmp_path, NOW, 365)
    assert found and found.day == date(2024, 10, 1)
    assert passed == (
        "Passed over, since they cannot be compared with: 2024-12-01, damaged (facts.parquet cannot be read); "
        "2024-11-15, damaged (it does not say its day); 2024-11-01, of an older layout (no facts.parquet)."
    )


def test_a_column_too_few_is_an_older_layout(tmp_path: Path) -> None:
    file = put(tmp_path, "2024-12-01") / FILE
    pd.read_parquet(file).drop(columns="band_reading").to_parquet(file)
    with pytest.raises(PublishError, match=r"of an older layout \(no band_reading\)"):
        read_facts(file.parent)


def test_features_damaged_after_the_list_was_found_are_absent(tmp_path: Path) -> None:
    found = read_facts(put(tmp_path, "2024-12-01"))
    (tmp_path / "2024-12-01" / FILE).write_bytes(b"PAR1 not quite PAR1")
    assert found.seen(["users"]).columns.empty


@pytest.mark.parametrize(("days", "is_remembered"), [(0, False), (27, False), (28, True)])
def test_a_reading_is_remembered_for_so_many_days(days: int, is_remembered: bool) -> None:
    then = facts(date(2024, 12, 4), {"a": {"band": "high"}})
    found = remembered(then, NOW, Bands(high=3, elevated=1.5, memory_days=days))
    assert (found is not None) == is_remembered
    assert remembered(None, NOW, Bands(high=3, elevated=1.5, memory_days=days)) is None
    looked_back = replace(then, is_looked_back=True)  # nobody ever read its bands
    assert remembered(looked_back, NOW, Bands(high=3, elevated=1.5, memory_days=days)) is None


def test_who_was_in_grace_is_kept(tmp_path: Path) -> None:
    said = replace(facts(NOW, {"a": {}}, bundle()), in_grace=("b", "né"))
    (tmp_path / FILE).write_bytes(to_bytes(said))
    assert read_facts(tmp_path).in_grace == ("b", "né")


def test_a_list_of_another_horizon_cannot_be_compared_with(tmp_path: Path) -> None:
    put(tmp_path, "2024-11-01")
    put(tmp_path, "2024-12-01")
    file = tmp_path / "2024-12-01" / FILE
    file.write_bytes(to_bytes(replace(facts(date(2024, 12, 1), {"a": {}}, bundle()), horizon_days=90)))
    found, passed = newest_before(tmp_path, NOW, 365)
    assert found and found.day == date(2024, 11, 1)
    assert (
        passed
        == "Passed over, since they cannot be compared with: 2024-12-01, ordered by leaving within 90 days."
    )
    found, _ = newest_before(tmp_path, NOW, 90)
    assert found and found.day == date(2024, 12, 1)
