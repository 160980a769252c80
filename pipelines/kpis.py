"""Stage kpis: how the book has done over time, by definitions that do not move."""

from pathlib import Path

from churnml.data.kpis.kpis import track_kpis
from churnml.data.tables import Tables
from churnml.evidence.charts.kpi_charts import write_kpis
from churnml.params.kpis import Kpis
from churnml.params.snapshots import Revenue
from churnml.results.stored import write_json
from pipelines.stage import run


def kpis(kpis: Kpis, revenue: Revenue, tables: Path, metrics: Path, charts: Path) -> None:
    """Writes the newest figures for ``dvc metrics``, and tables and pictures over time."""
    found = track_kpis(Tables(tables), kpis, revenue)
    write_json(found.content, metrics)
    write_kpis(found, charts)


if __name__ == "__main__":
    run(kpis)
