"""How good the predictions are: beside simpler ways, as probabilities, and as a list to call by."""

from collections.abc import Callable, Mapping

import numpy as np

from churnml.evidence.card.blocks import Block, Cell, Grid, Items, Pair, Picture, Section, Text
from churnml.evidence.card.metric_names import METRICS, cell, figure, measured, metric
from churnml.evidence.card.pictures.gain import curves, gain_picture
from churnml.evidence.card.pictures.reliability import reliability_picture
from churnml.evidence.card.pictures.whiskers import Dot, Panel, whiskers
from churnml.evidence.card.source import Source
from churnml.evidence.charts.backtest_charts import reliability, title_of
from churnml.results.interval import Interval
from churnml.results.metrics import MARGIN, Expected, ModelMetrics
from churnml.text.number_format import money, percent, points, span
from churnml.text.outcome_words import outcome_words

DRAWN = {"roc_auc": 0.5, "arr_captured_at_capacity": None}
"""Metrics drawn with whiskers, and the value of a coin."""

BASELINES_DRAWN = ("rules", "base_rate")
LEADS = ("roc_auc", "arr_captured_at_capacity", "brier")
"""Headline metrics whose paired differences are shown."""


def quality(source: Source) -> Section:
    """The judged model beside every rival."""
    models = {str(source.verdict.model): source.judged, **source.measured.models}
    is_priced = source.tables.is_priced
    keys = list(dict.fromkeys(key for each in models.values() for key in measured(each.figures)))
    blocks: list[Block] = [
        Text(
            f"The judged model stands first; the others are what it must beat. Intervals: {source.confidence}, over accounts."
        ),
        *_picture(source, models),
        *_differences(source),
        *_grids(models, keys, is_priced),
        Items(
            [
                f"{metric(key, is_priced).name}: {metric(key, is_priced).meaning}."
                for key in keys
                if key in METRICS and METRICS[key].meaning
            ]
        ),
    ]
    return Section("Beside simpler ways", blocks)


def _grids(models: Mapping[str, ModelMetrics], keys: list[str], is_priced: bool) -> list[Grid]:
    grids = []
    for kind in dict.fromkeys(metric(key).kind for key in keys):
        ours = [key for key in keys if metric(key).kind == kind]
        rows = [
            [Cell(title_of(name)), *(cell(key, each.figures.get(key)) for key in ours)]
            for name, each in models.items()
        ]
        grids.append(
            Grid(
                f"{kind}: every model, out of fold",
                ["Model", *(metric(key, is_priced).name for key in ours)],
                rows,
            )
        )
    return grids


def _picture(source: Source, models: Mapping[str, ModelMetrics]) -> list[Block]:
    """Nothing where the backtest held no pair to compare and no ARR to catch."""
    panels = [
        Panel(
            metric(key, source.tables.is_priced).name + (f" by calling {source.settings.evaluate.capacity_share:.0%}" if key != "roc_auc" else ""),
            [Dot(title_of(name), found.value, found.low, found.high, not position)
             for position, (name, each) in enumerate(models.items())
             if (found := each.figures.get(key)) is not None and found.value is not None],
            mark, is_share=key != "roc_auc", style=metric(key).style,
        )
        for key, mark in DRAWN.items()
    ]  # fmt: skip
    aucs = "; ".join(
        f"{title_of(name)} {cell('roc_auc', each.figures.get('roc_auc')).line}"
        for name, each in models.items()
    )
    drawn = [panel for panel in panels if panel.dots]
    if not drawn:
        return []
    picture = Picture(
        "rivals", whiskers(drawn), f"Dots with intervals. ROC-AUC: {aucs}.",
        "The judged model (bold) beside its rivals. Overlapping whiskers do not settle which of two is better: the paired differences do.",
    )  # fmt: skip
    return [picture]


def _differences(source: Source) -> list[Grid]:
    leads = source.measured.differences.get(str(source.verdict.model), {})
    paired = {
        name: {**_paired(source, name), "roc_auc": lead}
        for name, lead in leads.items()
        if lead.value is not None
    }
    if not paired:
        return []
    keys = [key for key in LEADS if any(key in lead for lead in paired.values())]
    rows = [
        [Cell(title_of(name)), *(_lead(key, lead.get(key)) for key in keys)] for name, lead in paired.items()
    ]
    heading = ["Minus", *(metric(key, source.tables.is_priced).name for key in keys)]
    return [
        Grid(
            "The judged model minus each rival, in the same draws of accounts (of Brier, below zero is better)",
            heading,
            rows,
        )
    ]


def _paired(source: Source, contender: str) -> Mapping[str, Interval]:
    """The judged model's metrics less a rival's; each pair is kept once, so that its sign may have to be turned."""
    table, judged = source.measured.paired, str(source.verdict.model)
    if contender in table.get(judged, {}):
        return table[judged][contender]
    return {key: -difference for key, difference in table.get(contender, {}).get(judged, {}).items()}


def _lead(key: str, difference: Interval | None) -> Cell:
    """A difference with its sign; shares in points of a hundred."""
    if difference is None or difference.value is None:
        return Cell("–")
    value, low, high = difference.value, difference.low, difference.high
    if "%" in metric(key).style:
        return Cell(f"{points(value)} points", span(low, high, points))
    write = ("{:+.4f}" if key == "brier" else "{:+.3f}").format
    return Cell(write(value), span(low, high, write))


