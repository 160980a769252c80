"""Stage gate: whether each outcome's model may be used, before anything is registered."""

from pathlib import Path

from churnml.learn.selection.promotion import judge_all
from churnml.params.evaluate import Gate
from churnml.results.metrics import METRICS
from churnml.results.stored import read_json, write_json
from pipelines.stage import run


def gate(gate: Gate, metrics: Path, verdicts: Path) -> None:
    """Writes a verdict for each outcome: a grade, or 'no proven signal', and the sentence that says why."""
    write_json(judge_all(read_json(metrics, METRICS), gate), verdicts)


if __name__ == "__main__":
    run(gate)
