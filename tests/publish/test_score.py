"""A book's list, from its tables to the published folder."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from churnml.data.tables import Tables
from churnml.errors import BundleError, NotEnoughError, ResultError, SettingsError
from churnml.evidence.report.report import write_report
from churnml.formats.terminal.risk_list import render
from churnml.learn.arrays import FloatArray
from churnml.learn.artifact.bundle import Scores
from churnml.listing import champions
from churnml.listing.columns import read_list
from churnml.listing.list_settings import ListSettings
from churnml.params.health import Health, Rule
from churnml.params.load import read_yaml
from churnml.params.score import Bands, Score
from churnml.params.snapshots import Revenue, Snapshots
from churnml.publish.score import score_book
from churnml.results.interval import Interval, Point
from churnml.results.metrics import ModelMetrics, ModelSelection, PartMetrics
from churnml.results.stored import NotEnough, as_json
from churnml.results.verdict import Ranking, Verdict
from tests.books import make_tables, term
from tests.learn.made_metrics import made_metrics
from tests.listing.fakes import FEATURES, LONG_ID, MEDIANS, TYPICAL, list_metadata

DAY = date(2025, 1, 1)
SCORE = Score(
    as_of="latest", capacity_share=0.3, bands=Bands(high=3.0, elevated=1.5),
    max_reasons_for=4, max_reasons_against=2, min_reason_share=0.05, min_reason_difference=0.1, interval=0.8,
)  # fmt: skip
HEALTH = Health(components={"usage": (Rule(column="usage_recency_days_365d", bad=30, good=3, weight=1),)})
REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
SNAPSHOTS = Snapshots(lead_days=(30, 90), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91)

Publish = Callable[..., Path]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Four live accounts, one of them without any usage, and one that left."""
    accounts = {"00123": "Ünïted", LONG_ID: "=1+1", "quiet": "株式会社", "roll": "Roller", "gone": "Gone"}
    terms = [term(account, "2024-03-01", "2025-03-01", 1000 * n) for n, account in enumerate(accounts, 1)]
    terms[3] = term("roll", "2024-12-15", "2025-01-14", 4000)
    terms[4] = term("gone", "2022-01-01", "2023-01-01", 5000)
    terms.append(term("roll", "2024-09-01", "2024-10-01", 4000))
    usage = [
        {"account_id": account, "occurred_at": f"2024-{month:02d}-10", "user_id": "u", "quantity": 3}
        for account in ("00123", LONG_ID)
        for month in range(4, 13 if account == "00123" else 10)
    ]
    named = [{"account_id": account, "name": name} for account, name in accounts.items()]
    folder = tmp_path_factory.mktemp("book")
    return make_tables(folder, {"accounts": named, "contracts": terms, "usage": usage}, last_day=DAY)


@pytest.fixture(scope="module")
def kept() -> dict[tuple[bool, Any], Path]:
    """The lists that were published first in their folder, by verdict and day."""
    return {}


@pytest.fixture
def publish(tables: Tables, tmp_path: Path, kept: dict[tuple[bool, Any], Path]) -> Publish:
    """The book scored with the given verdicts and day: once for all tests that only read it, anew where ``lists`` names a folder."""

    def score(*, is_proven: bool = False, as_of: Any = "latest", lists: str | None = None) -> Path:
        if lists:
            return made(is_proven, as_of, lists)
        if (is_proven, as_of) not in kept:
            kept[is_proven, as_of] = made(is_proven, as_of, f"lists of {as_of}")
        return kept[is_proven, as_of]

    def made(is_proven: bool, as_of: Any, lists: str) -> Path:
        verdicts = list_metadata(is_proven=is_proven)
        said = {v.outcome: as_json(v) for v in (verdicts.churn, verdicts.expansion)}
        champion = tmp_path / "champion"
        champion.mkdir(exist_ok=True)
        (champion / "verdicts.json").write_text(json.dumps(said))
        place = tmp_path / lists
        return score_book(
            tables.folder, champion, place, ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS), as_of
        )

    return score


