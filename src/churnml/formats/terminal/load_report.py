"""What ``churnml check`` prints: the load report on a terminal. Plain text."""

from collections.abc import Iterable, Iterator, Sequence

from churnml.data.proposals import as_yaml
from churnml.evidence.load_report.report import LoadReport
from churnml.evidence.load_report.sections import (
    decision_lines,
    file_rows,
    month_rows,
    months_heading,
    table_rows,
    verdict,
)
from churnml.text.number_format import UNKNOWN, money, percent
from churnml.text.width import pad, plain, width, wrap

BARS = "▁▂▃▄▅▆▇█"
DRAWN = 72  # months that one line holds
EACH = 6  # files of a folder that stand one by one
PRINTED = 12  # months that stand in the table; the pages have all
FILES = ("file", "read as", "lines", "records", "read")


def render(report: LoadReport) -> str:
    """The printed report: files, tables, refused rows with an example, the book by month, what is new, and the verdict last."""
    check = report.check
    blocks = [
        _grid(FILES, _files(report), 2) if check.files else [],
        [*_tables(report), *_refused(report)],
        _months(report),
        _listed("since the last accepted delivery:", report.changes),
        _listed("what can be learned:", decision_lines(report.decisions, report.confidence)) if report.decisions else [],
        as_yaml(report.proposals),
        check.notices,
        [f"last day: {check.last_day}", verdict(report)],
    ]  # fmt: skip
    return "\n\n".join("\n".join(map(plain, block)) for block in blocks if block)


def _files(report: LoadReport) -> list[list[str]]:
    """A row a file; a folder of many parts is one row of their sums, since the pages have each."""
    rows: list[list[str]] = []
    by_view: dict[str, list[list[str]]] = {}
    for row in file_rows(report):
        by_view.setdefault(row[1].text, []).append([cell.text for cell in row])
    for view, files in by_view.items():
        if len(files) <= EACH:
            rows += files
            continue
        sums = [_sum([file[place] for file in files]) for place in range(2, len(FILES))]
        rows.append([f"{len(files):,} files, {files[0][0]} to {files[-1][0]}", view, *sums])
    return rows


def _sum(figures: Sequence[str]) -> str:
    """The sum of counts as they are written; a dash where one is unknown.

    >>> _sum(["1,200", "34"])
    '1,234'
    """
    return UNKNOWN if UNKNOWN in figures else f"{sum(int(figure.replace(',', '')) for figure in figures):,}"


def _tables(report: LoadReport) -> Iterator[str]:
    yield f"{'table':<12}{'read':>10}{'kept':>10}{'quarantined':>13}  {'first day':<11}{'last day':<11}rows come by"
    for row in table_rows(report):
        name, read, kept, _, refused, _, first, last, cadence = (cell.text for cell in row)
        yield f"{name:<12}{read:>10}{kept:>10}{refused:>13}  {first:<11}{last:<11}{cadence}".rstrip(" –")


def _refused(report: LoadReport) -> Iterator[str]:
    for name, reasons in report.check.quarantined.items():
        examples = report.check.examples.get(name, {})
        for reason, n in reasons.items():
            yield f"{name}: {n:,} {reason}{f', like {examples[reason]}' if reason in examples else ''}"


def _months(report: LoadReport) -> list[str]:
    """Live accounts, ARR and churn as bars, a letter a month, and the newest months in figures."""
    months = report.months[-DRAWN:]
    if not months:
        return []
    churn = [month.churn for month in months]
    known = [share for share in churn if share is not None]
    lines = {
        "live accounts": (bars([month.accounts for month in months]), f"{months[-1].accounts:,}"),
        "ARR": (bars([month.arr for month in months]), money(months[-1].arr)),
        "churn": (bars(churn), f"{percent(known[-1])} in the last ripe month" if known else "not ripe"),
    }
    if not report.is_priced:
        del lines["ARR"]
    drawn = [f"{name:<14}{drawing}  {newest}" for name, (drawing, newest) in lines.items()]
    rows = [[cell.text for cell in row] for row in month_rows(report)[-PRINTED:]]
    heading = [name.lower() if name != "ARR" else name for name in months_heading(report)]
    return [f"by month, {months[0].month:%Y-%m} to {months[-1].month:%Y-%m}:", *drawn, *_grid(heading, rows, 1)]  # fmt: skip


def bars(values: Iterable[float | None]) -> str:
    """A letter a value, as high as its share of the largest; a space where it is unknown.

    >>> bars([0, 5, 10, None])
    '▁▅█ '
    """
    every = list(values)
    most = max((value for value in every if value is not None), default=0) or 1
    top = len(BARS) - 1
    return "".join(" " if value is None else BARS[round(top * value / most + 1e-9)] for value in every)


def _grid(heading: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> list[str]:
    lines = [heading, *rows]
    widths = [max(width(plain(line[place])) for line in lines) for place in range(len(heading))]
    return [
        "  ".join(
            pad(plain(text), widths[place])
            if place < words
            else " " * (widths[place] - width(text)) + plain(text)
            for place, text in enumerate(line)
        ).rstrip()
        for line in lines
    ]


def _listed(heading: str, texts: Iterable[str]) -> list[str]:
    lines = [line for text in texts for line in wrap(text, "  - ", "    ")]
    return [heading, *lines] if lines else []
