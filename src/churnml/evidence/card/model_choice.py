"""How the judged model was chosen among the candidates."""

from churnml.evidence.card.blocks import Block, Cell, Grid, Section, Text
from churnml.evidence.card.metric_names import cell
from churnml.evidence.card.source import Source
from churnml.evidence.charts.backtest_charts import title_of
from churnml.text.number_format import points, written


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
            _points(row.arr_captured),
        ]
        for name, row in regret.items()
    ]
    heading = (
        "Candidate", "Log loss", "Mean regret", "Worse than the best by", "ARR caught, beside the most",
    )  # fmt: skip
    blocks: list[Block] = [Text(text), Grid("Candidates, the simplest first", heading, rows)]
    return Section("How the model was chosen", blocks)


def _loss(value: float) -> Cell:
    return Cell(written(value, "{:.4f}".format))


def _points(value: float) -> Cell:
    return Cell(f"{points(value)} points")
