"""Days that no business has: zero dates, years of two digits that were cast elsewhere, and ends at the end of time.

Such a day is never believed. A single one may be a slip and goes to the quarantine; the same one again, or many, are a source's word
for 'never', so that the book is refused by name.
"""

from collections.abc import Mapping
from datetime import date

import duckdb

from churnml.data.schema import DAY, MOMENT, RECORDING, Table
from churnml.ingest.values.forms import is_stray
from churnml.ingest.values.places import Places

FARTHEST_YEARS = 15  # after the last day: longer terms are not sold
LATEST_START_YEARS = 5
END_OF_TIME = ("2037-12-31", "2038-01-18", "2038-01-19")  # the last days of a 32-bit clock
NO_ONES_LIFETIME = "2200-01-01"
FEW = 3  # times the same impossible day, to be a word for 'never'


def range_reasons(
    table: Table, present: set[str], first_day: date, last_day: date | None
) -> dict[str, tuple[str, str]]:
    """Reason to column and SQL predicate, for each column of days: those before the first plausible day and after the last one."""
    found: dict[str, tuple[str, str]] = {}
    farthest = _years_after(last_day, FARTHEST_YEARS) if last_day else None
    for column in (*table.columns, *RECORDING):
        if column.name not in present or column.type not in (DAY, MOMENT):
            continue
        value, sentinels = f't."{column.name}"', ", ".join(f"DATE '{day}'" for day in END_OF_TIME)
        found[f"{column.name} is before {first_day}"] = column.name, f"{value} < TIMESTAMP '{first_day}'"
        if farthest:
            beyond = f"{value} >= TIMESTAMP '{farthest}'"
            # A year in no one's lifetime says that a term runs until it is cancelled, where an end need not be given.
            if column.name == "end_date" and not column.required:
                beyond = f"{beyond} AND {value} < TIMESTAMP '{NO_ONES_LIFETIME}'"
            found[f"{column.name} is far in the future"] = (
                column.name,
                f"({beyond} OR CAST({value} AS DATE) IN ({sentinels}))",
            )
    if last_day and "start_date" in present:
        latest = _years_after(last_day, LATEST_START_YEARS)
        found["start_date is years after the last day"] = (
            "start_date",
            f"t.start_date >= DATE '{latest}' AND t.start_date < DATE '{farthest}'",
        )
    return found


def _years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def range_faults(
    con: duckdb.DuckDBPyConnection, table: Table, reasons: Mapping[str, tuple[str, str]], counts: Mapping[str, int],
    max_stray_share: float, places: Places,
) -> list[str]:  # fmt: skip
    """A failure for each column with impossible days that are no slip; ``counts`` has the refused rows by reason."""
    found = []
    for reason, (column, _) in reasons.items():
        if not counts.get(reason):
            continue
        filled = con.execute(f'SELECT count("{column}") FROM judged."{table.name}"').fetchall()[0][0]
        row, times = con.execute(f"""SELECT min(row_number), count(*) FROM judged."{table.name}"
            WHERE list_contains(string_split(reason, '; '), ?) GROUP BY "{column}" ORDER BY 2 DESC, 1 LIMIT 1""", [reason]).fetchall()[0]  # fmt: skip
        if times < FEW and is_stray(counts[reason], filled, max_stray_share) and column != "end_date":
            continue
        value = con.execute(
            f'SELECT CAST("{column}" AS VARCHAR) FROM mapped."{table.name}" WHERE rowid = {row - 1}'
        ).fetchall()[0][0]
        place = places.of(con, table.name, row, [column])
        found.append(
            f"{table.name}.{column}: {counts[reason]:,} values like {value} ({place}) {_cause(table, column, reason, value)}"
        )
    return found


def _cause(table: Table, column: str, reason: str, value: str) -> str:
    if column == "end_date" and "future" in reason:
        return (
            "are an open end. Where such terms run until they are cancelled, write nullif(end_date, "
            f"'{value}') AS end_date and say 'blank_end_date: open' in book.yaml"
        )
    if "years after" in reason:
        return f"begin over {LATEST_START_YEARS} years after the last day: put them right in {table.name}.sql or in the source"
    kind = (
        "a day for 'never', or a wrong century"
        if "future" in reason
        else "a zero date for 'never', or a year that lost its century"
    )
    earlier = "" if "future" in reason else "; if the book is so old, say 'first_day:' in book.yaml"
    return f"{reason.removeprefix(column + ' ').replace('is ', 'are ', 1)}: {kind}? Write nullif({column}, '{value}') AS {column} in {table.name}.sql{earlier}"
