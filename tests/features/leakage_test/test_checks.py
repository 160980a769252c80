"""``churnml check --time``: one line a proof, exit code 1 where a feature knew the future, 2 where there is nothing to look at."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from churnml.cli import main
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.features.leakage_test import checks
from churnml.features.leakage_test.checks import Finding, sample_trial
from churnml.params.features import LeakageTest
from churnml.params.snapshots import Revenue, Snapshots
from tests.books import LENIENT, make_tables, term


@pytest.fixture
def project(root: Path, tmp_path: Path, sample_tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose sample book is ingested."""
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(root / name, tmp_path)
    shutil.copytree(root / "data/sources", tmp_path / "data/sources")
    shutil.copytree(sample_tables.folder, tmp_path / "data/work/sample/tables")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check_time() -> Result:
    return CliRunner().invoke(main, ["check", "--time"])


@pytest.mark.parametrize(("moved", "code", "line"), [
    (set(), 0, "future deleted  171 columns, 412 snapshots: equal to the byte"),
    ({"arr_usd"}, 1, "future deleted  171 columns, 412 snapshots: 1 MOVED"),
])  # fmt: skip
def test_the_exit_code_says_whether_time_is_proved(
    project: Path, monkeypatch: pytest.MonkeyPatch, moved: set[str], code: int, line: str
) -> None:
    monkeypatch.setattr(checks, "sample_trial", lambda *_: None)
    monkeypatch.setattr(checks, "run_checks", lambda _: [Finding("future deleted", 171, 412, moved)])
    told = check_time()
    assert (told.exit_code, told.stdout.splitlines()[0], told.stderr) == (code, line, "")
    assert told.stdout.splitlines()[1:2] == [f"  {column}" for column in moved]


def test_a_book_that_was_not_ingested_says_what_to_run(project: Path) -> None:
    shutil.rmtree(project / "data/work")
    told = check_time()
    assert told.exit_code == 2
    assert "run the ingest stage first (dvc repro ingest)" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("accounts", "said"),
    [("a", "a contract of one account only"), ("ab", "no account of the sample is live on")],
)
def test_too_small_a_book_is_said(tmp_path: Path, accounts: str, said: str) -> None:
    """Nobody is live where all contracts are over when a stretch of the book's life begins."""
    rows = {
        "accounts": [{"account_id": a} for a in accounts],
        "contracts": [term(a, "2020-01-01", "2020-02-01") for a in accounts],
        "touches": [
            {"account_id": "a", "occurred_at": "2024-12-30", "channel": "call", "is_customer_initiated": True}
        ],
    }
    tables = make_tables(tmp_path / "book", rows, last_day="2025-01-01")
    snapshots = Snapshots(
        lead_days=(90,), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91
    )
    revenue = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
    with pytest.raises(NotEnoughError, match=said):
        sample_trial(
            tables,
            [],
            tmp_path / "proof",
            LeakageTest(n_accounts=9, n_dates=2, seed=1),
            LENIENT,
            revenue,
            snapshots,
        )
