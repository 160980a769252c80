"""Which book, how its files are read, and the sample book."""

from datetime import date

from churnml.params.section import Positive, Section, Share


class Book(Section):
    """Which book is in use and where its raw folder lies."""

    name: str
    raw: str


class Sample(Section):
    """The truth-known sample book: how large, how long, how dirty."""

    seed: int
    accounts: Positive
    first_day: date
    last_day: date
    dirty_share: Share


class Ingest(Section):
    """How many rows of a table may be quarantined before the run stops, and what still counts as a stray row."""

    default_limit: Share
    stray_share: Share
    stray_days: Positive
    limits: dict[str, Share] = {}
