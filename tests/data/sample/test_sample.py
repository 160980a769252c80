"""The sample book: the same bytes every time, a world within its bounds, dirt that the quarantine knows."""

import hashlib
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from churnml.data.book import read_book
from churnml.data.sample import SampleParams, simulate, truth, write_sample
from churnml.data.sample.tables.touches import touches
from churnml.errors import SettingsError
from churnml.ingest.ingest import Check, ingest_book
from tests.books import LENIENT, differing_rows

pytestmark = pytest.mark.slow

MAPPING = Path(__file__).parents[3] / "data" / "sources" / "sample"
WHOLE = SampleParams(
    seed=7, n_accounts=3000, dirty_share=0.004, first_day=date(2021, 1, 1), last_day=date(2025, 1, 1)
)
SMALL = WHOLE.model_copy(update={"n_accounts": 150})
DIRTY = SMALL.model_copy(update={"first_day": date(2023, 1, 1)})
"""Two years hold each kind of dirt, as four do: a table has at least one row a kind, or none where it has too few accounts."""
REASONS = {
    "accounts": {"account_id is missing", "key is repeated"},
    "contracts": {
        "account is unknown", "arr is below 0", "arr is not a number", "end_date is before start_date",
        "end_date is missing", "key is repeated", "start_date is not a date",
    },
    "usage": {"account is unknown", "lies in the future", "is before the account was created"},
    "tickets": {
        "account is unknown", "account_id is missing", "first_response_at is before opened_at",
        "key is repeated", "lies in the future", "opened_at is not a timestamp",
        "resolved_at is before opened_at",
    },
    "touches": {"account is unknown", "channel is missing", "lies in the future"},
    "surveys": {
        "account is unknown", "answered_at is before sent_at", "lies in the future", "score is not a number",
    },
    "invoices": {
        "account is unknown", "amount is missing", "amount is not a number", "lies in the future",
    },
    "milestones": {"account is unknown"},
}  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small sample book, with its dirt."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(SMALL, folder / "raw", folder / "truth.parquet")
    return folder


@pytest.fixture(scope="module")
def terms() -> pd.DataFrame:
    """The true decisions of the whole book's accounts on annual and longer terms."""
    decisions = truth(simulate(WHOLE))
    return decisions[~decisions["is_rolling"]]


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a folder, by its path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def checked(folder: Path, limit: float) -> Check:
    """What ingest says of a sample book, after writing its tables beside it."""
    raw, book, out = folder / "raw", read_book(MAPPING / "book.yaml"), folder / "out"
    return ingest_book(
        raw,
        MAPPING,
        book,
        LENIENT.model_copy(update={"max_quarantined_share": limit}),
        out / "tables",
        out / "quarantine",
    )


def test_same_settings_give_the_same_bytes(book: Path, tmp_path: Path) -> None:
    write_sample(SMALL, tmp_path / "raw", tmp_path / "truth.parquet")
    assert digests(tmp_path / "raw") == digests(book / "raw")
    assert (tmp_path / "truth.parquet").read_bytes() == (book / "truth.parquet").read_bytes()


def test_another_seed_gives_another_book(book: Path, tmp_path: Path) -> None:
    write_sample(SMALL.model_copy(update={"seed": 8}), tmp_path / "raw", tmp_path / "truth.parquet")
    assert not set(digests(tmp_path / "raw").values()) & set(digests(book / "raw").values())


def test_truth_is_never_among_the_raw_files(book: Path, tmp_path: Path) -> None:
    assert not [name for name in digests(book / "raw") if "truth" in name]
    for where in ("truth.parquet", "usage/truth.parquet"):
        with pytest.raises(SettingsError, match="lies inside the raw folder"):
            write_sample(SMALL, tmp_path / "raw", tmp_path / "raw" / where)


def test_a_book_too_short_to_renew_is_refused() -> None:
    with pytest.raises(SettingsError, match="at least 365 days after"):
        simulate(SMALL.model_copy(update={"last_day": date(2021, 7, 1)}))


def test_quarantine_takes_every_kind_of_dirt_and_nothing_else(tmp_path: Path) -> None:
    """The limits of params.yaml hold, and what is kept is row for row the book written without dirt."""
    pure, book = tmp_path / "pure", tmp_path / "dirty"
    for folder, dirty_share in ((pure, 0.0), (book, DIRTY.dirty_share)):
        sample = DIRTY.model_copy(update={"dirty_share": dirty_share})
        write_sample(sample, folder / "raw", folder / "truth.parquet")
    clean, dirty = checked(pure, 0.0), checked(book, 0.02)
    assert {name: row["kept"] for name, row in dirty.rows.items()} == {
        n: r["read"] - r.get("versions", 0) for n, r in clean.rows.items()
    }
    for name, reasons in REASONS.items():
        assert reasons <= set(dirty.quarantined[name]), name
    for name in clean.rows:
        assert differing_rows(book / "out" / "tables", pure / "out" / "tables", name) == [], name


