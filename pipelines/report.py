"""Stage report: the book on one page, for whoever asks how it is doing."""

from pathlib import Path

from churnml.evidence.report.report import write_report
from churnml.params.snapshots import Revenue
from pipelines.stage import read_frame, read_json, run


def report(
    revenue: Revenue,
    tables: Path,
    outcomes: Path,
    metrics: Path,
    verdicts: Path,
    weights: Path,
    lists: Path,
    forecast: Path,
    survival: Path,
    page: Path,
) -> None:
    """Writes revenue movements, outcome rates, verdicts, metrics and the top of the newest list as Markdown."""
    write_report(
        revenue, tables, read_frame(outcomes), read_json(metrics), read_json(verdicts), read_json(weights),
        lists, page, read_json(forecast), read_json(survival),
    )  # fmt: skip


if __name__ == "__main__":
    run(report)
