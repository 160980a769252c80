"""How the past was cut: what each fold learned from and what it was asked."""

import pandas as pd

from churnml.evidence.card.blocks import Block, Cell, Grid, Section, Text
from churnml.evidence.card.metric_names import cell
from churnml.evidence.card.source import Source


def folds(source: Source) -> Section:
    """One line a fold; its own ROC-AUC where the metrics hold it."""
    judged = set(source.measured.counts.folds)
    by_fold = source.judged.parts.get("by_fold", {})
    heading = [
        "Cutoff", "Predicts until", "Learned from", "Set aside", "Predicted", f"of which {source.outcome}",
    ]  # fmt: skip
    y_true = _with_outcome(source.predictions)
    rows = []
    for span in source.past.spans:
        day = str(span.cutoff)
        if judged and day not in judged:
            continue
        row = [
            day, str(span.test_end), f"{span.learned:,}", f"{span.set_aside:,}", f"{span.predicted:,}", y_true.get(day, "–"),
        ]  # fmt: skip
        cells = [Cell(text) for text in row]
        rows.append(
            [*cells, cell("roc_auc", by_fold[day].roc_auc if day in by_fold else None)] if by_fold else cells
        )
    text = (
        "Rolling origin: at each cutoff everything later is hidden, models are fitted and calibrated anew on renewals whose outcome was "
        "known on that day, and the looks of the following months are predicted. Looks shortly before a cutoff are set aside (the "
        "embargo), because on that day nobody knew how they would end. An account may be looked at several times; intervals come from "
        "drawing accounts, so its looks stay together."
    )  # fmt: skip
    blocks: list[Block] = [Text(text)]
    if rows:
        blocks.append(Grid("Folds, in snapshots", [*heading, "ROC-AUC"] if by_fold else heading, rows))
    return Section("Folds", blocks)


def _with_outcome(predictions: pd.DataFrame) -> dict[str, str]:
    if predictions.empty:
        return {}
    counts = predictions.groupby("cutoff")["is_outcome"].sum()
    return {str(pd.Timestamp(day).date()): f"{int(n):,}" for day, n in counts.items()}  # type: ignore[arg-type]
