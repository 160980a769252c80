"""MLflow mirrors runs and holds what the gate proved; nothing unproven is registered, nothing is fetched but the bundle."""

import hashlib
import json
import multiprocessing
import os
from datetime import date

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.models import Model

from churnml import tracking
from churnml.errors import BundleError, ChurnmlError, ResultError
from churnml.features.catalog import CATALOG
from churnml.learn.artifact.bundle import Bundle
from churnml.learn.calibration import Calibration
from churnml.learn.models.base import Training
from churnml.learn.models.registry import model_class
from churnml.listing.metadata import read_verdicts
from churnml.params.root import load_params
from churnml.results.interval import Interval, Point
from churnml.results.metrics import ModelMetrics, ModelSelection, PartMetrics
from churnml.results.stored import NotEnough, as_json, write_json
from churnml.results.verdict import Ranking, Verdict
from churnml.tracking import registry
from tests.learn.made_metrics import made_metrics

pytestmark = pytest.mark.slow

FEATURES = tuple(f for f in CATALOG if f.is_input and not f.formula and not f.is_category)[:3]


@pytest.fixture
def store(store_template, tmp_path, monkeypatch):
    """An empty store in a project of its own."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    for name in ("DVC_ROOT", "DVC_EXP_BASELINE_REV", "DVC_EXP_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "models" / "mlflow.db"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(store_template)
    return file


@pytest.fixture(scope="session")
def params(root):
    return load_params(root / "params.yaml")


@pytest.fixture(scope="session")
def bundle(params):
    """A small bundle of a real model."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({f.column: rng.normal(size=300) for f in FEATURES})
    came = rows[FEATURES[0].column].to_numpy() + rng.normal(size=300) > 0
    accounts = np.array([f"a{i}" for i in range(300)], dtype=object)
    model = model_class("logistic").fit(
        Training(rows, came, accounts, FEATURES), params.train, params.health, "churn"
    )
    log_odds = model.log_odds(rows.head(5))
    return Bundle(
        outcome="churn",
        model_name="logistic",
        model=model,
        calibration=Calibration(),
        features=FEATURES,
        base_rate=0.5,
        medians=dict.fromkeys((f.column for f in FEATURES), 0.0),
        reference=rows.head(5).assign(log_odds=log_odds),
        settings={},
        trained_through=date(2025, 1, 1),
        longest_lead_days={"200 to 399 days": 270},
    )


@pytest.fixture
def evidence(bundle, tmp_path):
    """What the stages before leave: churn proven, expansion not."""
    folder = tmp_path / "models" / "acme"
    bundle.save(folder / "bundles" / "churn" / "logistic")
    (folder / "charts").mkdir()
    (folder / "charts" / "churn.png").write_bytes(b"png")
    write_metrics(folder / "metrics.json", ModelMetrics({"roc_auc": Interval(0.7, 0.6, 0.8)}))
    found = tracking.Evidence(
        folder / "bundles",
        folder / "verdicts.json",
        folder / "metrics.json",
        folder / "charts",
        folder / "cards",
    )
    write_verdicts(found, churn=True)
    return found


def write_metrics(file, rules):
    churn = made_metrics({"rules": rules}, ModelSelection("rules", "rules", "", {}))
    write_json({"churn": churn, "expansion": NotEnough("12 ripe renewals")}, file)


def write_verdicts(evidence, churn):
    proven = Verdict("churn", churn, "B" if churn else None, "logistic" if churn else None, "said")
    unproven = Verdict("expansion", False, None, None, "no proven signal")
    write_json({"churn": proven, "expansion": unproven}, evidence.verdicts)


def register(evidence, params, store, tmp_path):
    champion = tmp_path / "models" / "acme" / "champion"
    settings = (params.revenue, params.snapshots, params.health, params.evaluate, params.gate)
    tracking.register_book("acme", settings, evidence, store, champion)
    return champion, MlflowClient(f"sqlite:///{store}", f"sqlite:///{store}")


def test_a_proven_outcome_becomes_champion_and_its_bundle_comes_back_from_the_registry(
    evidence, params, store, tmp_path, bundle
):
    champion, client = register(evidence, params, store, tmp_path)
    version = client.get_model_version_by_alias("acme-churn", "champion")
    run = client.get_run(version.run_id)
    assert {f.path for f in client.list_artifacts(version.run_id)} == {"charts", "candidates", "model"}
    assert run.data.params["gate.grade_a"] == str(params.gate.grade_a)
    assert run.data.params["snapshots.lead_days.0"] == str(params.snapshots.lead_days[0])
    assert "health.components.adoption.0.weight" in run.data.params
    assert run.data.metrics["models.rules.roc_auc.value"] == 0.7
    assert {"book", "git_revision", "dvc_revision", "verdict.grade"} <= set(run.data.tags)
    assert run.info.status == "FINISHED"
    said = Model.load(download_artifacts(artifact_uri=f"{version.source}/MLmodel", dst_path=str(tmp_path)))
    assert said.signature.inputs.input_names() == bundle.columns
    assert set(said.flavors) == {"churnml"}  # no flavour that runs code on loading
    assert Bundle.load(champion / "churn").fingerprint == bundle.fingerprint
    assert sorted(p.name for p in champion.iterdir()) == ["churn", "verdicts.json"]


