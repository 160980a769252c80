"""What was said of an account before, from earlier lists and from the backtest."""

from datetime import date

import pandas as pd
import pytest

from churnml.formats.csv_parquet import to_parquet
from churnml.history.timelines import past_scores
from tests.listing.fakes import list_metadata, the_list

DAY = date(2025, 2, 1)


@pytest.fixture(scope="module")
def listed():
    return the_list()


def publish(lists, listed, day, **said):
    folder = lists / day
    folder.mkdir(parents=True)
    content, columns = listed
    (folder / "risk_list.parquet").write_bytes(to_parquet(content, columns, list_metadata(**said)))


def told(found):
    one = found[found["account_id"] == "00123"]
    return [
        (f"{day:%Y-%m-%d}", chance, source)
        for day, chance, source in zip(one["as_of"], one["churn_probability"], one["source"], strict=True)
    ]


def test_earlier_lists_are_read_one_a_week_and_no_later_one(tmp_path, listed):
    for day in ("2024-01-01", "2025-01-01", "2025-01-29", "2025-01-30", "2025-02-01", "2025-02-08"):
        publish(tmp_path, listed, day)
    assert told(past_scores(tmp_path, DAY, 10)) == [
        ("2025-01-01", 0.61, "published"),
        ("2025-01-30", 0.61, "published"),
    ]


def test_a_list_scored_in_hindsight_says_so(tmp_path, listed):
    publish(tmp_path, listed, "2025-01-01", trained_through=date(2025, 6, 1))
    assert told(past_scores(tmp_path, DAY, 10)) == [("2025-01-01", 0.61, "in hindsight")]


def test_a_list_without_chances_or_that_cannot_be_read_is_passed_over(tmp_path, listed):
    publish(tmp_path, the_list(is_proven=False), "2025-01-10", is_proven=False)
    publish(tmp_path, listed, "2025-01-20")
    (tmp_path / "2025-01-20" / "risk_list.parquet").write_bytes(b"torn")
    (tmp_path / "0-not-a-day").mkdir()
    assert past_scores(tmp_path, DAY, 10).empty


def test_the_backtest_gives_the_judged_model_s_chance_of_the_nearest_renewal(tmp_path):
    rows = [("churn", "2025-01-01", "2025-06-01", 0.3), ("churn", "2025-01-01", "2025-03-01", 0.2), ("churn", "2025-02-01", "2025-03-01", 0.9),
            ("expansion", "2025-01-01", "2025-03-01", 0.8), ("churn", "2024-01-01", "2024-03-01", 0.7)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["outcome", "as_of", "renewal", "probability_bag"]).assign(
        account_id="00123"
    )
    frame = frame.assign(as_of=pd.to_datetime(frame["as_of"]), renewal=pd.to_datetime(frame["renewal"]))
    frame.to_parquet(tmp_path / "backtest.parquet")
    assert told(past_scores(tmp_path, DAY, 10, tmp_path / "backtest.parquet", "bag")) == [
        ("2025-01-01", 0.2, "in the backtest")
    ]
    assert past_scores(tmp_path, DAY, 10, tmp_path / "backtest.parquet", "other").empty
    assert past_scores(tmp_path, DAY, 10, tmp_path / "absent.parquet", "bag").empty


def test_no_lists_at_all_is_no_past(tmp_path):
    assert list(past_scores(tmp_path / "none", DAY, 10).columns) == [
        "account_id",
        "as_of",
        "churn_probability",
        "source",
    ]