def usage_days(book: Path) -> pd.DataFrame:
    """Per true day of the usage log: how many rows, and the share of them loaded days late."""
    log = f"SELECT * FROM '{book}/raw/usage/*.parquet' WHERE day < '2025-01-01'"
    late = "avg((loaded_at > day + INTERVAL 2 DAY)::INT) AS late"
    days = f"SELECT day, count(*) AS n, {late} FROM ({log}) GROUP BY day"
    return duckdb.connect().execute(days).df()


def test_weekends_and_the_turn_of_the_year_are_quiet(book: Path) -> None:
    days = usage_days(book)
    is_weekend = days["day"].dt.dayofweek >= 5
    assert days.loc[is_weekend, "n"].mean() < 0.3 * days.loc[~is_weekend, "n"].mean()
    work, month = days[~is_weekend], days.loc[~is_weekend, "day"].dt.month
    festive = (month == 12) & (work["day"].dt.day >= 26)
    assert work.loc[festive, "n"].mean() < 0.7 * work.loc[month == 11, "n"].mean()


def test_some_rows_arrive_late(book: Path) -> None:
    days = usage_days(book)
    assert 0.005 < (days["late"] * days["n"]).sum() / days["n"].sum() < 0.04


def test_rates_are_those_of_a_plausible_company(terms: pd.DataFrame) -> None:
    shares = terms["outcome"].value_counts(normalize=True)
    assert 0.15 <= shares["expansion"] <= 0.25
    assert 0.03 <= shares["contraction"] <= 0.06
    story = simulate(WHOLE)
    for year in range(2021, 2025):
        opens, closes = (int(np.datetime64(f"{y}-01-01", "D").astype(int)) for y in (year, year + 1))
        live = (story.founders.start <= opens) & (story.history.leaves > opens)
        assert 0.08 <= (story.history.leaves[live] < closes).mean() <= 0.15, year


def test_true_chances_are_chances_and_rank_as_designed(terms: pd.DataFrame) -> None:
    chances = terms[["p_churn", "p_contraction", "p_expansion"]]
    assert chances.gt(0).all().all()
    assert chances.sum(axis=1).lt(1).all()
    for outcome in ("churn", "contraction", "expansion"):
        is_it = terms["outcome"] == outcome
        assert terms[f"p_{outcome}"].mean() == pytest.approx(is_it.mean(), abs=0.015)
    assert 0.80 <= roc_auc_score(terms["outcome"] == "churn", terms["p_churn"]) <= 0.85
    assert 0.78 <= roc_auc_score(terms["outcome"] == "expansion", terms["p_expansion"]) <= 0.85


def test_one_dissatisfied_customer_in_26_complains(terms: pd.DataFrame) -> None:
    unhappy = terms[terms["is_dissatisfied"]]
    assert 1 / 35 < unhappy["has_complained"].mean() < 1 / 20
    complained = terms[terms["has_complained"]]
    assert (complained["outcome"] != "churn").mean() > 0.6, "most who complain stay"
    assert terms.loc[terms["is_silent_decline"], "outcome"].eq("churn").mean() > 0.25, (
        "many who go quiet leave"
    )


def test_outreach_does_not_follow_health() -> None:
    """What the team does is blind to how well the accounts do; what customers do is not."""
    story = simulate(WHOLE)
    months = slice(story.calendar.book_months.start, story.calendar.book_months.stop)
    table = touches(story)
    use = pd.Series(story.states.vitality[:, months].mean(axis=1), index=story.founders.account_id)
    live = (story.history.leaves.clip(max=story.calendar.last_day) - story.founders.start) / 30.4
    size = pd.Series(live * story.founders.seats**0.4, index=story.founders.account_id)
    for direction, low, high in (("Outbound", -0.1, 0.1), ("Inbound", 0.25, 0.8)):
        count = (
            table[table["Direction"] == direction]
            .groupby("Account ID")
            .size()
            .reindex(use.index, fill_value=0)
        )
        exposure = size if direction == "Outbound" else pd.Series(live, index=use.index)
        assert low < (count / exposure).corr(use, method="spearman") < high, direction
