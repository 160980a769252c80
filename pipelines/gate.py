"""Stage gate: whether each outcome's model may be used, before anything is registered."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.learn.dataset import OUTCOMES
from churnml.learn.selection.level_change import level_changes, with_changes
from churnml.learn.selection.promotion import judge_all
from churnml.params.evaluate import Gate
from churnml.results.metrics import METRICS
from churnml.results.stored import read_json, write_json
from pipelines.stage import read_frame, run


def gate(
    gate: Gate, metrics: Path, tables: Path, outcomes: Path, snapshot_table: Path, verdicts: Path
) -> None:
    """Writes a verdict for each outcome: a grade, or 'no proven signal', the sentence that says why, and whether its level has changed."""
    changes = level_changes(
        read_frame(outcomes), read_frame(snapshot_table), OUTCOMES, Tables(tables).last_day
    )
    write_json(with_changes(judge_all(read_json(metrics, METRICS), gate), changes), verdicts)


if __name__ == "__main__":
    run(gate)
