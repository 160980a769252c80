"""The card of one outcome, in the order in which it is read."""

from churnml.deliver.card.blocks import Card, Section
from churnml.deliver.card.book import data, definitions
from churnml.deliver.card.choice import choice
from churnml.deliver.card.concepts import concepts
from churnml.deliver.card.folds import folds
from churnml.deliver.card.limits import limits
from churnml.deliver.card.more import more
from churnml.deliver.card.parts import parts
from churnml.deliver.card.quality import calibration, gain, quality
from churnml.deliver.card.reproduce import reproduce
from churnml.deliver.card.source import Source
from churnml.deliver.card.verdict import headline, says, says_not, subtitle, tiles


def compose(source: Source) -> Card:
    """Verdict first, then what it rests on, what it does not reach, and how to get it again."""
    return Card(
        title=f"Model card: {source.outcome}",
        subtitle=subtitle(source),
        grade=source.verdict.grade if source.verdict.is_proven else None,
        verdict=headline(source),
        says=says(source),
        says_not=says_not(source),
        tiles=tiles(source),
        sections=[*_measured(source), limits(source), definitions(source), reproduce(source)],
    )


def _measured(source: Source) -> list[Section]:
    if not source.judged:
        return [data(source)]
    found = [
        data(source), folds(source), quality(source), choice(source), calibration(source), gain(source), concepts(source),
        *parts(source), *more(source),
    ]  # fmt: skip
    return [section for section in found if section]
