"""Rows explained per CPU second: ours, LightGBM's ``pred_contrib`` and shap's TreeExplainer, side by side in one run.

Three bags on an invented table of 120 columns, ten of them categories, with missing values (NaN; in every third
booster zeros as well): a large one, one as large as production's, and that again for a single row. The contestants
explain the same rows in turns, so that a busy machine slows them alike; the ratio is the median over turns, and no
speed is printed unless all values are equal. Last, what a fresh process waits before its first row: with numba's
cache cold, and warm.
"""

import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from subprocess import check_output
from time import process_time
from typing import Any

import lightgbm as lgb
import numpy as np
import shap

from churnml.learn.arrays import FloatArray
from churnml.learn.models.lightgbm.tree_shap import Forest

COLUMNS, CATEGORIES, SEED = 120, 10, 3
BAGS = {  # boosters, trees, leaves, rows, turns
    "10 x 200 trees, 31 leaves": (10, 200, 31, 10_000, 5),
    "10 x 60 trees, 8 leaves": (10, 60, 8, 2_178, 5),
    "the same, one row": (10, 60, 8, 1, 50),
}
FIRST = """
import sys; from pathlib import Path; from time import process_time
import lightgbm, numpy as np, scipy.optimize, churnml.learn.models.lightgbm.bag
begin = process_time()
from churnml.learn.models.lightgbm.tree_shap import Forest
texts = [path.read_text() for path in sorted(Path(sys.argv[1]).glob("*.txt"))]
Forest.read(texts).contributions(np.zeros((1, 120)))
print(process_time() - begin)
"""


def table(rows: int) -> FloatArray:
    """Ten categories, then counts and numbers, a third of the columns with missing values."""
    rng = np.random.default_rng(SEED)
    matrix = rng.normal(size=(rows, COLUMNS))
    matrix[:, :CATEGORIES] = rng.integers(0, 40, (rows, CATEGORIES))
    matrix[:, 10:40] = rng.poisson(2.0, (rows, 30))
    matrix[:, 5:45][rng.random((rows, 40)) < 0.15] = np.nan
    return matrix


def bag(matrix: FloatArray, boosters: int, trees: int, leaves: int) -> list[lgb.Booster]:
    """Boosters fitted to an outcome that many columns bear on; every third takes zeros as missing."""
    rng = np.random.default_rng(SEED + 1)
    known = np.nan_to_num(matrix)
    signal = known[:, 40:60].sum(axis=1) + 2 * np.sin(known[:, 0]) + known[:, 12] * known[:, 50]
    y_true = (signal + rng.normal(size=len(matrix)) * 4 > 3).astype(float)
    fixed = {
        "objective": "binary", "num_leaves": leaves, "learning_rate": 0.05, "feature_fraction": 0.3, "bagging_freq": 1,
        "bagging_fraction": 0.8, "num_threads": 1, "verbosity": -1,
    }  # fmt: skip
    made = []
    for number in range(boosters):
        own = fixed | {"seed": number, "zero_as_missing": number % 3 == 0}
        data = lgb.Dataset(matrix, y_true, categorical_feature=list(range(CATEGORIES)), params=own)
        made.append(lgb.train(own, data, trees))
    return made


def turns(
    contestants: dict[str, Callable[[FloatArray], FloatArray]], parts: list[FloatArray]
) -> dict[str, list[float]]:
    """Rows per CPU second of each contestant in each turn; AssertionError where their values differ."""
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    worst = 0.0
    for part in parts:
        values = {}
        for name, explain in contestants.items():
            begin = process_time()
            values[name] = explain(part)
            speeds[name].append(len(part) / (process_time() - begin))
        ours = values["ours"]
        worst = max(worst, *(float(np.abs(ours[:, : v.shape[1]] - v).max()) for v in values.values()))
    assert worst < 1e-9, f"values differ by {worst}"
    print(f"  equal values: largest difference {worst:.1e} on {sum(map(len, parts)):,} rows")
    return speeds


def compare(made: list[lgb.Booster], parts: list[FloatArray]) -> None:
    """Prints speeds and ratios for one bag."""
    forest = Forest.read([booster.model_to_string() for booster in made])
    assert forest is not None
    forest.contributions(parts[0][:1])  # compiled, or fetched from numba's cache, before the clock runs
    explainers: list[Any] = [shap.TreeExplainer(booster) for booster in made]
    speeds = turns({
        "ours": forest.contributions,
        "pred_contrib": lambda x: np.mean([b.predict(x, pred_contrib=True, num_threads=1) for b in made], axis=0),
        "shap.TreeExplainer": lambda x: np.mean([e.shap_values(x) for e in explainers], axis=0),
    }, parts)  # fmt: skip
    ours = speeds.pop("ours")
    print(f"  ours                {np.median(ours):>10,.0f} rows per CPU second")
    for name, speed in speeds.items():
        ratios = np.divide(ours, speed)
        print(f"  {name:<20}{np.median(speed):>10,.0f} rows per CPU second; ours is {np.median(ratios):.1f} times as fast "
              f"({ratios.min():.1f} to {ratios.max():.1f} over {len(ratios)} turns)")  # fmt: skip


def wait_for_first_row(made: list[lgb.Booster]) -> None:
    """Prints the CPU seconds from nothing of ours loaded to one row explained, in fresh processes."""
    with tempfile.TemporaryDirectory() as folder:
        for number, booster in enumerate(made):
            (Path(folder) / f"{number:02d}.txt").write_text(booster.model_to_string())
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        command = [sys.executable, "-c", FIRST, folder]
        cold, warm = (float(check_output(command, env=environment)) for _ in "12")  # noqa: S603
    begin = process_time()
    for booster in made:
        booster.predict(np.zeros((1, COLUMNS)), pred_contrib=True, num_threads=1)
    print(f"first row of a fresh process, beyond what a bag loads anyway: {cold:.1f} CPU seconds with a cold cache, "
          f"{warm:.1f} with a warm one; pred_contrib {process_time() - begin:.3f}")  # fmt: skip


def main() -> None:
    """Prints the comparison for each bag."""
    warnings.filterwarnings("ignore", "LightGBM binary classifier with TreeExplainer")
    bags: dict[tuple[int, int, int], list[lgb.Booster]] = {}
    matrix = table(12_000)
    for name, (boosters, trees, leaves, rows, count) in BAGS.items():
        key = (boosters, trees, leaves)
        bags[key] = bags.get(key) or bag(matrix, *key)
        print(f"{name}, {COLUMNS} columns")
        parts = [matrix[:1]] * count if rows == 1 else np.array_split(matrix[:rows], count)
        compare(bags[key], parts)
    wait_for_first_row(bags[key])


if __name__ == "__main__":
    main()
