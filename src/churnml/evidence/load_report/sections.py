"""The load report in sections, the same for a page and for Markdown: what was read, what it tells, what to look into."""

from collections.abc import Iterator, Mapping

from churnml.evidence.card.blocks import Block, Cell, Grid, Items, Picture, Section, Text
from churnml.evidence.load_report.decisions import AUC, Decisions
from churnml.evidence.load_report.pictures import months_picture
from churnml.evidence.load_report.report import LoadReport
from churnml.outcomes import CHURN
from churnml.text.number_format import money, percent, written

TABLES = ("Table", "Read", "Kept", "Replaced", "Refused", "Accounts", "First day", "Last day", "Rows come by")
FILES = ("File", "Read as", "Lines", "Records", "Rows read")
PROPOSED = ("Setting", "Proposed", "In force", "Why")
MONTHS = ("Month", "Live accounts", "ARR", "Left", "Churn", "ARR that left")
PRICED = ("ARR", "ARR that left")

FEW = 0.02  # of a table's accounts, below which a cadence is not named


def verdict(report: LoadReport) -> str:
    """Whether the book is accepted, in a sentence."""
    if report.refusal is not None:
        count = len(report.check.failures)
        return f"Book '{report.book}' is refused: {count} failure{'' if count == 1 else 's'}."
    live = report.months[-1] if report.months else None
    arr = f" and {money(live.arr)} ARR" if live and report.is_priced else ""
    tail = f", {live.accounts:,} live accounts{arr} on {live.month}" if live else ""
    return f"Book '{report.book}' is accepted: data before {report.check.last_day}{tail}."


def sections(report: LoadReport) -> list[Section]:
    """The report's sections that have something to say."""
    check = report.check
    found = [
        Section("Why it is refused", [Items(check.failures)]) if report.refusal is not None else None,
        Section("Tables", [Grid("Each canonical table", TABLES, table_rows(report))]),
        Section("Refused rows", [Grid("By reason, one example each", ("Table", "Rows", "Reason", "Like"), list(_refused(report)), 4)])
        if any(check.quarantined.values()) else None,
        Section("Notices", [Items(check.notices)]) if check.notices else None,
        Section("The book by month", _months(report)) if report.months else None,
        Section("Since the last accepted delivery", [Items(report.changes)]) if report.changes else None,
        Section("What can be learned", [Text(text) for text in decision_lines(report.decisions, report.confidence)])
        if report.decisions else None,
        Section("Settings proposed", [Grid("Settings that fit this book's terms better than those in force", PROPOSED, proposal_rows(report), 4)]) if report.proposals else None,
        # Last, since there may be a file a day.
        Section("Files", [Grid("Each raw file", FILES, file_rows(report), 2)]) if check.files else None,
    ]  # fmt: skip
    return [section for section in found if section]


def file_rows(report: LoadReport) -> list[list[Cell]]:
    """A row a raw file: name, view, lines, records, rows read."""
    return [
        [
            Cell(name),
            Cell(f"raw.{facts['view']}"),
            *(Cell(_count(facts[key])) for key in ("lines", "records", "read")),
        ]
        for name, facts in report.check.files.items()
    ]


def table_rows(report: LoadReport) -> list[list[Cell]]:
    """A row a canonical table, those that could not be judged last; a dash where a refused book leaves a figure unknown."""
    rows = []
    for name, counts in report.check.rows.items():
        profile = report.delivery.tables[name] if report.delivery else None
        days = list(profile.days) if profile else []
        cadence = _cadence(profile.cadence) if profile else ""
        texts = [_count(counts[key]) for key in ("read", "kept")]
        texts += [_count(counts.get("versions", 0)), _count(counts["quarantined"])]
        texts += [_count(profile.accounts if profile else None), *((days[0], days[-1]) if days else ("–", "–")), cadence]  # fmt: skip
        rows.append([Cell(name), *map(Cell, texts)])
    for name, n in report.check.unjudged.items():
        if name not in report.check.rows:
            rows.append([Cell(name), Cell(_count(n)), *[Cell("–")] * 6, Cell("")])
    return rows


