"""Foreign data through SQL and YAML alone: the worked examples, where their files are at hand."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from churnml.data.book import read_book
from churnml.data.snapshots import current, history
from churnml.data.tables import NO_PRICES, Tables
from churnml.errors import TableError
from churnml.features.build import build
from churnml.features.catalog import available
from churnml.ingest.ingest import ingest_book
from churnml.learn.dataset import Dataset
from churnml.learn.selection.model_selection import evaluate_all
from churnml.learn.selection.promotion import judge_all
from churnml.learn.training.train import learn_all
from churnml.listing.list_settings import ListSettings
from churnml.outcomes import label
from churnml.params.root import Params, load_params
from churnml.params.train import Train
from churnml.publish.score import score_book
from churnml.results.metrics import OutcomeMetrics
from churnml.results.stored import write_json
from tests.books import read_table

pytestmark = pytest.mark.shared


def with_two_candidates(train: Train) -> Train:
    """The settings with two candidates: who else competes is not what these tests are of."""
    return train.model_copy(update={"candidates": ("rules", "lightgbm_bag")})


SOURCES = Path("data/sources")


def settings(name: str):
    book = read_book(SOURCES / name / "book.yaml")
    return load_params(Path("params.yaml"), book.params), book


def past(tables: Tables, params: Params) -> Dataset:
    """The book's past renewals with what was known before each and what came."""
    snapshots = history(tables, params.revenue, params.snapshots)
    features = available(tables)
    return Dataset.join(
        build(tables, snapshots, features), label(tables, snapshots, params.revenue), features
    )


def test_crm5_gives_the_data_pages_renewals_and_rates(tmp_path: Path, shared: Path) -> None:
    """3,865 ripe renewals: 3,966 on the page counts also the terms of the last 15 days, whose grace has not passed."""
    params, book = settings("crm5")
    mapping = tmp_path / "crm5"
    mapping.mkdir()
    for name in ("accounts", "contracts"):  # outcomes need no usage
        shutil.copy(SOURCES / "crm5" / f"{name}.sql", mapping)
    ingest_book(shared / "crm5", mapping, book, params.ingest, tmp_path / "tables", tmp_path / "quarantine")
    tables = Tables(tmp_path / "tables")
    outcomes = label(tables, history(tables, params.revenue, params.snapshots), params.revenue)
    ripe = outcomes[outcomes["is_ripe"]].drop_duplicates(["account_id", "renewal"])
    rates = ripe["outcome"].value_counts(normalize=True)
    ended = tables.connect().execute(
        "SELECT count(DISTINCT (account_id, end_date)) FROM contracts WHERE end_date < DATE '2024-01-02'"
    )
    assert ended.fetchall()[0][0] == pytest.approx(3966, abs=1)
    assert len(ripe) == 3865
    assert rates["churn"] == pytest.approx(0.026, abs=0.002)
    assert rates["expansion"] == pytest.approx(0.069, abs=0.003)
    assert rates["contraction"] == pytest.approx(0.022, abs=0.002)


def test_saas3k_counts_its_leavers_from_the_terms_alone(tmp_path: Path, shared: Path) -> None:
    """Its own flags are written after the fact and not read; they only check what the terms gave."""
    params, book = settings("saas3k")
    mapping = tmp_path / "saas3k"
    mapping.mkdir()
    for name in ("accounts", "contracts"):
        shutil.copy(SOURCES / "saas3k" / f"{name}.sql", mapping)
    ingest_book(shared / "saas3k", mapping, book, params.ingest, tmp_path / "tables", tmp_path / "quarantine")
    tables = Tables(tmp_path / "tables")
    outcomes = label(tables, history(tables, params.revenue, params.snapshots), params.revenue)
    ripe = outcomes[outcomes["is_ripe"]].drop_duplicates(["account_id", "renewal"])
    terms = pd.read_csv(shared / "saas3k" / "contracts.csv", parse_dates=["contract_end_date"])
    judged = terms["contract_end_date"] + pd.Timedelta(days=params.revenue.grace_days)
    ended = terms[judged < pd.Timestamp(tables.last_day)]
    assert len(ripe) == len(ended)
    assert (ripe["outcome"] == "churn").sum() == (ended["status"] == "churned").sum()


def test_learning365_counts_every_decision_though_it_has_no_prices(tmp_path: Path, shared: Path) -> None:
    """1,180 monthly or quarterly terms whose 15 days of grace have passed, 377 of them followed by none; nobody can grow or shrink."""
    params, book = settings("learning365")
    mapping = tmp_path / "learning365"
    shutil.copytree(SOURCES / "learning365", mapping)
    check = ingest_book(
        shared / "learning365", mapping, book, params.ingest, tmp_path / "tables", tmp_path / "quarantine"
    )
    assert check.rows["accounts"]["kept"] == 35_230
    assert check.rows["contracts"]["kept"] == 3_041
    assert not check.quarantined[
        "usage"
    ]  # a row of the days before the account was created may sum up its week
    assert any(NO_PRICES in notice for notice in check.notices)
    tables = Tables(tmp_path / "tables")
    outcomes = label(tables, history(tables, params.revenue, params.snapshots), params.revenue)
    ripe = outcomes[outcomes["is_ripe"]].drop_duplicates(["account_id", "renewal"])
    assert ripe["outcome"].value_counts().to_dict() == {"flat": 803, "churn": 377}
    assert set(outcomes["arr_usd"]) == {1.0}
    before = tables.connect().execute("""SELECT count(DISTINCT u.account_id) FROM usage u JOIN contracts c USING (account_id)
        WHERE u.occurred_at < c.start_date""")
    assert before.fetchall()[0][0] > 500  # what was used on the free plan is kept


