"""The page on a backtest: who was found in time, and each difference the way round it is read."""

from churnml.evidence.report.backtest_metrics import measured
from churnml.results.interval import Interval
from churnml.results.metrics import Floor, ModelMetrics, ModelSelection, PartMetrics
from tests.learn.made_metrics import made_metrics


def figure(value: float) -> Interval:
    return Interval(value, value - 0.02, value + 0.03)


NEW = PartMetrics(1200, 300, 90, {"roc_auc": figure(0.7)})
BAG = ModelMetrics(
    {
        "roc_auc": figure(0.8), "ece": figure(0.012), "recall_at_90_days": figure(0.41), "arr_recall_at_90_days": figure(0.6),
        "usd_captured_at_capacity": Interval(1e6, 9e5, 1.2e6), "empb_usd": Interval(100.0, 80.0, 130.0),
        "empb_share_called": figure(0.22),
    },
    Floor(0.011, 0.015), {"by_account": {"new": NEW}},
)  # fmt: skip
FOUND = made_metrics(
    {"rules": ModelMetrics({"roc_auc": figure(0.74)}), "lightgbm_bag": BAG}, ModelSelection("rules", "rules", "", {}),
    paired={"rules": {"lightgbm_bag": {"roc_auc": Interval(-0.06, -0.07, -0.04)}}},
)  # fmt: skip


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
