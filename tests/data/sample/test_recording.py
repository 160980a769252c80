"""How the sample's company keeps its records: seats twice, a desk opened late, months, a new name, things undone. It moves nobody."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from churnml.data.sample import write_sample
from churnml.data.sample.world import constants
from churnml.data.tables import Tables
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.ingest.checks import Check
from tests.data.sample.test_sample import SMALL, checked

pytestmark = pytest.mark.slow

PLAIN = {
    "DESK_OPENS": 0.0,
    "RENAMED_FROM": 1.0,
    "BY_MONTH": 0.0,
    "SEATED": 0.0,
    "SOLVED_AGAIN": 0.0,
    "CREDITED": 0.0,
    "TAKES_BACK": 0.0,
}
"""A company that keeps its records plainly."""
MANY = {"BY_MONTH": 0.2, "TAKES_BACK": 1.0}
"""So many that a small book has some of each."""
DESK_OPENS = "2022-01-01"


def written(folder: Path, **recorded: float) -> Path:
    """The folder of a small book without dirt whose records are kept so."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in recorded.items():
            patch.setattr(constants, name, value)
        write_sample(SMALL.model_copy(update={"dirty_share": 0.0}), folder / "raw", folder / "truth.parquet")
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that has some of everything."""
    return written(tmp_path_factory.mktemp("recorded"), **MANY)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same book, kept plainly."""
    return written(tmp_path_factory.mktemp("plain"), **PLAIN)


@pytest.fixture(scope="module")
def check(book: Path) -> Check:
    """What ingest says of the book; its tables lie beside it."""
    return checked(book, 0.0)


def csv(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(folder / "raw" / f"{table}.csv", dtype=str, keep_default_na=False)


def usage_by_month(folder: Path) -> pd.DataFrame:
    """Events by account and month, of those who deliver by day; all, by their first name."""
    log = f"SELECT account_id, day, events FROM '{folder}/raw/usage/*.parquet'"
    return (
        duckdb.connect()
        .execute(f"""SELECT account_id, date_trunc('month', day) AS month, sum(events)::INT AS events
        FROM ({log}) GROUP BY 1, 2 ORDER BY 1, 2""")
        .df()
    )


def test_nothing_else_moves(book: Path, plain: Path) -> None:
    assert (book / "truth.parquet").read_bytes() == (plain / "truth.parquet").read_bytes()
    for table in ("accounts", "touches", "surveys", "milestones", "actions"):
        assert csv(book, table).equals(csv(plain, table)), table
    own = ["Seats", "Notice Date", "Synced At"]
    terms = csv(book, "contracts").drop_duplicates("Contract Number", ignore_index=True)
    assert terms.drop(columns=own).equals(csv(plain, "contracts").drop(columns=own))
    bills = csv(book, "invoices")
    bills = bills[bills["Invoice No"].str.startswith("INV")]
    assert bills.sort_values("Invoice No", ignore_index=True).equals(csv(plain, "invoices"))
    asked = csv(plain, "tickets")
    asked = asked[asked["Created At"] >= DESK_OPENS].reset_index(drop=True)
    assert csv(book, "tickets").drop(columns="Solved At").equals(asked.drop(columns="Solved At"))


def test_months_are_the_sums_of_the_days_they_stand_for(book: Path, plain: Path) -> None:
    monthly = pd.read_parquet(book / "raw" / "usage_monthly.parquet")
    days, kept = usage_by_month(plain), usage_by_month(book)
    assert not set(monthly["account_id"]) & set(kept["account_id"])
    sums = days[days["account_id"].isin(monthly["account_id"]) & (days["month"] < "2024-12-01")]
    sums = sums.sort_values(["month", "account_id"], ignore_index=True)
    assert sums["events"].tolist() == monthly["events"].tolist()
    assert 0 < monthly["active_users"].isna().mean() < 1, "some count their users"


def test_one_event_bears_two_names_one_after_the_other(book: Path) -> None:
    names = (
        f"SELECT feature, min(day) AS first, max(day) AS last FROM '{book}/raw/usage/*.parquet' GROUP BY 1"
    )
    spans = duckdb.connect().execute(names).df().set_index("feature")
    assert spans.loc["export", "last"] < spans.loc["data_export", "first"] <= pd.Timestamp("2023-07-10")


def test_a_check_shows_what_the_company_does(check: Check) -> None:
    notices = "\n".join(check.notices)
    for told in (
        r"contracts: \d+ rows are earlier versions of others",
        r"contracts.notice_at: \d+ notices were answered by a paid term",
        r"contracts.seats: \d+ accounts hold lines of several products that carry seats at once .*those of the largest product count",
        r"tickets.reopened_at: \d+ tickets were opened again; \d of them",
        r"invoices.amount: \d+ credit notes",
    ):
        assert pd.Series([notices]).str.contains(told, regex=True).all(), told
    assert "renamed" not in notices, "the mapping gives both names one"
    assert check.delivery
    assert check.delivery.tables["usage"].cadence["month"] >= 20
    assert min(check.delivery.tables["tickets"].days) >= "2022-01"


def test_what_is_known_of_them_is_as_if_it_were_kept_plainly_or_unknown(
    book: Path, plain: Path, check: Check
) -> None:
    """Seats are the core product's; before the desk opened nothing is known; a month without names shows no features and no single users."""
    checked(plain, 0.0)
    snapshots = looked_at(book)
    found, other = (
        build(tables, snapshots, available(tables))
        for tables in map(Tables, (book / "out" / "tables", plain / "out" / "tables"))
    )
    is_before = snapshots["as_of"] < pd.Timestamp(DESK_OPENS)
    have_seats = found["seats"].notna() & other["seats"].notna()
    assert found.loc[have_seats, "seats"].equals(other.loc[have_seats, "seats"])
    # A core line that is loaded days late leaves the add-on's seats alone for so long.
    assert 0 <= found["seats"].count() - other["seats"].count() <= 0.02 * other["seats"].count()
    assert found["arr_usd"].equals(other["arr_usd"])
    for column in ("tickets_opened_91d", "open_tickets"):
        assert found.loc[is_before, column].isna().all()
        assert other.loc[is_before, column].notna().any()
    monthly = pd.read_parquet(book / "raw" / "usage_monthly.parquet")
    is_monthly = snapshots["account_id"].isin(monthly["account_id"])
    counted = snapshots["account_id"].isin(monthly.loc[monthly["active_users"].notna(), "account_id"])
    in_use = is_monthly & (other["features_used_28d"] > 0)
    assert found.loc[in_use, ["features_used_28d", "stickiness_28d"]].isna().all(axis=None)
    assert found.loc[in_use & ~counted, "active_users_28d"].isna().all()
    assert found.loc[in_use & counted, "active_users_28d"].notna().any()
    # The month has just been delivered: it says what its days say.
    for column in ("usage_events_28d", "usage_trend", "usage_vs_peers"):
        assert (found.loc[in_use, column] / other.loc[in_use, column]).median() == pytest.approx(1, abs=0.15)
    assert found.loc[~is_monthly, "features_used_91d"].equals(other.loc[~is_monthly, "features_used_91d"])


def looked_at(book: Path) -> pd.DataFrame:
    """Each account on two days: before the desk opened, and long after."""
    accounts = csv(book, "accounts")["Account ID"].drop_duplicates()
    days = [
        pd.DataFrame({"account_id": accounts, "as_of": pd.Timestamp(day)})
        for day in ("2021-12-02", "2024-06-02")
    ]
    rows = pd.concat(days, ignore_index=True)
    return rows.assign(renewal=rows["as_of"] + pd.Timedelta(days=90), lead_days=90)
