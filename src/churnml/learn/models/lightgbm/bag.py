"""A bag of LightGBM boosters, each on its own draw of accounts; log-odds and reasons are mean log-odds.

Stored as LightGBM's own text without the tail that names the run's parameters, so that threads cannot move a
byte.
"""

import json
import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from churnml.learn.arrays import BoolArray, FloatArray
from churnml.learn.models.base import Training, direction
from churnml.learn.models.encoder import Encoder
from churnml.params.health import Health
from churnml.params.train import Train

if TYPE_CHECKING:
    from lightgbm import Booster
    from lightgbm import Dataset as Binned

    from churnml.learn.models.lightgbm.tree_shap import Forest


@dataclass(frozen=True)
class LightGBMBag:
    """The boosters as text, and the encoder they share."""

    encoder: Encoder
    texts: tuple[str, ...]
    held_out: FloatArray | None = None

    @classmethod
    def fit(cls, training: Training, settings: Train, health: Health, outcome: str) -> Self:
        """One booster a draw of accounts, held to the features' directions; the accounts it left are held out."""
        encoder, matrix, y_true = training.encoder, training.matrix, training.y_true
        fixed = _parameters(settings) | {
            "monotone_constraints": [direction(feature, outcome) for feature in training.features]
        }
        bins = _bins(training, settings)
        draws = account_draws(training.accounts, settings)

        def boost(number: int) -> tuple[str, FloatArray]:
            own = fixed | {"seed": settings.seed + number}
            part = bins.subset(np.flatnonzero(draws[number]).tolist()).construct()
            part.set_label(y_true[draws[number]])
            booster = _lightgbm().train(own, part, num_boost_round=settings.lightgbm.n_estimators)
            unseen = np.full(len(matrix), np.nan)
            unseen[~draws[number]] = _raw(booster, matrix[~draws[number]])
            return _portable(booster.model_to_string()), unseen

        with ThreadPoolExecutor(settings.n_jobs) as pool:
            texts, log_odds_by_model = zip(*pool.map(boost, range(settings.lightgbm.n_boosters)), strict=True)
        return cls(encoder, texts, mean_of_known(np.vstack(log_odds_by_model)))

    @cached_property
    def boosters(self) -> "list[Booster]":
        """The boosters, parsed; needed only for texts of an unknown form, since LightGBM takes long to import."""
        return [_lightgbm().Booster(model_str=text) for text in self.texts]

    @cached_property
    def members(self) -> "tuple[LightGBMBag, ...]":
        """Each booster as a model of its own."""
        return tuple(LightGBMBag(self.encoder, (text,)) for text in self.texts)

    @cached_property
    def forest(self) -> "Forest | None":
        """The boosters' trees, read for predictions and SHAP values; None where their text has a form not known here."""
        from churnml.learn.models.lightgbm.tree_shap import Forest

        return Forest.read(self.texts)

    @cached_property
    def base(self) -> float:
        """The mean of the boosters' expected log-odds."""
        if self.forest is not None:
            return self.forest.base
        nothing = np.full((1, len(self.encoder.columns)), np.nan)
        return float(self.attributions(nothing)[0, -1])

    def log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """Mean log-odds over the boosters."""
        return np.asarray(np.mean(self.each_log_odds(rows), axis=0))

    def each_log_odds(self, rows: pd.DataFrame) -> FloatArray:
        """Each booster's log-odds, ``[booster, row]``."""
        matrix = self.encoder.matrix(rows)
        if self.forest is not None:
            return self.forest.log_odds(matrix)
        return np.array([_raw(booster, matrix) for booster in self.boosters])

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Mean SHAP values over the boosters: exact for the bag, because it averages log-odds."""
        values = self.attributions(self.encoder.matrix(rows))[:, :-1]
        return pd.DataFrame(values, columns=list(self.encoder.columns), index=rows.index)

    def each(self, rows: pd.DataFrame) -> Iterator[FloatArray]:
        """Each booster's SHAP values, one booster after the other; the rows are encoded once."""
        matrix = self.encoder.matrix(rows)
        if self.forest is not None:
            yield from self.forest.each(matrix)
            return
        for member in self.members:
            yield member.attributions(matrix)[:, :-1]

    def attributions(self, matrix: FloatArray) -> FloatArray:
        """Mean SHAP values over the boosters, the base last; of trees of an unknown form, as LightGBM says them."""
        if not len(matrix):
            return np.empty((0, matrix.shape[1] + 1))
        if self.forest is not None:
            return self.forest.contributions(matrix)
        parts = [np.asarray(b.predict(matrix, pred_contrib=True, num_threads=1)) for b in self.boosters]
        return np.asarray(np.mean(parts, axis=0))

    def save(self, folder: Path) -> None:
        """One text file a booster, and the encoder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "encoder.json").write_text(
            json.dumps(asdict(self.encoder), indent=1) + "\n", encoding="utf-8"
        )
        for number, text in enumerate(self.texts):
            (folder / f"booster_{number:02d}.txt").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The bag that ``save`` wrote; LightGBM aborts on a truncated text: check digests first."""
        stored = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        categories = {column: tuple(known) for column, known in stored["categories"].items()}
        texts = tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("booster_*.txt")))
        return cls(Encoder(tuple(stored["columns"]), categories), texts)


