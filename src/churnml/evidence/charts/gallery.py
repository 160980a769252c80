"""Every picture of a backtest in one folder."""

from pathlib import Path

import pandas as pd

from churnml.evidence.charts.backtest_charts import calibration_chart, capture_chart


def draw(predictions: pd.DataFrame, capacity_share: float, folder: Path) -> None:
    """Writes ``<outcome>_arr_caught.png`` and ``<outcome>_calibration.png`` for each outcome that has predictions."""
    folder.mkdir(parents=True, exist_ok=True)
    for outcome, predicted in predictions.groupby("outcome", sort=True):
        rows = predicted.reset_index(drop=True)
        capture_chart(rows, str(outcome), capacity_share, folder / f"{outcome}_arr_caught.png")
        calibration_chart(rows, str(outcome), folder / f"{outcome}_calibration.png")