class FakeBundle:
    """A champion that gives the first account the highest chance, for the sake of one fact."""

    base_rate, features, medians, fingerprint = 0.1, FEATURES, MEDIANS, "f1"
    trained_through, longest_lead_days = DAY, {"unknown length": 30}
    health, lifetime, model = None, None, None

    @classmethod
    def load(cls, folder: Path) -> "FakeBundle":
        """The fake, wherever it is looked for."""
        return cls()

    def replay(self) -> None:
        """Nothing to compare."""

    def probability(self, snapshots: pd.DataFrame) -> FloatArray:
        """The chances alone."""
        return self.score_rows(snapshots).probability

    def score_rows(self, snapshots: pd.DataFrame) -> Scores:
        """Falling chances, and few active users for the first account."""
        count = len(snapshots)
        values = pd.DataFrame([TYPICAL] * count)
        values.loc[0, "active_users_28d"] = 12.0
        pulls = pd.DataFrame(0.0, index=range(count), columns=list(TYPICAL))
        pulls.loc[0, "active_users_28d"] = 1.0
        chance, health = np.linspace(0.9, 0.05, count), np.linspace(5.0, 95.0, count)
        return Scores(snapshots, values, chance, np.zeros(count), 0.0, pulls, health)


@pytest.fixture
def bundled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Champions for both outcomes."""
    monkeypatch.setattr(champions, "Bundle", FakeBundle)
    for outcome in ("churn", "expansion"):
        (tmp_path / "champion" / outcome).mkdir(parents=True)


class Ordering(FakeBundle):
    """Orders the accounts one way round and gives chances the other way round."""

    def score_rows(self, snapshots: pd.DataFrame) -> Scores:
        """Rising log-odds beside falling chances."""
        return replace(super().score_rows(snapshots), log_odds=np.arange(len(snapshots), dtype=float))


def test_unproven_but_ordered_by_a_model_the_list_follows_it_and_gives_no_chance(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(champions, "Bundle", Ordering)
    folder = tmp_path / "champion"
    (folder / "churn").mkdir(parents=True)
    sentence = (
        "no proven signal: of 100 pairs a plain logistic regression ordered 56 right; that may be chance."
    )
    churn = Verdict(
        "churn", False, None, "logistic", sentence, ranking=Ranking("logistic", Interval(0.56, 0.51, 0.61))
    )
    (folder / "verdicts.json").write_text(
        json.dumps({"churn": as_json(churn), "expansion": as_json(list_metadata(is_proven=False).expansion)})
    )
    day = score_book(
        tables.folder, folder, tmp_path / "lists", ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS), "latest"
    )
    listed, metadata = read_list(day)
    assert listed["account_id"].tolist() == [
        "roll",
        "quiet",
        LONG_ID,
        "00123",
    ]  # the last account's log-odds are highest
    assert listed[["churn_probability", "expected_loss_usd", "churn_base_multiple"]].isna().all(axis=None)
    assert listed["band"].eq("").all()
    assert metadata.churn == churn
    head = " ".join(render(listed, metadata, 5).split())
    assert head.startswith(f"Churn: {sentence} Ranked by a plain logistic regression, likeliest to leave within 365 days first; "
                           "the reasons are the health rules', which do not order the list.")  # fmt: skip
    assert (
        "Ranked by the rules health score, renewals within 365 days and highest first." in head
    )  # expansion: nothing was trained
    shutil.rmtree(folder / "churn")
    with pytest.raises(BundleError, match=r"churn is ordered by a model but .* is not there"):
        score_book(
            tables.folder,
            folder,
            tmp_path / "lists",
            ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS),
            "latest",
        )


def test_a_leaking_model_gives_the_order_back_to_the_rules_with_their_own_figure() -> None:
    rules = Ranking("rules", Interval(0.52, 0.48, 0.56))
    verdict = Verdict(
        "churn", False, None, "logistic", "no proven signal: too good to be true.", ranking=rules
    )
    line, _ = replace(list_metadata(is_proven=False), churn=verdict).lines
    assert line.endswith(
        "Ranked by the rules health score, renewals within 365 days and lowest first, which ordered 52 of 100 pairs right in the backtest (interval 48 to 56)."
    )


def test_without_a_signal_the_list_is_ranked_by_the_rules_and_says_so(publish: Publish) -> None:
    day = publish()
    assert day.name == "2025-01-01"
    assert {path.name for path in day.iterdir()} == {
        "report.html", "risk_list.csv", "risk_list.xlsx", "risk_list.parquet", "risk_list.json", "risk_list.schema.json",
        "crm_salesforce.json", "crm_hubspot.json", "summary.json", "facts.parquet", "changes.json",
        "growth.csv", "growth.parquet",
    }  # fmt: skip
    assert "no proven signal" in (day / "risk_list.csv").read_text(encoding="utf-8").splitlines()[0]
    listed, said = read_list(day)
    assert set(listed["account_id"]) == {"00123", LONG_ID, "quiet", "roll"}
    assert listed["health_rules"].dropna().is_monotonic_increasing  # unknown stands last
    assert listed["churn_probability"].isna().all()
    assert "no proven signal" in render(listed, said, 3).splitlines()[0]


def test_an_account_without_usage_is_scored(publish: Publish) -> None:
    listed = read_list(publish())[0].set_index("account_id")
    assert listed.loc["quiet", "reason_1"] == "266 days without use; full points at 3 days"
    assert listed.loc["roll", "is_rolling"]
    assert listed.loc["quiet", "arr_usd"] == 3000


@pytest.mark.usefixtures("bundled")
def test_a_proven_list_has_chances_and_reasons(publish: Publish) -> None:
    day = publish(is_proven=True)
    listed, _ = read_list(day)
    by_chance = listed.sort_values("churn_probability", ascending=False).iloc[0]
    assert by_chance["reason_1"] == "12 active users in the last 28 days; typical account: 38"
    assert by_chance["churn_base_multiple"] == round(0.9 / read_list(day)[1].base_rate, 2)
    assert by_chance["band"] == "elevated"
    assert listed["expected_loss_usd"].is_monotonic_decreasing
    assert listed["is_within_capacity"].sum() == 2
    summary = json.loads((day / "summary.json").read_text())
    assert summary["accounts"] == 4
    assert summary["bundles"] == {"churn": "f1", "expansion": "f1"}


@pytest.mark.usefixtures("bundled")
def test_a_day_since_learned_from_is_scored_in_hindsight(publish: Publish) -> None:
    now, then = publish(is_proven=True), publish(is_proven=True, as_of=date(2024, 10, 1))
    for day, is_hindsight in ((now, False), (then, True)):
        assert bool(read_list(day)[1].hindsight) == is_hindsight
        assert json.loads((day / "summary.json").read_text())["is_hindsight"] == is_hindsight


@pytest.mark.usefixtures("bundled")
def test_renewals_beyond_the_longest_lead_of_training_are_marked_and_stay_ranked(publish: Publish) -> None:
    day = publish(is_proven=True)
    listed, said = read_list(day)
    assert said.longest_lead_days == {"unknown length": 30}
    assert listed["is_beyond_horizon"].tolist() == (listed["lead_days"] > 30).tolist()
    assert listed["is_beyond_horizon"].any() and listed["rank"].tolist() == [1, 2, 3, 4]
    summary = json.loads((day / "summary.json").read_text())
    assert summary["accounts_beyond_horizon"] == listed["is_beyond_horizon"].sum()


def test_without_a_champion_nothing_lies_beyond_a_horizon(publish: Publish) -> None:
    listed, said = read_list(publish())
    assert not listed["is_beyond_horizon"].any()
    assert (said.horizon, said.hindsight) == ("", "")


@pytest.mark.usefixtures("bundled")
def test_scoring_twice_gives_the_same_bytes(publish: Publish) -> None:
    first, second = publish(is_proven=True), publish(is_proven=True, lists="again")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_a_day_after_the_book_is_refused(publish: Publish) -> None:
    with pytest.raises(SettingsError, match=r"cannot score 2025-02-01: book 'acme' ends on 2025-01-01"):
        publish(as_of=date(2025, 2, 1))


def test_a_day_without_live_accounts_is_refused(publish: Publish) -> None:
    with pytest.raises(NotEnoughError, match="no live contract on 2023-06-01"):
        publish(as_of=date(2023, 6, 1))


def test_an_earlier_day_gets_its_own_folder(publish: Publish) -> None:
    publish(lists="own")
    day = publish(as_of=date(2024, 10, 1), lists="own")
    assert sorted(path.name for path in day.parent.iterdir()) == ["2024-10-01", "2025-01-01", "latest"]


def test_a_proven_outcome_without_its_bundle_is_refused(publish: Publish) -> None:
    with pytest.raises(BundleError, match=r"churn is proven but .* is not there; run dvc repro register"):
        publish(is_proven=True, lists="own")


def test_no_verdicts_are_refused(tables: Tables, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no verdicts"):
        score_book(
            tables.folder, tmp_path, tmp_path, ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS), "latest"
        )
    (tmp_path / "verdicts.json").write_text('{"churn": {"grade": "A"}}')
    with pytest.raises(ResultError, match=r"key 'churn.outcome' is missing"):
        score_book(
            tables.folder, tmp_path, tmp_path, ListSettings(SCORE, HEALTH, REVENUE, SNAPSHOTS), "latest"
        )


def test_the_report_is_one_page_of_inert_markdown(publish: Publish, tables: Tables, tmp_path: Path) -> None:
    lists = publish().parent
    outcomes = pd.DataFrame(
        {"account_id": ["a", "a", "b"], "as_of": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-01-01"]),
         "renewal": pd.Timestamp("2024-03-01"), "is_ripe": True, "outcome": ["flat", "churn", "expansion"]}
    )  # fmt: skip
    figure = Interval(0.74, 0.71, 0.77)
    part = PartMetrics(1200, 300, 90, {"roc_auc": figure, "brier": Point(0.09)})
    bag = ModelMetrics({"roc_auc": figure}, parts={"by_lead_days": {"30": part}, "by_segment": {"a|b": part}})
    models = {"rules": ModelMetrics({"roc_auc": figure}), "lightgbm_bag": bag}
    metrics = {"churn": made_metrics(models, ModelSelection("rules", "rules", "", {})),
               "expansion": NotEnough("Only 12 renewals are ripe.")}  # fmt: skip
    verdicts = {v.outcome: v for v in (list_metadata().churn, list_metadata(is_proven=False).expansion)}
    health = NotEnough("Only 12 renewals are ripe.")
    write_report(REVENUE, tables.folder, outcomes, metrics, verdicts, health, lists, tmp_path / "report.md")
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "2 are ripe" in page
    assert "| churn | 1 | 50.0% |" in page
    assert "| rules health score | 0.740 (0.710 to 0.770) |" in page
    assert "### LightGBM bag by days left" in page
    assert "| 30 | 1,200 | 90 | 0.740 (0.710 to 0.770) | – | – | 0.090 | – | – |" in page
    assert "| a\\|b | 1,200 |" in page
    assert "- **Expansion**: no proven signal. Only 12 renewals are ripe." in page
    assert "## The list of 2025-01-01" in page


def test_the_teams_files_are_read_before_anything_is_scored(
    publish: Publish, tables: Tables, tmp_path: Path, root: Path
) -> None:
    publish(lists="own")  # verdicts
    (tmp_path / "plays.yaml").write_text("default: {advice: call, owner: CSM, within_day: 3}")
    (tmp_path / "crm.yaml").write_text("hubspot: {properties: {risk: {column: band, words: {hihg: x}}}}")
    files = {"plays": root / "plays.yaml", "crm": root / "crm.yaml"}
    parts = read_yaml(root / "params.yaml")["health"]["components"]
    health = Health(components=HEALTH.components | dict.fromkeys(parts, HEALTH.components["usage"]))
    for name, said in (("plays", "did you mean 'within_days'"), ("crm", "did you mean 'high'")):
        with pytest.raises(SettingsError, match=said):
            score_book(
                tables.folder, tmp_path / "champion", tmp_path / "none",
                ListSettings(SCORE, health, REVENUE, SNAPSHOTS, **files | {name: tmp_path / f"{name}.yaml"}), "latest",
            )  # fmt: skip
    assert not (tmp_path / "none").exists()
    settings = ListSettings(SCORE, health, REVENUE, SNAPSHOTS, **files)
    day = score_book(tables.folder, tmp_path / "champion", tmp_path / "l", settings, "latest")
    listed = read_list(day)[0]
    assert listed.loc[listed["is_at_risk"], "next_step"].str.startswith("Advice: ").all()
    assert not listed.loc[~listed["is_at_risk"] & ~listed["is_within_capacity"], "next_step"].any()
