"""The card of one outcome, in the order in which it is read."""

from churnml.evidence.card.blocks import Card, Section
from churnml.evidence.card.concepts import concepts
from churnml.evidence.card.data import data, definitions
from churnml.evidence.card.folds import folds
from churnml.evidence.card.limits import limits
from churnml.evidence.card.model_choice import model_selection
from churnml.evidence.card.quality import calibration, gain, quality
from churnml.evidence.card.reproduce import reproduce
from churnml.evidence.card.segments import by_segment
from churnml.evidence.card.source import Source
from churnml.evidence.card.tuned_settings import tuned
from churnml.evidence.card.verdict import headline, says, says_not, subtitle, tiles


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
