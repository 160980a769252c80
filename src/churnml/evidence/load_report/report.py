"""All that a check of a book's raw files found, as data; how it is shown is for others."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from churnml.data.book import BookSettings
from churnml.data.proposals import Proposal, propose
from churnml.data.tables import Tables, readable
from churnml.errors import ResultError
from churnml.evidence.load_report.decisions import Decisions, past_decisions
from churnml.evidence.load_report.delivery_changes import changes
from churnml.evidence.load_report.months import MonthFigures, month_figures
from churnml.features.catalog import missing
from churnml.ingest.checks import Check, RefusedBookError
from churnml.ingest.ingest import ingest_book
from churnml.params.root import Params
from churnml.results.delivery import DELIVERY, Delivery
from churnml.results.stored import read_json


@dataclass(frozen=True)
class LoadReport:
    """What was read and refused, and where the book is accepted, what it tells: ``refusal`` is None then.

    ``changes`` says what differs from the last accepted delivery, ``proposals`` which settings the book's own history suggests, and why;
    ``confidence`` is that of intervals.
    """

    book: str
    check: Check
    confidence: float
    refusal: RefusedBookError | None = None
    delivery: Delivery | None = None
    months: Sequence[MonthFigures] = ()
    decisions: Decisions | None = None
    changes: Sequence[str] = ()
    proposals: Sequence[Proposal] = ()

    @property
    def is_priced(self) -> bool:
        """Whether contracts give prices; without them nothing is told in dollars."""
        return "arr" in self.check.columns.get("contracts", ("arr",))


@dataclass(frozen=True)
class Places:
    """Where a book's raw files and mapping lie, where refused rows go, and where ingest leaves the profile of what it accepts."""

    raw: Path
    mapping: Path
    quarantine: Path
    delivery: Path


def load_report(places: Places, book: BookSettings, params: Params) -> LoadReport:
    """The report on a book's raw files. Nothing but the quarantine is written. Raises BookError where the files cannot be opened at all."""
    name, confidence = places.mapping.name, params.evaluate.confidence
    with TemporaryDirectory() as folder:
        try:
            check = ingest_book(
                places.raw,
                places.mapping,
                book,
                params.ingest,
                Path(folder),
                places.quarantine,
                with_usage=False,
            )
        except RefusedBookError as refusal:
            return LoadReport(name, refusal.check, confidence, refusal)
        tables = Tables(Path(folder))
        check.notices += missing(readable(check.columns, book.static))
        return LoadReport(
            name, check, confidence, None, check.delivery, month_figures(tables, params.revenue.grace_days),
            past_decisions(tables, params.revenue, params.snapshots), _changes(places.delivery, check.delivery),
            [proposal for proposal in propose(tables, params) if proposal.differs],
        )  # fmt: skip


def _changes(file: Path, now: Delivery | None) -> list[str]:
    """What differs from the delivery whose profile ingest left."""
    if now is None or not file.is_file():
        return ["no delivery of this book has been accepted yet"]
    try:
        return changes(read_json(file, DELIVERY), now)
    except ResultError:
        return [
            "the last accepted delivery's profile cannot be read or is of an older layout; dvc repro ingest writes it anew"
        ]
