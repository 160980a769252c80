"""Survival beside published figures: ``python -m benchmarks.survival --shared FOLDER``.

FOLDER holds ``pysurvival_churn`` and ``smcrm``. Each set is split in two halves five times; the ridge is chosen inside the half that is
fitted, by two more halves of it. The integrated Brier score runs to the time by which 95 % were no longer followed.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from churnml.learn.lifetime.survival_backtest import integrated_brier
from churnml.learn.models.survival.cox import Lives, concordance, fit_cox

RIDGES = (0.003, 0.01, 0.03, 0.1, 0.3)
REPEATS, POINTS = 5, 50


@dataclass(frozen=True)
class Public:
    """One public set: its file, and what its columns are; ``stayed`` is the value that says still a customer."""

    name: str
    file: str
    time: str
    event: str
    stayed: int
    published: str
    ids: tuple[str, ...] = ()

    def read(self, shared: Path) -> tuple[pd.DataFrame, Lives]:
        """The covariates, categories one-hot, and the lives."""
        rows = pd.read_csv(shared / self.file)
        covariates = rows.drop(columns=[self.time, self.event, *self.ids])
        time, left = rows[self.time].to_numpy(float), rows[self.event].to_numpy() != self.stayed
        return pd.get_dummies(covariates, dtype=float), Lives(time, left, np.full(len(rows), "all", object))


SETS = (
    Public("pysurvival_churn", "pysurvival_churn/churn.csv", "months_active", "churned", 0,
           "forest 0.83 to 0.85, IBS 0.12 to 0.13; aim 0.868"),
    # censor = 1 says still a customer
    Public("smcrm", "smcrm/customerChurn.csv", "duration", "censor", 1, "Cox 0.880; aim 0.880", ids=("customer",)),
)  # fmt: skip


def cross_validated(
    covariates: pd.DataFrame, lives: Lives, repeats: int = REPEATS, seed: int = 0
) -> pd.DataFrame:
    """Concordance, integrated Brier score and ridge of each half predicted by the other, so many times two."""
    scores = []
    for repeat in range(repeats):
        for train, test in _halves(len(covariates), seed + repeat):
            ridge = _best_ridge(covariates, lives, train, seed + repeat)
            scores.append({**_judged(covariates, lives, train, test, ridge), "ridge": ridge})
    return pd.DataFrame(scores)


def _best_ridge(covariates: pd.DataFrame, lives: Lives, inside: np.ndarray, seed: int) -> float:
    """The ridge whose concordance is best when a half of these rows predicts the other."""
    halves = [(inside[a], inside[b]) for a, b in _halves(len(inside), seed)]
    mean = {
        ridge: np.mean([_judged(covariates, lives, a, b, ridge)["concordance"] for a, b in halves])
        for ridge in RIDGES
    }
    return max(mean, key=lambda ridge: np.nan_to_num(mean[ridge]))


def _judged(
    covariates: pd.DataFrame, lives: Lives, train: np.ndarray, test: np.ndarray, ridge: float
) -> dict[str, float]:
    """A Cox model of some rows on the others; NaN where it does not converge."""
    known = covariates.iloc[train]
    spread = known.std(ddof=0).replace(0.0, 1.0)
    seen, later = (((part - known.mean()) / spread).to_numpy() for part in (known, covariates.iloc[test]))
    fit = fit_cox(seen, _of(lives, train), ridge)
    if fit is None:
        return {"concordance": float("nan"), "brier": float("nan")}
    risk, rest = later @ fit[0], _of(lives, test)
    grid = np.linspace(0.0, float(np.quantile(rest.time, 0.95)), POINTS)
    hazard = fit[1]["all"].cumulative(grid, is_smooth=False)
    survival = np.exp(-hazard[None, :] * np.exp(risk)[:, None])
    return {
        "concordance": concordance(rest.time, risk, rest.has_left),
        "brier": integrated_brier(rest.time, rest.has_left, survival, grid),
    }


def _halves(rows: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    order = np.random.default_rng(seed).permutation(rows)
    one, other = order[: rows // 2], order[rows // 2 :]
    yield one, other
    yield other, one


def _of(lives: Lives, chosen: np.ndarray) -> Lives:
    return Lives(lives.time[chosen], lives.has_left[chosen], lives.strata[chosen])


def main() -> None:
    """Measures what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    shared = parser.parse_args().shared
    for each in SETS:
        scores = cross_validated(*each.read(shared))
        print(
            f"{each.name}: concordance {scores['concordance'].mean():.3f} (± {scores['concordance'].std():.3f}), "
            f"integrated Brier score {scores['brier'].mean():.3f}; {each.published}; ridges {sorted(set(scores['ridge']))}"
        )


if __name__ == "__main__":
    main()