def test_any_segment_name_and_any_number_of_them_is_logged(evidence, params, store, tmp_path):
    parts = {f"R&D/{place} <b>": PartMetrics(9, 9, 1, {"brier": Point(0.1)}) for place in range(1200)}
    write_metrics(evidence.metrics, ModelMetrics({}, parts={"by_segment": parts}))
    _, client = register(evidence, params, store, tmp_path)
    run = client.get_run(client.get_model_version_by_alias("acme-churn", "champion").run_id)
    logged = [name for name in run.data.metrics if name.endswith(".brier.value")]
    assert len(logged) == 1200
    assert run.data.metrics["models.rules.by_segment.R_D_7 _b_.brier.value"] == 0.1


def test_more_settings_than_one_call_takes_are_logged(evidence, params, store, tmp_path):
    leads = params.snapshots.model_copy(update={"lead_days": tuple(range(1, 151))})
    champion = tmp_path / "models" / "acme" / "champion"
    tracking.register_book("acme", (leads,), evidence, store, champion)
    client = MlflowClient(f"sqlite:///{store}", f"sqlite:///{store}")
    run = client.get_run(client.get_model_version_by_alias("acme-churn", "champion").run_id)
    assert run.data.params["snapshots.lead_days.149"] == "150"


def test_an_unproven_outcome_is_recorded_but_not_registered(evidence, params, store, tmp_path):
    write_verdicts(evidence, churn=False)
    champion, client = register(evidence, params, store, tmp_path)
    assert client.search_registered_models() == []
    assert [p.name for p in champion.iterdir()] == ["verdicts.json"]
    book = client.get_experiment_by_name("acme")
    assert sorted(r.info.run_name for r in client.search_runs([book.experiment_id])) == ["churn", "expansion"]


def test_the_bundle_that_orders_an_unproven_outcome_lies_beside_the_verdicts_unregistered(
    evidence, params, store, tmp_path, bundle
):
    """The next test shows that none is left where none was trained."""
    orders = Ranking("logistic", Interval(0.6, 0.5, 0.7))
    verdict = Verdict("churn", False, None, "logistic", "no proven signal", ranking=orders)
    unmeasured = Verdict("expansion", False, None, None, "no proven signal")
    write_json({"churn": verdict, "expansion": unmeasured}, evidence.verdicts)
    champion, client = register(evidence, params, store, tmp_path)
    assert client.search_registered_models() == []
    assert sorted(p.name for p in champion.iterdir()) == ["churn", "verdicts.json"]
    assert Bundle.load(champion / "churn").fingerprint == bundle.fingerprint
    assert read_verdicts(champion / "verdicts.json")["churn"] == verdict


def test_an_outcome_no_longer_proven_loses_its_champion(evidence, params, store, tmp_path):
    register(evidence, params, store, tmp_path)
    write_verdicts(evidence, churn=False)
    champion, client = register(evidence, params, store, tmp_path)
    assert client.get_registered_model("acme-churn").aliases == {}
    assert [p.name for p in champion.iterdir()] == ["verdicts.json"]


def test_a_damaged_bundle_is_refused_and_the_old_champion_stays(evidence, params, store, tmp_path):
    champion, client = register(evidence, params, store, tmp_path)
    file = next(p for p in (evidence.bundles / "churn").rglob("*.json") if p.name != "manifest.json")
    file.write_text(file.read_text().replace("0", "1", 1))
    with pytest.raises(BundleError):
        register(evidence, params, store, tmp_path)
    assert (champion / "churn").is_dir()
    assert client.get_model_version_by_alias("acme-churn", "champion").version in (1, "1")
    book = client.get_experiment_by_name("acme")
    assert client.search_runs([book.experiment_id])[0].info.status == "FAILED"


def test_the_lineage_tag_is_the_digest_of_dvc_lock(evidence, params, store, tmp_path):
    (tmp_path / "dvc.lock").write_text("schema: '2.0'\n")
    _, client = register(evidence, params, store, tmp_path)
    run = client.get_run(client.get_model_version_by_alias("acme-churn", "champion").run_id)
    assert run.data.tags["dvc_revision"] == hashlib.sha256(b"schema: '2.0'\n").hexdigest()


def test_a_moved_checkout_gets_a_place_of_its_own(evidence, params, store, tmp_path):
    _, client = register(evidence, params, store, tmp_path)
    moved = tmp_path / "moved" / "mlflow.db"
    moved.parent.mkdir()
    moved.write_bytes(store.read_bytes())
    _, client = register(evidence, params, moved, tmp_path)
    assert (
        client.get_experiment_by_name("acme").artifact_location == (moved.parent / "mlruns" / "acme").as_uri()
    )


