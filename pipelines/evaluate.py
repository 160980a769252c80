"""Stage evaluate: how good the out-of-fold predictions are, with intervals, against the baselines."""

from pathlib import Path

from churnml.evidence.charts.gallery import draw
from churnml.evidence.require_clear import require_clear_backtest
from churnml.learn.leakage.l5_easier_test import audit_backtest
from churnml.learn.selection.evaluate_outcomes import evaluate_all
from churnml.params.evaluate import Evaluate
from churnml.params.leakage import Leakage
from churnml.results.stored import write_json
from pipelines.stage import read_frame, run


def evaluate(evaluate: Evaluate, alarms: Leakage, backtest: Path, metrics: Path, charts: Path) -> None:
    """Writes every metric of each model and outcome, and the charts that show them; nothing where the test was easier than the training."""
    predictions = read_frame(backtest)
    require_clear_backtest(audit_backtest(predictions, alarms))
    write_json(evaluate_all(predictions, evaluate), metrics)
    draw(predictions, evaluate.capacity_share, charts)


if __name__ == "__main__":
    run(evaluate)
