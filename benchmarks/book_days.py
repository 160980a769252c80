"""One more day in a made-up big book, for measuring a night."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.big_book import DAY, MINUTE, NEVER, Made, codes, months, write_part
from benchmarks.population import Ints, Rows, as_date, draw

LATE_DAYS = 10


def add_day(tables: Path, late_rows: int = 0) -> date:
    """The day that was added: one more day of usage, and ``late_rows`` of the month before that become known on it.

    Rewrites that day's month and, with late rows, the month before, where codes may move, too, as they would in an ingest of
    everything; all other parts keep their bytes. The book's last day moves on by one.
    """
    made = Made.open(tables)
    today = made.last
    month, begin, _ = next(months(today, today + 1))
    new = {month: draw(made.design, made.users, today, today + 1)}
    if late_rows:
        new[month - 1] = _late(made, begin - as_date(begin).day + 1, today, late_rows)
    every = {
        m: Rows.joined([read_part(made, m), rows]) if made.part(m).exists() else rows
        for m, rows in new.items()
    }
    for m, rows in new.items():
        made.note(m, rows)
    for m, rows in every.items():
        write_part(made, m, rows)
    made.last = today + 1
    made.close()
    return as_date(today)


def _late(made: Made, month_end: int, known: int, count: int) -> Rows:
    """Usage of the last days before ``month_end`` that became known on day ``known``."""
    drawn = draw(made.design, made.users, month_end - LATE_DAYS, month_end)
    chosen = np.random.default_rng(known).choice(len(drawn.day), min(count, len(drawn.day)), replace=False)
    rows = drawn[chosen]
    return Rows(rows.account, rows.user, rows.feature, rows.day, rows.minute, known - rows.day, rows.units)


def read_part(made: Made, month: int) -> Rows:
    """A month's usage as it was made, codes turned back into places."""
    part = duckdb.connect().execute(f"""SELECT account, "user", feature, day, epoch_us(occurred_at) AS at, lag, units
        FROM '{made.part(month)}'""").fetchnumpy()  # fmt: skip
    columns = {name: np.asarray(column, np.int64) for name, column in part.items()}
    account, user = (
        _places(made.account_months)[columns["account"]],
        _places(made.user_months)[columns["user"]],
    )
    minute = columns["at"] % DAY // MINUTE
    return Rows(account, user, columns["feature"], columns["day"], minute, columns["lag"], columns["units"])


def _places(first_months: Ints) -> Ints:
    """The place of each code; -1 for code 0."""
    code_of = codes(first_months)
    places = np.full((first_months != NEVER).sum() + 1, -1)
    places[code_of[code_of > 0]] = np.flatnonzero(code_of)
    return places
