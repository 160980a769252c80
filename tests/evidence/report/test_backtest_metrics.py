"""The page on a backtest: who was found in time, and each difference the way round it is read."""

from churnml.evidence.report.backtest_metrics import measured


def figure(value: float) -> dict[str, float | None]:
    return {"value": value, "low": value - 0.02, "high": value + 0.03}


BAG = {
    "roc_auc": figure(0.8), "ece": figure(0.012), "ece_floor": {"value": 0.011, "high": 0.015},
    "recall_at_90_days": figure(0.41), "arr_recall_at_90_days": figure(0.6),
    "usd_captured_at_capacity": {"value": 1e6, "low": 9e5, "high": 1.2e6},
    "empb_usd": {"value": 100.0, "low": 80.0, "high": 130.0}, "empb_share_called": figure(0.22),
    "by_account": {"new": {"rows": 1200, "outcomes": 90, "roc_auc": figure(0.7)}},
}  # fmt: skip
FOUND = {
    "confidence": 0.9, "capacity_share": 0.1, "counts": {"base_rate": 0.1, "arr_usd_with_outcome": 2e6},
    "models": {"rules": {"roc_auc": figure(0.74)}, "lightgbm_bag": BAG},
    "paired": {"rules": {"lightgbm_bag": {"roc_auc": {"value": -0.06, "low": -0.07, "high": -0.04}}}},
}  # fmt: skip


def test_the_headline_is_who_was_found_in_time_and_the_dollars() -> None:
    page = measured("churn", FOUND, "lightgbm_bag")
    assert (
        "**90 days before the renewal, the top 10% held 41% (39% to 44%) of those with churn to come" in page
    )
    assert "$1,000,000 ($900,000 to $1,200,000) of $2,000,000" in page
    assert "by calling 22.0%: $100 ($80 to $130) a snapshot" in page
    assert "| 0.012 (0.011, 0.015) |" in page
    assert "| new | 1,200 | 90 | 0.700 (0.680 to 0.730) |" in page


def test_a_difference_is_the_judged_model_less_the_other() -> None:
    assert "| rules health score | +0.060 (+0.040 to +0.070) |" in measured("churn", FOUND, "lightgbm_bag")
    assert "| LightGBM bag | -0.060 (-0.070 to -0.040) |" in measured("churn", FOUND, "rules")


def test_without_a_judged_model_the_table_stands_alone() -> None:
    page = measured("expansion", FOUND, None)
    assert "against the others" not in page
    assert "| rules health score | 0.740 (0.720 to 0.770) |" in page
