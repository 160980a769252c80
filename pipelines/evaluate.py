"""Stage evaluate: how good the out-of-fold predictions are, with intervals, against the baselines."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.evidence.charts.backtest_charts import draw
from churnml.evidence.require_clear import require_clear_backtest
from churnml.features.spec import CATALOGUE
from churnml.learn.candidates import CANDIDATES
from churnml.learn.dataset import Dataset
from churnml.learn.leakage.l5_easier_test import audit_backtest
from churnml.learn.lifetime.evaluate_lifetime import evaluate_lifetime
from churnml.learn.lifetime.survival_curve import SURVIVAL
from churnml.learn.selection.model_selection import evaluate_all
from churnml.params.evaluate import Evaluate
from churnml.params.leakage import Leakage
from churnml.results.stored import read_json, write_json
from pipelines.stage import read_frame, run


def evaluate(
    evaluate: Evaluate, leakage: Leakage, tables: Path, features: Path, catalogue: Path, outcomes: Path, backtest: Path,
    survival: Path, metrics: Path, charts: Path, lifetime: Path,
) -> None:  # fmt: skip
    """Writes every metric of each model and outcome, the charts that show them, and whether the survival model came true; nothing where the test was easier than the training."""
    predictions = read_frame(backtest)
    require_clear_backtest(audit_backtest(predictions, leakage))
    write_json(evaluate_all(predictions, evaluate), metrics)
    draw(predictions, evaluate.capacity_share, charts)
    trial = read_json(survival, SURVIVAL)
    dataset = Dataset.join(read_frame(features), read_frame(outcomes), read_json(catalogue, CATALOGUE))
    write_json(evaluate_lifetime(trial, dataset, predictions, CANDIDATES, Tables(tables).last_day), lifetime)


if __name__ == "__main__":
    run(evaluate)
