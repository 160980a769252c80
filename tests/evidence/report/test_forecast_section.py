"""The coming quarters as the report, the plots and the picture tell them."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from churnml.data.kpis.kpis import Tracked
from churnml.evidence.charts.forecast_chart import write_forecast
from churnml.evidence.charts.kpi_charts import write_kpis
from churnml.evidence.report.report import _provisional, forecast_section
from churnml.forecast.projection import COLUMNS
from churnml.results.forecast import BookForecast, InGrace, OutcomeLevel, Quarter, Rate
from churnml.results.stored import NotEnough


def quarter(closes_on: str, grr: float) -> Quarter:
    rate = Rate(grr, grr - 0.01, grr + 0.01)
    up = Rate(*(value + 0.02 for value in (rate.expected, rate.low, rate.high)))
    return Quarter(closes_on, 1e6, 30_000.0, 5_000.0, 20_000.0, grr=rate, nrr=up)


FORECAST = BookForecast(
    book="acme", as_of="2025-01-01", interval=0.8, paths=1000, accounts=9, arr_usd=1e6, in_grace=InGrace(0, 0.0, 0.5),
    unproven=("contraction",), levels={name: OutcomeLevel(0.02, 0.12, 0.1, 6) for name in ("churn", "expansion")},
    past_quarters_of_drift=6, scaled_down_share=0.0,
    quarters={"quarter_1": quarter("2025-04-01", 0.965), "quarter_2": quarter("2025-07-01", 0.93)},
)  # fmt: skip


def test_the_report_says_rates_with_intervals_and_what_they_rest_on() -> None:
    said = forecast_section(FORECAST)
    assert (
        "| 2025-04-01 | $30,000 | $5,000 | $20,000 | 96.5% (95.5% to 97.5%) | 98.5% (97.5% to 99.5%) |"
        in said
    )
    assert "No proven signal for contraction: base rates stand in." in said
    assert "0.12 for churn" in said and "6 past quarters" in said
    assert "No proven signal" not in forecast_section(replace(FORECAST, unproven=()))
    assert "more than 100 %" not in said
    assert "On 85.1% of the accounts the chances asked for more than 100 %" in forecast_section(
        replace(FORECAST, scaled_down_share=0.8512)
    )


def test_the_report_says_who_counts_as_gone_and_may_come_back() -> None:
    late = pd.DataFrame({"account_id": ["a", "b"], "arr_usd": [1000.0, 500.0]})
    (said,) = _provisional(late, 30)
    assert said.startswith(
        "Provisional: 2 account(s) with $1,500 count as gone, whose term ended within the 30 days"
    )
    assert not list(_provisional(late[:0], 30))


def test_the_files_hold_a_row_a_quarter_and_are_the_same_again(tmp_path: Path) -> None:
    accounts = pd.DataFrame({
        "account_id": ["a"], "arr_usd": [10.0], "renewal": pd.to_datetime(["2025-02-01"]), "churn": [0.2],
        "contraction": [0.1], "flat": [0.5], "expansion": [0.2], "expected_arr_usd": [8.123456],
    })  # fmt: skip
    for again in ("one", "two"):
        write_forecast(FORECAST, accounts, tmp_path / again, tmp_path / again / "money.parquet")
    assert pd.read_csv(tmp_path / "one" / "retention.csv")["nrr_low"].tolist() == [0.975, 0.94]
    for name in ("retention.csv", "forecast.png", "money.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_book_without_usage_or_surveys_gets_no_empty_picture(tmp_path: Path) -> None:
    moved = pd.DataFrame(
        {"span": ["quarter", "year"], "closes_on": "2025-01-01", "grr": [0.96, 0.87], "nrr": [1.0, 0.98]}
    )
    use = pd.DataFrame(
        {
            "closes_on": ["2025-01-01"],
            "engagement_rate": [float("nan")],
            "seat_engagement": float("nan"),
            "nps": float("nan"),
        }
    )
    none = pd.DataFrame(
        {"cohort": [], "months": [], "accounts": [], "logo_retention": [], "arr_retention": []}
    )
    write_kpis(Tracked({}, moved, use, none), tmp_path)
    assert sorted(f.name for f in tmp_path.iterdir()) == [
        "cohorts.csv",
        "quarters.csv",
        "retention.png",
        "use.csv",
        "years.csv",
    ]


def test_a_book_too_young_says_why_and_writes_no_picture(tmp_path: Path) -> None:
    told = NotEnough("book 'acme' has no ripe renewal on 2025-01-01.", {"as_of": "2025-01-01"})
    write_forecast(told, pd.DataFrame(columns=COLUMNS), tmp_path / "charts", tmp_path / "money.parquet")
    assert list((tmp_path / "charts").iterdir()) == []
    assert pd.read_parquet(tmp_path / "money.parquet").columns.tolist() == list(COLUMNS)
    assert "no ripe renewal" in forecast_section(told)
