"""A flat file as a frame, whatever its kind: CSV as text, sheets and Parquet with the types they hold."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pandas as pd

from churnml.errors import BookError

ENCODINGS = ("utf-8", "latin-1")


def read_flat(file: Path) -> pd.DataFrame:
    """The file's rows. Raises BookError where it is absent, of no known kind, empty, or cannot be read."""
    kinds: dict[str, Callable[[Path], pd.DataFrame]] = {
        ".csv": _csv, ".tsv": _csv, ".txt": _csv, ".xlsx": _sheet, ".parquet": pd.read_parquet,
    }  # fmt: skip
    reader = kinds.get(file.suffix.lower())
    if reader is None:
        raise BookError(
            f"'{file.name}' is of no kind that can be read; save it as one of {', '.join(kinds)}."
        )
    if not file.is_file():
        raise BookError(f"'{file}' does not exist.")
    try:
        rows = reader(file)
    except (duckdb.Error, OSError, ValueError) as error:
        raise BookError(f"'{file.name}' cannot be read: {str(error).splitlines()[0]}") from None
    if rows.empty:
        raise BookError(f"'{file.name}' holds no rows.")
    rows.columns = [str(name).strip() for name in rows.columns]
    twice = sorted(set(rows.columns[rows.columns.duplicated()]))
    if twice:
        raise BookError(
            f"'{file.name}' has columns of the same name: {', '.join(twice)}. Rename one of each."
        )
    return rows


def _csv(file: Path) -> pd.DataFrame:
    con = duckdb.connect()
    for encoding in ENCODINGS:
        try:
            sql = "SELECT * FROM read_csv(?, all_varchar=true, header=true, encoding=?)"
            rows: pd.DataFrame = con.execute(sql, [str(file), encoding]).df()
        except duckdb.Error:
            if encoding == ENCODINGS[-1]:
                raise
        else:
            return rows
    raise AssertionError


def _sheet(file: Path) -> pd.DataFrame:
    if find_spec("openpyxl") is None:
        raise BookError(
            f"reading '{file.name}' needs the package openpyxl: install it, or save the sheet as CSV."
        )
    return pd.read_excel(file, keep_default_na=False, na_values=[""])
