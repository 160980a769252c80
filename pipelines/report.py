"""Stage report: the book on one page, for whoever asks how it is doing."""

from pathlib import Path

from churnml.evidence.report.report import write_report
from churnml.params.snapshots import Revenue
from churnml.results.forecast import FORECAST
from churnml.results.health import HEALTH
from churnml.results.lifetime import LIFETIME
from churnml.results.metrics import METRICS
from churnml.results.stored import read_json
from churnml.results.verdict import VERDICTS
from pipelines.stage import read_frame, run


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
        revenue, tables, read_frame(outcomes), read_json(metrics, METRICS), read_json(verdicts, VERDICTS),
        read_json(weights, HEALTH), lists, page, read_json(forecast, FORECAST), read_json(survival, LIFETIME),
    )  # fmt: skip


if __name__ == "__main__":
    run(report)