def calibration(source: Source) -> Section:
    """Whether 20 % means 20 %."""
    rows = source.predictions
    predicted, seen, low, high = reliability(rows[f"probability_{source.verdict.model}"], rows["is_outcome"])
    table = [
        [Cell(f"{s:.1%}"), Cell(percent(v), span(a, b, percent))]
        for s, v, a, b in zip(predicted, seen, low, high, strict=True)
    ]
    worst = max(zip(predicted, seen, strict=True), key=lambda pair: abs(pair[0] - pair[1]))
    picture = Picture(
        "calibration", reliability_picture(rows[f"probability_{source.verdict.model}"], rows["is_outcome"], source.outcome),
        f"Predicted against observed share in {len(seen)} bins. The bin farthest off predicts {worst[0]:.1%} and saw {worst[1]:.1%}.",
        "Each dot is a tenth of the predicted snapshots; on the dashed line, what was said is what was seen. Whiskers are 90 % Wilson "
        "intervals as if snapshots were independent, so they are somewhat too short. Below: how often each probability is said.",
    )  # fmt: skip
    slope = cell("calibration_slope", source.judged.figures.get("calibration_slope"))
    text = f"Calibration slope {slope.line}: at 1 a stated 20 % comes true in 20 of 100 cases."
    error, floor = source.judged.figures.get("ece"), source.judged.ece_floor
    if error:
        text += f" Expected calibration error (ECE) {cell('ece', error).line}"
        text += (
            f"; predictions that were right would show {figure('ece', floor.value)} by chance alone."
            if floor and floor.value
            else "."
        )
    return Section(
        "Does 20 % mean 20 %?",
        [
            Text(text),
            Pair(picture, Grid("The dots in figures", ["Predicted", "Observed"], table)),
            *_expected(source),
        ],
    )


def _expected(source: Source) -> list[Block]:
    """How many the chances expected beside how many came, over all folds and in each."""
    chances = source.measured.chances
    if chances is None:
        return []
    did, is_priced = outcome_words(source.outcome).did, source.tables.is_priced
    named: list[tuple[str, Expected, Callable[[float], str]]] = [
        ("All folds, renewals", chances.accounts, "{:,.0f}".format)
    ]
    named += [("All folds, ARR", chances.dollars, money)] if is_priced else []
    named += [(f"Fold of {day}, renewals", fold, "{:,.0f}".format) for day, fold in chances.by_fold.items()]
    rows = [
        [Cell(name), Cell(write(each.said or 0.0)), Cell(write(each.came or 0.0)), _times(each.ratio)]
        for name, each, write in named
    ]
    heading = ["Over", "Expected", did.capitalize(), "Expected / came"]
    note = (
        f"A renewal counts once. A verdict loses a letter where an interval, widened for the number of these figures, lies wholly "
        f"outside {1 / MARGIN:.2f} to {MARGIN:.2f}."
    )
    return [Grid("How many the chances expected, out of fold", heading, rows), Text(note)]


def _times(ratio: Interval) -> Cell:
    return (
        Cell("–")
        if ratio.value is None
        else Cell(f"{ratio.value:.2f}", span(ratio.low, ratio.high, "{:.2f}".format))
    )


def gain(source: Source) -> Section:
    """What a short list reaches."""
    rows, capacity = source.predictions, source.settings.evaluate.capacity_share
    names = [name for name in (str(source.verdict.model), *BASELINES_DRAWN) if f"probability_{name}" in rows]
    names = list(dict.fromkeys(names))
    words, is_priced = outcome_words(source.outcome), source.tables.is_priced
    picture = Picture(
        "gain", gain_picture(rows, names, capacity, is_priced),
        f"{'Two curves' if is_priced else 'A curve'} of the share of {words.many}{' and of their ARR' if is_priced else ''} found by the share of the "
        "book called. " + "; ".join(_at(source, name, capacity) for name in names),
        ("Left: ranked by probability. Right: ranked by probability × ARR. " if is_priced else "Ranked by probability. ") + "Accounts are ranked within their fold, as the team would "
        "have met them; the upright line is the team's capacity, the dashed one a random order.",
    )  # fmt: skip
    shares = [capacity / 2, capacity, 2 * capacity, 3 * capacity]
    table = []
    for share in shares:
        count, arr = (curve[0] for curve in curves(rows, names[0], np.array([share])).values())
        table.append(
            [
                Cell(f"{share:.0%}"),
                Cell(f"{count:.0%}", f"lift {count / share:.1f}×"),
                Cell(f"{arr:.0%}", f"lift {arr / share:.1f}×"),
            ]
        )
    columns = 3 if is_priced else 2
    heading = ["Book called", f"of {words.many}", f"of {words.arr}"][:columns]
    table = [row[:columns] for row in table]
    return Section(
        "What a short list reaches", [Pair(picture, Grid("Found by the judged model", heading, table))]
    )


def _at(source: Source, name: str, capacity: float) -> str:
    count, arr = (curve[0] for curve in curves(source.predictions, name, np.array([capacity])).values())
    return (
        f"{title_of(name)}: calling {capacity:.0%} finds {figure('arr_captured_at_capacity', count)} of accounts"
        + (f" and {arr:.0%} of ARR" if source.tables.is_priced else "")
    )