@pytest.fixture(scope="module")
def ravenstack(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    params, book = settings("ravenstack")
    folder = tmp_path_factory.mktemp("ravenstack")
    ingest_book(
        shared / "ravenstack",
        SOURCES / "ravenstack",
        book,
        params.ingest,
        folder / "tables",
        folder / "quarantine",
    )
    return folder


def test_ravenstack_quarantines_what_the_data_page_counts(ravenstack: Path) -> None:
    check = json.loads((ravenstack / "tables" / "book.json").read_text(encoding="utf-8"))["check"]
    assert check["quarantined"]["usage"]["is before its own contract"] / check["rows"]["usage"][
        "read"
    ] == pytest.approx(0.766, abs=0.005)
    assert "key is repeated" not in check["quarantined"]["usage"]  # 21 ids of two rows each are no ids
    assert check["quarantined"]["tickets"]["is before the account was created"] / check["rows"]["tickets"][
        "read"
    ] == pytest.approx(0.539, abs=0.001)


def test_ravenstack_has_no_proven_signal_and_its_list_says_so(ravenstack: Path) -> None:
    params, _ = settings("ravenstack")
    tables = Tables(ravenstack / "tables")
    predictions = learn_all(
        past(tables, params),
        with_two_candidates(params.train),
        params.health,
        tables.last_day,
        ravenstack / "bundles",
    )
    verdicts = judge_all(evaluate_all(predictions, params.evaluate), params.gate)
    assert not verdicts["churn"].is_proven
    champion = ravenstack / "champion"
    champion.mkdir()
    write_json(verdicts, champion / "verdicts.json")
    published = score_book(
        ravenstack / "tables", champion, ravenstack / "lists", ListSettings.of(params), "latest"
    )
    assert "no proven signal" in (published / "risk_list.csv").read_text(encoding="utf-8").splitlines()[0]
    listed = pd.read_parquet(published / "risk_list.parquet").query(
        "band == ''"
    )  # new accounts stand after all others
    assert listed["churn_probability"].isna().all()
    assert listed.sort_values("rank")["health_rules"].is_monotonic_increasing


def test_ravenstack_by_subscription_has_churn_and_still_no_signal(tmp_path: Path, shared: Path) -> None:
    """With each subscription as an account of its own there are leavers; that no model finds them must come from the interval."""
    params, book = settings("ravenstack")
    mapping = tmp_path / "ravenstack"
    shutil.copytree(SOURCES / "ravenstack", mapping)
    (mapping / "tickets.sql").unlink()  # tickets hang on the account
    (mapping / "accounts.sql").write_text(
        "SELECT subscription_id AS account_id, start_date AS created_at FROM raw.ravenstack_subscriptions"
    )
    for name, column in (("contracts", "       account_id,"), ("usage", "       s.account_id,")):
        sql = (mapping / f"{name}.sql").read_text(encoding="utf-8")
        assert column in sql
        (mapping / f"{name}.sql").write_text(
            sql.replace(column, "       subscription_id AS account_id,"), encoding="utf-8"
        )
    ingest_book(
        shared / "ravenstack", mapping, book, params.ingest, tmp_path / "tables", tmp_path / "quarantine"
    )
    tables = Tables(tmp_path / "tables")
    predictions = learn_all(
        past(tables, params),
        with_two_candidates(params.train),
        params.health,
        tables.last_day,
        tmp_path / "bundles",
    )
    metrics = evaluate_all(predictions, params.evaluate)
    assert isinstance(metrics["churn"], OutcomeMetrics)
    assert metrics["churn"].models["lightgbm_bag"].figures["roc_auc"].value is not None
    verdict = judge_all(metrics, params.gate)["churn"]
    assert not verdict.is_proven
    assert "of 100 pairs of a leaver and a stayer" in verdict.sentence


def test_the_day_first_copy_is_refused_by_name_and_read_alike_once_declared(
    ravenstack: Path, tmp_path: Path, shared: Path
) -> None:
    params, book = settings("ravenstack")
    raw, mapping = shared / "ravenstack_dayfirst", SOURCES / "ravenstack"
    with pytest.raises(
        TableError, match=r"accounts.created_at: 500 dates are written like .* which is day-first"
    ):
        ingest_book(raw, mapping, book, params.ingest, tmp_path / "tables", tmp_path / "quarantine")
    declared = book.model_copy(update={"dates": "day-first"})
    ingest_book(raw, mapping, declared, params.ingest, tmp_path / "tables", tmp_path / "quarantine")
    for name in ("accounts", "contracts", "usage", "tickets"):
        pd.testing.assert_frame_equal(
            *(read_table(folder / "tables", name) for folder in (tmp_path, ravenstack))
        )


def test_current_ravenstack_accounts_are_all_there(ravenstack: Path) -> None:
    params, _ = settings("ravenstack")
    tables = Tables(ravenstack / "tables")
    assert len(current(tables, tables.last_day, params.revenue, params.snapshots)) == 500
