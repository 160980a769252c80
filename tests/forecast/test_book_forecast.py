"""A small book's coming quarters, from its tables, its past outcomes and what a champion says."""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from churnml.data.snapshots import history
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.evidence.report.report import forecast_section
from churnml.forecast import book_forecast as stage
from churnml.forecast.book_forecast import Past, forecast_book
from churnml.learn.level import Level
from churnml.outcomes import label
from churnml.params.features import Features
from churnml.params.forecast import Forecast
from churnml.params.snapshots import Revenue, Snapshots
from churnml.results.forecast import BookForecast
from churnml.results.stored import as_json
from tests.books import make_tables, term
from tests.publish.test_score import SCORE

DAY = date(2025, 1, 1)
REVENUE = Revenue(grace_days=30, tolerance=0.02, min_fixed_term_days=45)
SNAPSHOTS = Snapshots(lead_days=(30, 90), min_history_days=60, rolling_horizon_days=90, rolling_every_days=91)
SETTINGS = Forecast(
    n_quarters=4, n_paths=200, seed=5, interval=0.8, n_past_quarters=4, size_prior_moves=10.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Forty annual accounts of 1000 dollars; every fifth left after its first year, every fifth grew by half."""
    rows = []
    for number in range(40):
        start = date(2023, 1, 5) + timedelta(days=8 * number)
        second, third = (
            date(start.year + 1, start.month, start.day),
            date(start.year + 2, start.month, start.day),
        )
        rows.append(term(f"a{number:02d}", str(start), str(second), 1000))
        if number % 5 and second < DAY:
            rows.append(term(f"a{number:02d}", str(second), str(third), 1500 if number % 5 == 1 else 1000))
    accounts = [{"account_id": f"a{number:02d}"} for number in range(40)]
    return make_tables(
        tmp_path_factory.mktemp("book"), {"accounts": accounts, "contracts": rows}, last_day=str(DAY)
    )


def told(
    book: Tables,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    chance: Mapping[str, float],
    day: date = DAY,
    tenure: float = 400.0,
    learned: date = DAY,
) -> BookForecast:
    """The forecast where the named outcomes are proven and give every account the same chance."""
    verdicts = {
        name: {
            "outcome": name,
            "is_proven": name in chance,
            "grade": None,
            "model": "it",
            "sentence": "Said.",
        }
        for name in ("churn", "contraction", "expansion")
    }
    (folder / "verdicts.json").write_text(json.dumps(verdicts), encoding="utf-8")

    def asked(*given: Any) -> dict[str, Any]:
        size = len(given[3])
        return {
            n: SimpleNamespace(
                scores=SimpleNamespace(
                    probability=np.full(size, p), values=pd.DataFrame({"tenure_days": np.full(size, tenure)})
                ),
                bundle=SimpleNamespace(
                    trained_through=learned,
                    lifetime=None,
                    calibration=SimpleNamespace(level=Level(0.0, 0.1, 0.1, 4)),
                ),
            )
            for n, p in chance.items()
        }

    monkeypatch.setattr(stage, "ask", asked)
    looks = history(book, REVENUE, SNAPSHOTS)
    outcomes = label(book, looks, REVENUE)
    past = Past(outcomes, looks)
    return forecast_book(book, day, folder, past, SETTINGS, SCORE, REVENUE, SNAPSHOTS, Features()).content


def test_without_a_champion_base_rates_stand_in_and_it_says_so(
    book: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(book, tmp_path, monkeypatch, {})
    assert found.unproven == ("churn", "contraction", "expansion")
    year = found.quarters["quarter_4"]
    assert year.opening_usd == pytest.approx(found.arr_usd, rel=0.1)
    assert year.grr.expected == pytest.approx(0.8, abs=0.07)
    assert [found.quarters[f"quarter_{n}"].grr.expected for n in range(1, 5)] == sorted(
        (found.quarters[f"quarter_{n}"].grr.expected for n in range(1, 5)), reverse=True
    )


def test_a_champion_that_fears_nobody_loses_nobody(
    book: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(book, tmp_path, monkeypatch, {"churn": 0.0})
    assert found.unproven == ("contraction", "expansion")
    assert found.quarters["quarter_4"].churn_usd == 0
    assert found.quarters["quarter_4"].nrr.expected > 1
    assert found == told(book, tmp_path, monkeypatch, {"churn": 0.0})


def test_accounts_too_new_for_the_list_enter_with_base_rates(
    book: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = told(book, tmp_path, monkeypatch, {"churn": 0.0}, tenure=SNAPSHOTS.min_history_days - 1.0)
    assert new.quarters["quarter_4"].churn_usd > 0


def test_a_champion_that_learned_later_is_hindsight_and_the_report_says_it(
    book: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(book, tmp_path, monkeypatch, {"churn": 0.2}, learned=DAY + timedelta(days=90))
    assert found.learned_through == "2025-04-01"
    assert "In hindsight: the model has since learned from outcomes up to 2025-04-01" in forecast_section(
        found
    )
    now = told(book, tmp_path, monkeypatch, {"churn": 0.2})
    assert now.learned_through is None and "learned_through" not in as_json(now)
    assert "hindsight" not in forecast_section(now)


def test_a_day_without_a_ripe_renewal_has_nothing_to_forecast_from(
    book: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotEnoughError, match=r"no ripe renewal on 2023-06-01"):
        told(book, tmp_path, monkeypatch, {}, date(2023, 6, 1))
