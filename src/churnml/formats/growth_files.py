"""The growth lists as files: one line an account and kind, for a spreadsheet and for programs."""

from pathlib import Path

import pandas as pd

from churnml.errors import PublishError
from churnml.formats.csv_parquet import to_csv, to_parquet
from churnml.listing.columns import COLUMNS, Column, conform
from churnml.listing.growth.growth_lists import WHO
from churnml.listing.load import read_published
from churnml.listing.metadata import ListMetadata

FILE = "growth"
LINES: tuple[Column, ...] = (
    Column("kind", "List", "text", "expansion, cross-sell, advocacy, onboarding or enablement."),
    Column("place", "Place", "count", "Place on that list; in the first three, accounts at risk come last."),
    *(column for column in COLUMNS if column.name in WHO),
    Column("what", "What", "text", "What to offer, to ask for, or to help with."),
    Column("why", "Why", "text", "The facts it rests on."),
    Column("when", "When", "text", "When to talk, and what comes first."),
    Column("is_at_risk", "At risk too", "flag", "Risk above normal, or among the first to call."),
)
"""The columns of the growth lists."""


def growth_csv(growth: pd.DataFrame, metadata: ListMetadata) -> bytes:
    """The growth lists as CSV, in the form of the risk list's: a remark, the columns, inert cells."""
    return to_csv(_conformed(growth), LINES, metadata)


def growth_parquet(growth: pd.DataFrame, metadata: ListMetadata) -> bytes:
    """The growth lists as Parquet, which ``read_growth`` reads back."""
    return to_parquet(_conformed(growth), LINES, metadata)


def read_growth(folder: Path) -> tuple[pd.DataFrame, ListMetadata]:
    """The growth lists of a published day and their header. Raises PublishError where there are none to read."""
    growth, metadata = read_published(folder / f"{FILE}.parquet", "growth list")
    if {column.name for column in LINES} - set(growth):
        raise PublishError(
            f"the growth list in '{folder}' is of an older version; write it again (churnml score)."
        )
    return growth, metadata


def _conformed(growth: pd.DataFrame) -> pd.DataFrame:
    return conform(growth.reindex(columns=[column.name for column in LINES]), LINES)
