"""How often a world's signal is proven, over seeds: ``python -m benchmarks.worlds.verdicts NAME [SEEDS]`` (less than a minute of CPU a seed).

In a world without signal 'proven' may come in 2 of 40 seeds at most; where the true chances order 65 of 100 pairs or more, in 9 of 10; in a
world without a change of level the chances may be called off in 2 of 40 (``level off``, proven or not), and a change of level told in 2 of 40 (``notice``). Only what a verdict rests on is run: the backtest, no bundle.
"""

import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from benchmarks.worlds.project import TO_LABEL, history_of, project, run
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.features.spec import CATALOGUE
from churnml.learn.dataset import SIDES, Dataset
from churnml.learn.selection.level_change import level_changes, with_changes
from churnml.learn.selection.model_selection import measure
from churnml.learn.selection.promotion import judge_all
from churnml.learn.training.backtest import backtest_each
from churnml.paths import Paths
from churnml.results.metrics import OutcomeMetrics
from churnml.results.stored import NotEnough, read_json
from churnml.results.verdict import Verdict

FIRST_SEED = 1000


def verdicts(paths: Paths) -> tuple[dict[str, Verdict], dict[str, OutcomeMetrics | NotEnough]]:
    """The verdict on each side of the list and what it rests on, as train, evaluate and gate would give them."""
    params, _ = paths.settings("train")
    judging, _ = paths.settings("evaluate")
    gate, _ = paths.settings("gate")
    dataset = Dataset.join(
        pd.read_parquet(paths.path("featurize", "out")), pd.read_parquet(paths.path("label", "outcomes")),
        read_json(paths.path("featurize", "catalogue"), CATALOGUE),
    )  # fmt: skip
    last_day = Tables(paths.path("ingest", "tables")).last_day
    found = backtest_each(dataset, SIDES, params.train, params.health, last_day)
    metrics = {
        outcome: NotEnough(str(rows))
        if isinstance(rows, NotEnoughError)
        else measure(rows, judging.evaluate, outcome)
        for outcome, rows in found.items()
    }
    changes = level_changes(
        pd.read_parquet(paths.path("label", "outcomes")), pd.read_parquet(paths.path("gate", "snapshot_table")), SIDES, last_day,
    )  # fmt: skip
    return with_changes(judge_all(metrics, gate.gate), changes), metrics


def main() -> None:
    """Prints each seed's verdicts, then how many were proven and how many called the chances off, by outcome."""
    name, seeds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    rows = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        with TemporaryDirectory() as folder:
            judged, metrics = verdicts(run(project(Path(folder), history_of(name, seed)), TO_LABEL))
        for outcome, verdict in judged.items():
            measured = metrics[outcome]
            is_level_off = (
                isinstance(measured, OutcomeMetrics)
                and measured.chances is not None
                and measured.chances.is_level_off
            )
            rows.append((outcome, verdict.is_proven, is_level_off, verdict.level_change is not None))
        print(
            seed,
            f"{_cpu():.0f} CPU s",
            {outcome: verdict.sentence[:120] for outcome, verdict in judged.items()},
            flush=True,
        )
    print(
        pd.DataFrame(rows, columns=["outcome", "proven", "level off", "notice"])
        .groupby("outcome")
        .sum()
        .to_string()
    )
    print(f"{name}: {seeds} seeds, {_cpu() / seeds:.0f} CPU s a seed")


def _cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


if __name__ == "__main__":
    main()
