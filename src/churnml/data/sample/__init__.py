"""The sample book: an invented company's export whose truth is known.

It is the embedded default input. Its raw folder looks like any company's. Beside it lies the truth, one row
a renewal decision, which no stage of the pipeline reads: only a test does, to say what share of the reachable
signal was found.
"""

from pathlib import Path

import pyarrow as pa

from churnml.data.sample.settings import SampleParams
from churnml.data.sample.tables.actions import actions
from churnml.data.sample.tables.contracts import accounts, contracts
from churnml.data.sample.tables.corruption import dirtied, dirtied_usage
from churnml.data.sample.tables.csv_files import usage_table, write_csv, write_parquet
from churnml.data.sample.tables.invoices import invoices
from churnml.data.sample.tables.milestones import milestones
from churnml.data.sample.tables.surveys import surveys
from churnml.data.sample.tables.tickets import tickets
from churnml.data.sample.tables.touches import touches
from churnml.data.sample.tables.usage import usage
from churnml.data.sample.tables.usage_by_month import by_month, month_sums
from churnml.data.sample.world.truth import Story, simulate, truth
from churnml.errors import SettingsError

__all__ = ["SampleParams", "simulate", "truth", "write_sample"]

FILES = {
    "accounts": accounts,
    "contracts": contracts,
    "tickets": tickets,
    "touches": touches,
    "surveys": surveys,
    "invoices": invoices,
    "milestones": milestones,
    "actions": actions,
}


def write_sample(sample: SampleParams, raw: Path, truth_file: Path) -> None:
    """Nothing, after writing the raw folder of the sample book and, apart from it, its truth.

    The same settings give the same bytes. Raises SettingsError where the truth would lie among the raw files.
    """
    if truth_file.resolve().is_relative_to(raw.resolve()):
        raise SettingsError(
            f"{truth_file} lies inside the raw folder {raw}, where the pipeline reads; put it elsewhere."
        )
    story = simulate(sample)
    raw.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        write_csv(dirtied(story, name, make(story), sample.dirty_share), raw / f"{name}.csv")
    _write_usage(story, raw, sample.dirty_share)
    truth_file.parent.mkdir(parents=True, exist_ok=True)
    write_parquet(pa.Table.from_pandas(truth(story), preserve_index=False), truth_file)


def _write_usage(story: Story, raw: Path, dirty_share: float) -> None:
    """Writes usage by day in monthly parts and, of the accounts that deliver no more, by month."""
    folder, comes_by_month, sums = raw / "usage", by_month(story), []
    folder.mkdir(exist_ok=True)
    for stale in folder.glob("*.parquet"):
        stale.unlink()  # a shorter book must not keep the months of a longer one
    for month, rows in usage(story):
        summed = comes_by_month[rows["account"]]
        sums.append(month_sums(story, month, rows[summed]))
        daily = dirtied_usage(story, month, rows[~summed].reset_index(drop=True), dirty_share)
        write_parquet(usage_table(story, daily), folder / f"{month}.parquet")
    write_parquet(pa.concat_tables(sums), raw / "usage_monthly.parquet")
