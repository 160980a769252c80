"""The task handed to churnml itself."""

from pathlib import Path

import pandas as pd

from benchmarks.task import MEASURES, RECENCY, WINDOWS, YEAR


def build_features(book: Path, snapshots: pd.DataFrame) -> pd.DataFrame:
    """The task's columns from ``churnml.features.build``, declared as any feature is."""
    from churnml.data.tables import Tables
    from churnml.features.build import build
    from churnml.features.spec import Feature

    features = [
        Feature(
            name=measure,
            measure=measure,
            source="usage",
            concept="benchmark",
            unit=unit,
            no_rows=0.0,
            window=window,
            phrase="",
        )
        for measure, unit in MEASURES.items()
        for window in WINDOWS
    ]
    recency = RECENCY.removesuffix(f"_{YEAR.label}")
    features.append(
        Feature(
            name=recency,
            measure="recency_days",
            source="usage",
            concept="benchmark",
            unit="days",
            no_rows=float(YEAR.days),
            window=YEAR,
            phrase="",
        )
    )
    return build(Tables(book), snapshots, features)


def refresh(book: Path, store: Path) -> None:
    """Brings the kept aggregates by account and day up to date with the book; from an empty folder that is a rebuild."""
    from churnml.data.tables import Tables
    from churnml.features.window_aggregation.store import update

    update(Tables(book), store)