def _cadence(accounts: Mapping[str, int]) -> str:
    """By what rows come, with how many accounts' do; what few accounts seem to do may be chance.

    >>> _cadence({"month": 3, "day": 900})
    'day (900)'
    """
    few = sum(accounts.values()) * FEW
    return ", ".join(f"{each} ({n:,})" for each, n in accounts.items() if n >= few)


def proposal_rows(report: LoadReport) -> list[list[Cell]]:
    """A row a setting that the book asks for and that is not in force."""
    return [
        [Cell(str(each)) for each in (p.setting, p.proposed, p.in_force, p.why)] for p in report.proposals
    ]


def decision_lines(decisions: Decisions, confidence: float) -> Iterator[str]:
    """How many decisions are known, how they ended, and how narrow an interval they can carry."""
    if decisions.lacking:
        yield decisions.lacking
        return
    told = {CHURN: f" ({decisions.involuntary:,} by failed payment)"} if decisions.involuntary else {}
    ended = ", ".join(
        f"{n:,} {outcome}{told.get(outcome, '')}" for outcome, n in sorted(decisions.ended.items())
    )
    yield (
        f"{decisions.ripe:,} of {decisions.renewals:,} decisions are ripe: {ended}."
        if decisions.ripe
        else f"None of {decisions.renewals:,} decisions is ripe."
    )
    width = decisions.half_width(confidence)
    yield (
        f"They ended from {decisions.first} to {decisions.last}. A ROC-AUC of {AUC} over all of them has a {confidence:.0%} interval of "
        f"±{width:.3f} at best (Hanley and McNeil 1982, from {decisions.leavers:,} that left and {decisions.ripe - decisions.leavers:,} that "
        "stayed); what is set aside to test is a part of them, and its interval wider."
        if width is not None
        else "No interval can be given: among the ripe ones nobody left, or nobody stayed."
    )


def months_heading(report: LoadReport) -> list[str]:
    """The columns of the book by month; those in dollars only where there are prices."""
    return [name for name in MONTHS if report.is_priced or name not in PRICED]


def month_rows(report: LoadReport) -> list[list[Cell]]:
    """A row a month: live accounts and ARR on its first day, who left until its end; a dash while that is not ripe."""
    rows = [
        [Cell(f"{m.month:%Y-%m}"), Cell(f"{m.accounts:,}"), Cell(money(m.arr)), Cell(written(m.left, "{:,.0f}".format)), Cell(percent(m.churn)),
         Cell(written(m.left_arr, money))]
        for m in report.months
    ]  # fmt: skip
    return [
        [cell for name, cell in zip(MONTHS, row, strict=True) if report.is_priced or name not in PRICED]
        for row in rows
    ]


def _months(report: LoadReport) -> list[Block]:
    first, last = report.months[0], report.months[-1]
    arr = f" and ARR from {money(first.arr)} to {money(last.arr)}" if report.is_priced else ""
    alt = f"From {first.month:%B %Y} to {last.month:%B %Y} live accounts went from {first.accounts:,} to {last.accounts:,}{arr}."
    caption = "On the first of each month; churn is the share of that day's accounts that were gone on the first of the next, as far as the grace has passed."  # fmt: skip
    drawn = Picture("months", months_picture(report.months, report.is_priced), alt, caption)
    return [drawn, Grid("Month by month", months_heading(report), month_rows(report))]


def _refused(report: LoadReport) -> Iterator[list[Cell]]:
    for name, reasons in report.check.quarantined.items():
        for reason, n in reasons.items():
            example = report.check.examples.get(name, {}).get(reason, "")
            yield [Cell(name), Cell(f"{n:,}"), Cell(reason), Cell(example)]


def _count(number: object) -> str:
    return f"{number:,}" if isinstance(number, int) else "–"