def test_a_relative_store_lies_under_the_repository_while_dvc_works_elsewhere(store, tmp_path, monkeypatch):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    assert tracking.open_store(store.relative_to(tmp_path))[1] == f"sqlite:///{store}"


def test_the_users_own_server_wins(store, tmp_path, monkeypatch):
    theirs = f"sqlite:///{tmp_path}/theirs.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", theirs)
    assert tracking.open_store(store)[1] == theirs


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_processes_that_open_a_new_store_at_once_all_survive(tmp_path):
    fork = multiprocessing.get_context("fork")  # the children have MLflow imported already
    file = tmp_path / "new" / "mlflow.db"
    started = [fork.Process(target=tracking.open_store, args=(file,)) for _ in range(3)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0, 0, 0]


def test_outside_git_the_revision_is_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert tracking.revision() == "none"


def test_an_experiment_stands_on_the_commit_that_dvc_names(monkeypatch):
    monkeypatch.setenv("DVC_EXP_BASELINE_REV", "abc123")
    assert tracking.revision() == "abc123"


def test_a_version_says_what_it_was_judged_to_be(evidence, params, store, tmp_path):
    _, client = register(evidence, params, store, tmp_path)
    version = client.get_model_version_by_alias("acme-churn", "champion")
    assert version.tags == {"outcome": "churn", "grade": "B"}
    assert version.description == "Churn, logistic. said"


@pytest.mark.parametrize("key", ["DVC_EXP_NAME", "DVC_EXP_BASELINE_REV"])
@pytest.mark.parametrize("is_proven", [True, False])
def test_an_experiment_moves_no_champion(evidence, params, store, tmp_path, monkeypatch, key, is_proven):
    register(evidence, params, store, tmp_path)
    monkeypatch.setenv(key, "abc123")
    write_verdicts(evidence, churn=is_proven)
    champion, client = register(evidence, params, store, tmp_path)
    aliases = client.get_registered_model("acme-churn").aliases
    assert {name: int(version) for name, version in aliases.items()} == (
        {"champion": 1, "challenger": 2} if is_proven else {"champion": 1}
    )
    assert (champion / "churn").is_dir() == is_proven  # the experiment's own


def test_a_failure_at_the_last_step_moves_neither_folder_nor_alias(
    evidence, params, store, tmp_path, monkeypatch
):
    champion, client = register(evidence, params, store, tmp_path)
    before = (champion / "verdicts.json").read_bytes()
    write_verdicts(evidence, churn=True)
    monkeypatch.setattr(registry, "download_artifacts", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        register(evidence, params, store, tmp_path)
    assert (champion / "verdicts.json").read_bytes() == before
    assert (champion / "churn").is_dir()
    assert int(client.get_model_version_by_alias("acme-churn", "champion").version) == 1


def test_garbage_in_the_store_is_one_message(evidence, params, store, tmp_path):
    champion, _ = register(evidence, params, store, tmp_path)
    store.write_bytes(b"garbage " * 500)
    with pytest.raises(
        ChurnmlError, match=r"mlflow.db': file is not a database. Move the file aside"
    ) as error:
        register(evidence, params, store, tmp_path)
    assert len(str(error.value).splitlines()) == 1
    assert (champion / "churn").is_dir()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "verdicts.json lacks churn, expansion; run dvc repro register"),
        (
            json.dumps({"churn": as_json(Verdict("churn", False, None, None, "x"))}),
            "verdicts.json lacks expansion;",
        ),
        ('{"churn": {"outcome": "churn", "is_proven": false}}', "key 'churn.grade' is missing"),
        ("{", "is damaged: run the stages before this one again"),
        ("[]", "does not hold what this code reads"),
    ],
)
def test_a_champions_folder_without_a_verdict_of_each_outcome_is_refused(tmp_path, text, said):
    (tmp_path / "verdicts.json").write_text(text)
    with pytest.raises((BundleError, ResultError), match=said):
        read_verdicts(tmp_path / "verdicts.json")


def test_telemetry_is_off():
    assert os.environ["MLFLOW_DISABLE_TELEMETRY"] == "true"


def test_the_card_lies_with_its_run_and_is_its_note(evidence, params, store, tmp_path):
    (evidence.cards / "churn").mkdir(parents=True)
    (evidence.cards / "churn" / "gain.svg").write_text("<svg/>")
    (evidence.cards / "churn.html").write_text("<p>card")
    (evidence.cards / "churn.md").write_text("# Card\n\n![gain](churn/gain.svg)\n\n" + "A sentence.\n" * 1000)
    (evidence.cards / "expansion.md").write_text("# Other")
    _, client = register(evidence, params, store, tmp_path)
    run = client.get_run(client.get_model_version_by_alias("acme-churn", "champion").run_id)
    files = [file.path for file in client.list_artifacts(run.info.run_id, "card")]
    assert files == ["card/churn", "card/churn.html", "card/churn.md"]
    note = run.data.tags["mlflow.note.content"]
    assert note.startswith("# Card\n\nA sentence.")
    assert note.endswith("…\n")
    assert len(note) <= 5000