def _lightgbm() -> ModuleType:
    """LightGBM, imported late (it is slow) and told not to spin while it waits for other processes."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import lightgbm

    return lightgbm


def _parameters(settings: Train) -> dict[str, Any]:
    """One thread a booster: the boosters run beside each other, which scales better and reorders no sum."""
    chosen = settings.lightgbm
    return {
        "objective": "binary",
        "num_leaves": chosen.num_leaves,
        "learning_rate": chosen.learning_rate,
        "max_bin": chosen.max_bin,
        "min_data_in_leaf": chosen.min_child_samples,
        "feature_fraction": chosen.colsample_bytree,
        "lambda_l2": chosen.reg_lambda,
        "deterministic": True,
        "force_col_wise": True,  # a third faster than by rows where a tree sees few of the columns
        "enable_bundle": False,  # nor do sparse or bundled columns pay off: the same trees take a sixth longer
        "is_enable_sparse": False,
        "num_threads": 1,
        "verbosity": -1,
    }


def _bins(training: Training, settings: Train) -> "Binned":
    """The rows as LightGBM bins them, for any outcome: whoever takes a subset sets its labels."""
    parameters = _parameters(settings)
    chosen = settings.lightgbm
    categories = [position for position, feature in enumerate(training.features) if feature.is_category]

    def bin_rows() -> "Binned":
        binned: Binned = _lightgbm().Dataset(
            training.matrix, np.zeros(len(training.matrix)), feature_name=list(training.encoder.columns),
            categorical_feature=categories, params=parameters,
        ).construct()  # fmt: skip
        return binned

    return training.memo(("bins", chosen.max_bin, chosen.min_child_samples), bin_rows)


def account_draws(accounts: NDArray[np.object_], settings: Train) -> list[BoolArray]:
    """For each booster, which rows belong to the accounts it drew (without replacement)."""
    rng = np.random.default_rng(settings.seed)
    names, codes = np.unique(accounts.astype(str), return_inverse=True)
    size = math.ceil(settings.lightgbm.subsample * len(names))
    return [np.isin(codes, rng.permutation(len(names))[:size]) for _ in range(settings.lightgbm.n_boosters)]


def _raw(booster: "Booster", matrix: FloatArray) -> FloatArray:
    if not len(matrix):
        return np.empty(0)
    return np.asarray(booster.predict(matrix, raw_score=True, num_threads=1))


def _portable(text: str) -> str:
    """The model without its run parameters, which name threads and move with them."""
    return text.partition("\nparameters:")[0] + "\npandas_categorical:null\n"


def mean_of_known(log_odds_by_model: FloatArray) -> FloatArray:
    """The mean of each column's known values, NaN where there is none."""
    count = np.isfinite(log_odds_by_model).sum(axis=0)
    return np.where(count > 0, np.nansum(log_odds_by_model, axis=0) / np.maximum(count, 1), np.nan)
