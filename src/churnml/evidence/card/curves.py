"""The card's pictures as data, one CSV a kind with all outcomes, for ``dvc plots diff`` to lay two runs over each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from churnml.evidence.card.concepts import weights
from churnml.evidence.card.pictures.gain import curves as gain_curves
from churnml.evidence.card.source import Source
from churnml.evidence.charts.backtest_charts import reliability
from churnml.learn.metrics.bootstrap import over_folds, roc_auc

Row = dict[str, Any]
DIGITS = 6
CALLED = np.linspace(0, 1, 51)


def write_curves(sources: Sequence[Source], folder: Path) -> None:
    """Writes ``<kind>.csv`` for each kind of picture; a kind of which nothing is known has a heading and no row."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (columns, rows) in KINDS.items():
        records = [
            {"outcome": source.outcome, **row}
            for source in sources
            if source.judged.figures
            for row in rows(source)
        ]
        frame = pd.DataFrame(records, columns=["outcome", *columns]).round(DIGITS)
        frame.to_csv(folder / f"{kind}.csv", index=False, lineterminator="\n")


def _calibration(source: Source) -> Iterator[Row]:
    rows = source.predictions
    bins = reliability(rows[f"probability_{source.verdict.model}"], rows["is_outcome"])
    for predicted, observed, low, high in zip(*bins, strict=True):
        yield {"predicted": predicted, "observed": observed, "low": low, "high": high}


def _gain(source: Source) -> Iterator[Row]:
    found_by = gain_curves(source.predictions, str(source.verdict.model), CALLED)
    for called, accounts, arr in zip(CALLED, found_by["accounts"], found_by["ARR"], strict=True):
        yield {"called": called, "accounts": accounts, "arr": arr}


def _by_lead(source: Source) -> Iterator[Row]:
    for days, part in source.judged.parts.get("by_lead_days", {}).items():
        yield {
            "lead_days": int(float(days)),
            "roc_auc": part.roc_auc.value,
            "low": part.roc_auc.low,
            "high": part.roc_auc.high,
        }


def _by_fold(source: Source) -> Iterator[Row]:
    for cutoff, fold in source.predictions.groupby("cutoff", sort=True):
        probability = fold[f"probability_{source.verdict.model}"].to_numpy(dtype=float)
        y_true = fold["is_outcome"].to_numpy(dtype=float)
        alone = np.zeros(len(fold), dtype=int)
        value = over_folds(roc_auc, alone, probability, y_true, np.ones((len(fold), 1)))[0]
        yield {
            "cutoff": str(pd.Timestamp(str(cutoff)).date()),
            "roc_auc": value,
            "rows": len(fold),
            "outcomes": int(y_true.sum()),
        }


def _concepts(source: Source) -> Iterator[Row]:
    if source.scores is not None and source.bundle is not None:
        for weight in weights(source.scores, source.bundle.features, source.outcome):
            yield {"concept": weight.concept, "share": weight.share}


KINDS: Mapping[str, tuple[tuple[str, ...], Callable[[Source], Iterator[Row]]]] = {
    "calibration": (("predicted", "observed", "low", "high"), _calibration),
    "gain": (("called", "accounts", "arr"), _gain),
    "by_lead": (("lead_days", "roc_auc", "low", "high"), _by_lead),
    "by_fold": (("cutoff", "roc_auc", "rows", "outcomes"), _by_fold),
    "concepts": (("concept", "share"), _concepts),
}
"""Each kind's columns after ``outcome``, and its rows."""
