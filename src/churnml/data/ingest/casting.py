"""Written values to typed ones: one SQL expression a column, and the date styles that must not be guessed.

DuckDB reads ``2024-01-31``; ``31-01-2024`` gives NULL rather than a swap. A column is read in the style its book declares; where
its values are written in another style, or in two, the column is refused by name instead of being guessed.
"""

import duckdb

from churnml.data.book import BookSettings
from churnml.data.schema import DAY, MOMENT, TEXT, WHOLE, Column

ISO = r"^\d{4}-\d{1,2}-\d{1,2}"
WRITTEN = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})"
ZONE = r"(Z|[+-]\d{2}(:?\d{2})?)$"
ZONED_TIME = rf"\d:\d{{2}}.*{ZONE}"
AS_ISO = {"day-first": r"\3-\2-\1", "month-first": r"\3-\1-\2"}


def text_of(column: str) -> str:
    """SQL for a raw value as trimmed text, NULL where it is blank."""
    return f"nullif(trim(CAST(\"{column}\" AS VARCHAR)), '')"


def written(column: str, raw_type: str) -> str:
    """SQL for a column as it was delivered: trimmed text, or the typed value a Parquet file holds."""
    name = '"' + column.replace('"', '""') + '"'
    return f"nullif(trim({name}), '') AS {name}" if raw_type == "VARCHAR" else name


def typed(column: Column, raw_type: str, book: BookSettings) -> str:
    """SQL for the column's canonical value, NULL where the written value is not one."""
    if column.type in (DAY, MOMENT):
        moment = _moment(column.name, raw_type, book)
        return f"CAST({moment} AS DATE)" if column.type == DAY else moment
    text = text_of(column.name)
    if column.type == TEXT:
        return f'"{column.name}"' if raw_type == "VARCHAR" else f'CAST("{column.name}" AS VARCHAR)'
    if raw_type != "VARCHAR":
        return f'TRY_CAST("{column.name}" AS {column.type})'
    if column.type == WHOLE:
        return f"TRY_CAST(CASE WHEN regexp_matches({text}, '^[+-]?\\d+(\\.0*)?$') THEN {text} END AS {WHOLE})"
    return f"TRY_CAST({text} AS {column.type})"


def as_day_macro(book: BookSettings) -> str:
    """SQL that gives mapping queries ``as_day(text)``: a day written in the book's own style, NULL where it is not one."""
    return f'CREATE MACRO as_day("v") AS CAST({_moment("v", "VARCHAR", book)} AS DATE)'


def _moment(name: str, raw_type: str, book: BookSettings) -> str:
    zone = book.timezone or "UTC"
    if raw_type.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"\"{name}\" AT TIME ZONE 'UTC'"
    if raw_type == "DATE" or raw_type.startswith("TIMESTAMP"):
        return _to_utc(f'CAST("{name}" AS TIMESTAMP)', zone)
    text = text_of(name)
    if book.dates != "iso":
        text = f"CASE WHEN regexp_matches({text}, '{WRITTEN}') THEN regexp_replace({text}, '{WRITTEN}', '{AS_ISO[book.dates]}') END"
    tight = f"regexp_replace({text}, '\\s+({ZONE[1:-2]})$', '\\1')"
    zoned = f"TRY_CAST({tight} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
    return f"CASE WHEN regexp_matches({text}, '{ZONED_TIME}') THEN {zoned} ELSE {_to_utc(f'TRY_CAST({text} AS TIMESTAMP)', zone)} END"


def _to_utc(moment: str, zone: str) -> str:
    if zone == "UTC":
        return moment
    # A bare day stays that day: midnight in New York is not an event at five in the morning, nor the evening before.
    return f"CASE WHEN {moment} = date_trunc('day', {moment}) THEN {moment} ELSE {moment} AT TIME ZONE '{zone}' AT TIME ZONE 'UTC' END"


def date_faults(
    con: duckdb.DuckDBPyConnection, table: str, column: Column, book: BookSettings, max_stray_share: float
) -> list[str]:
    """What is wrong with the way a date column is written; nothing where it can be read as declared."""
    text = text_of(column.name)
    rows = f'(SELECT {text} AS v FROM mapped."{table}")'
    iso, written, example, clocks, zoned = con.execute(f"""
        SELECT count(*) FILTER (regexp_matches(v, '{ISO}')), count(*) FILTER (regexp_matches(v, '{WRITTEN}')),
               min(v) FILTER (regexp_matches(v, '{WRITTEN}')),
               count(*) FILTER (regexp_matches(v, '\\d:\\d{{2}}')), count(*) FILTER (regexp_matches(v, '{ZONED_TIME}'))
        FROM {rows}""").fetchall()[0]
    naive = clocks - zoned
    day_first, month_first = con.execute(f"""
        SELECT count(*) FILTER (TRY_CAST(regexp_extract(v, '{WRITTEN}', 1) AS INT) > 12),
               count(*) FILTER (TRY_CAST(regexp_extract(v, '{WRITTEN}', 2) AS INT) > 12)
        FROM {rows}""").fetchall()[0] if written else (0, 0)  # fmt: skip
    where = f"{table}.{column.name}"
    faults = []
    # A stray misspelt date is one dirty row; more than a stray share of the column is a second style.
    rare = max_stray_share * (iso + written)
    if min(iso, written) > rare:
        faults.append(
            f"{where}: dates in two styles ({iso} rows like 2024-01-31, {written} rows like '{example}'); write one style"
        )
    elif book.dates == "iso" and written > rare:
        faults.append(
            f"{where}: {written} dates are written like '{example}', {_guess(day_first, month_first)}"
        )
    elif book.dates != "iso" and iso > rare:
        faults.append(f"{where}: {iso} dates are written like 2024-01-31; set 'dates: iso' in book.yaml")
    elif (book.dates == "day-first" and month_first > rare) or (
        book.dates == "month-first" and day_first > rare
    ):
        faults.append(
            f"{where}: 'dates: {book.dates}' does not fit, for example '{example}'; {_guess(day_first, month_first)}"
        )
    if zoned and naive and book.timezone is None:
        faults.append(
            f"{where}: {zoned} timestamps carry a zone and {naive} do not; declare the zone of those with 'timezone:' in book.yaml"
        )
    return faults


def _guess(day_first: int, month_first: int) -> str:
    if day_first and month_first:
        return f"{day_first} can only be day-first and {month_first} only month-first: write one style"
    if day_first or month_first:
        style = "day-first" if day_first else "month-first"
        return (
            f"which is {style} ({day_first or month_first} rows prove it); set 'dates: {style}' in book.yaml"
        )
    return "which may be day-first or month-first (no row proves either); set 'dates:' in book.yaml"
