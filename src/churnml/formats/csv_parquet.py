"""The list as files: CSV for scripts and Parquet for programs. Same list in, same bytes out."""

import csv
import io
import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd

from churnml.history.phrases import summing
from churnml.listing.columns import DECIMALS, LAYOUT, Column, Kind
from churnml.listing.load import HEADER
from churnml.listing.metadata import ListMetadata
from churnml.listing.phrases import left_out

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet read a text as a formula (OWASP); the last four are full-width forms."""

CRLF = "\r\n"
CHANGE_DECIMALS = DECIMALS["probability"]
"""Of a change in CSV: a share like the chance that it is of; the list itself keeps every digit."""


def to_csv(listed: pd.DataFrame, columns: Sequence[Column], metadata: ListMetadata) -> bytes:
    """The list as UTF-8 CSV with LF ends; read it with ``skiprows=1`` and ids as text.

    Line 1 is a single field that begins with ``#``: book, day, hindsight and verdicts. Line 2 names the columns. Text
    that a spreadsheet would take for a formula is led by an apostrophe; numbers never are. Flags are
    ``true`` and ``false``, dates ISO, unknown is empty.
    """
    shown, listed = [column for column in columns if column.is_shown], summing(listed, CHANGE_DECIMALS)
    cells = [[cell(value, column.kind) for value in listed[column.name].tolist()] for column in shown]
    lines: list[str] = []
    # Python quotes a bare CR only where CR ends lines; a reader takes it for the row's end. So CRLF is written, and taken off.
    writer = csv.writer(SimpleNamespace(write=lines.append), lineterminator=CRLF)
    writer.writerow([column.name for column in shown])
    writer.writerows(zip(*cells, strict=True))
    ends = [comment(metadata), *(line.removesuffix(CRLF) for line in lines)]
    return ("\n".join(ends) + "\n").encode("utf-8")


def comment(metadata: ListMetadata) -> str:
    """The first line of the CSV: one field whatever the verdict says, hence no comma and no quote in it."""
    line = f"# {metadata.book} as of {metadata.as_of}. {metadata.hindsight} {' '.join(metadata.lines)} {left_out(metadata)}"
    without_thousands = re.sub(r"(?<=\d),(?=\d{3})", "", line)
    return " ".join(without_thousands.replace(",", ";").replace('"', "'").split())


def cell(value: Any, kind: Kind) -> str:
    """One value as CSV text.

    >>> cell("=1+1", "text"), cell(-12.5, "usd"), cell(True, "flag")
    ("'=1+1", '-12.50', 'true')
    """
    if kind == "text":
        return inert(value)
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT, far faster than pandas asks
        return ""
    if kind == "date":
        return f"{value:%Y-%m-%d}"
    if kind == "flag":
        return str(bool(value)).lower()
    if kind == "change":
        return f"{value:.{CHANGE_DECIMALS}f}"
    return f"{value:.{DECIMALS.get(kind, 0)}f}"


def inert(text: str) -> str:
    """The text so that no spreadsheet runs it as a formula.

    >>> inert("-Acme"), inert("Acme - EU")
    ("'-Acme", 'Acme - EU')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def to_parquet(listed: pd.DataFrame, columns: Sequence[Column], metadata: ListMetadata) -> bytes:
    """The list as Parquet, with the columns that only programs want; the header is in the file's metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"text": pa.string(), "count": pa.int64(), "date": pa.timestamp("ms"), "flag": pa.bool_()}
    fields = [pa.field(c.name, types.get(c.kind, pa.float64()), metadata={"note": c.note}) for c in columns]
    facts = {"churnml.layout": LAYOUT, HEADER.decode(): metadata.to_json()}
    table = pa.Table.from_pandas(listed, schema=pa.schema(fields), preserve_index=False)
    buffer = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(facts), buffer, compression="zstd")
    return buffer.getvalue()
