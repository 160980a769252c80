"""The card of one outcome, in the order in which it is read."""

from typing import Any

import pandas as pd

from churnml.evidence.card.blocks import Block, Card, Cell, Grid, Section, Text
from churnml.evidence.card.concepts import concepts
from churnml.evidence.card.data import data, definitions
from churnml.evidence.card.limits import limits
from churnml.evidence.card.metric_names import cell, figure
from churnml.evidence.card.quality import calibration, gain, quality
from churnml.evidence.card.segments import by_segment
from churnml.evidence.card.source import Source
from churnml.evidence.card.verdict import headline, says, says_not, subtitle, tiles
from churnml.evidence.charts.backtest_charts import title_of
from churnml.results.stored import leaves
from churnml.text.number_format import points, written

MOST = 40
"""Figures that fit the card."""


def compose(source: Source) -> Card:
    """Verdict first, then what it rests on, what it does not reach, and how to get it again."""
    return Card(
        title=f"Model card: {source.outcome}", subtitle=subtitle(source),
        grade=source.verdict.grade if source.verdict.is_proven else None, verdict=headline(source), says=says(source),
        says_not=says_not(source), tiles=tiles(source),
        sections=[*_measured(source), limits(source), definitions(source), reproduce(source)],
    )  # fmt: skip


def _measured(source: Source) -> list[Section]:
    if not source.judged.figures:
        return [data(source)]
    sections = [
        data(source), folds(source), quality(source), model_selection(source), calibration(source), gain(source), concepts(source),
        *by_segment(source), *tuned(source),
    ]  # fmt: skip
    return [section for section in sections if section]


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


def model_selection(source: Source) -> Section | None:
    """The reason in a sentence and each candidate's regret; None where nothing was chosen."""
    why, regret = source.measured.choice.why, source.measured.choice.regret
    if not why or not regret:
        return None
    text = (
        f"{why[0].upper()}{why[1:]}. A candidate's regret in a fold is its log loss there less the least of any candidate; of those "
        "whose loss chance cannot tell from the best one's, the simplest is taken."
    )
    rows = [
        [
            Cell(title_of(name)),
            _loss(row.log_loss),
            _loss(row.mean),
            cell("log_loss", row.worse),
            Cell(f"{points(row.arr_captured)} points"),
        ]
        for name, row in regret.items()
    ]
    heading = (
        "Candidate", "Log loss", "Mean regret", "Worse than the best by", f"{'ARR caught' if source.tables.is_priced else 'Caught'}, beside the most",
    )  # fmt: skip
    blocks: list[Block] = [Text(text), Grid("Candidates, the simplest first", heading, rows)]
    return Section("How the model was chosen", blocks)


def _loss(value: float) -> Cell:
    return Cell(written(value, "{:.4f}".format))


def reproduce(source: Source) -> Section:
    """Commands in words, and the seeds and digests that must agree."""
    text = (
        "The run of this card in MLflow carries the tags git_revision and dvc_revision. Check out that commit, fetch the data "
        "(dvc pull, or the raw folder) and run dvc repro card: the same inputs give the same bytes."
    )
    train, evaluate = source.settings.train, source.settings.evaluate
    rows = [
        (
            "Seed of training, of the intervals, of the drawing",
            f"{train.seed}, {evaluate.seed}, {source.settings.card.seed}",
        ),
        ("Resamples of accounts", f"{evaluate.n_bootstraps:,}"),
        ("Capacity", f"{evaluate.capacity_share:.0%} of the book"),
    ]
    if source.bundle is not None:
        rows += [
            ("Columns the model sees", f"{len(source.bundle.columns)}"),
            ("Digest of their definitions", source.bundle.fingerprint[:16]),
        ]
    return Section(
        "Reproduce", [Text(text), Grid("What must agree", ("", ""), [[Cell(a), Cell(b)] for a, b in rows])]
    )


def tuned(source: Source) -> list[Section]:
    """One section where settings were tried; else nothing."""
    rows = [[Cell(_words(path)), _cell(path, leaf)] for path, leaf in leaves(source.measured.tuned or {})]
    return [Section("Tuned", [Grid("Tuned", ("Figure", "Value"), rows[:MOST])])] if rows else []


def _cell(path: str, leaf: Any) -> Cell:
    if isinstance(leaf, bool) or not isinstance(leaf, int | float):
        return Cell({True: "yes", False: "no", None: "–"}.get(leaf, title_of(str(leaf))))
    return Cell(f"{leaf:,}" if isinstance(leaf, int) else figure(path.rsplit(".", 1)[-1], leaf))


def _words(path: str) -> str:
    return " · ".join(word.replace("_", " ") for word in path.split("."))
