"""A big book, written straight into the layout that ingest leaves: ``python -m benchmarks.big_book FOLDER --events 50e6``.

Month by month, so that memory follows a month and not the book. The same design gives the same rows.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.book_tables import write_codes, write_header, write_ledger
from benchmarks.population import EPOCH, Design, Ints, Rows, Users, as_date, draw, populate
from churnml.data.tables import Tables
from churnml.data.usage_parts import ORDER, ROW_GROUP, part_file
from churnml.errors import TableError
from churnml.ingest.raw.sources import quoted

NEVER = np.iinfo(np.int64).max
MINUTE, DAY = 60_000_000, 86_400_000_000


@dataclass
class Made:
    """A book as it was made: its design, its users, its end so far, and the month in which each account and user first appeared.

    Codes follow from first months alone: row_number over (first month, account_id, user_id), as ingest gives them.
    """

    tables: Path
    design: Design
    users: Users
    last: int
    account_months: Ints
    user_months: Ints

    @classmethod
    def new(cls, tables: Path, design: Design) -> "Made":
        """A book of no month yet."""
        users = populate(design)
        unseen = np.full(design.accounts, NEVER), np.full(len(users.account), NEVER)
        return cls(tables, design, users, design.first, *unseen)

    @classmethod
    def open(cls, tables: Path) -> "Made":
        """The book that was made in a folder."""
        record = json.loads((tables / "made.json").read_text(encoding="utf-8"))
        design = Design(**record["design"])
        with np.load(tables / "made.npz") as months:
            return cls(tables, design, populate(design), record["last"], months["accounts"], months["users"])

    def note(self, month: int, rows: Rows) -> None:
        """Marks the accounts and users that appear in a month."""
        for months, months_seen in ((self.account_months, rows.account), (self.user_months, rows.user)):
            seen = months_seen[months_seen >= 0]
            months[seen] = np.minimum(months[seen], month)

    def part(self, month: int) -> Path:
        """Where a month's usage lies."""
        return self.tables / part_file(f"{month // 12:04}-{month % 12 + 1:02}")

    def close(self) -> None:
        """Writes everything but usage, and what it takes to go on."""
        np.savez(self.tables / "made.npz", accounts=self.account_months, users=self.user_months)
        record = {"design": asdict(self.design), "last": self.last}
        (self.tables / "made.json").write_text(json.dumps(record), encoding="utf-8")
        write_codes(self.tables, self.users.account, codes(self.account_months), codes(self.user_months))
        write_ledger(self.tables, self.users.account_start, self.last)
        write_header(self.tables, self.design.name, as_date(self.last))


def codes(first_months: Ints) -> Ints:
    """Codes from 1 in the order of (first month, id); 0 for who has not appeared.

    >>> codes(np.array([7, NEVER, 5, 5]))
    array([3, 0, 1, 2])
    """
    order = np.argsort(first_months, kind="stable")
    order = order[first_months[order] != NEVER]
    code_of = np.zeros(len(first_months), np.int64)
    code_of[order] = np.arange(1, len(order) + 1)
    return code_of


def months(first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """Each calendar month of days ``[first, last)``: its number (12 a year), its first day and its end, cut to that range."""
    while first < last:
        today = as_date(first)
        month = today.year * 12 + today.month - 1
        following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
        end = min(last, (following - EPOCH).days)
        yield month, first, end
        first = end


def write_part(made: Made, month: int, rows: Rows) -> None:
    """Writes one month of usage in the order and form that ingest gives it."""
    at = rows.day * DAY + rows.minute * MINUTE
    part = {
        "account": codes(made.account_months)[rows.account].astype(np.int32),
        "user": np.append(codes(made.user_months), 0)[rows.user].astype(np.int32),  # place -1, nobody, is code 0
        "feature": rows.feature.astype(np.int32), "day": rows.day.astype(np.int32), "lag": rows.lag.astype(np.int32),
        "units": rows.units, "occurred_at": at.astype("datetime64[us]"),
        "known_at": (at + rows.lag * DAY).astype("datetime64[us]"),
    }  # fmt: skip
    made.part(month).parent.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.register("part", pa.table(part))
    con.execute(f"""COPY (
        SELECT *, CAST(NULL AS VARCHAR) AS event_id, CAST(NULL AS VARCHAR) AS contract_id FROM part ORDER BY {ORDER}
    ) TO {quoted(made.part(month))} (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP})""")


def write_book(tables: Path, design: Design) -> None:
    """Writes the design's book: usage month by month, then codes, accounts, contracts and the header."""
    made = Made.new(tables, design)
    for month, begin, end in months(design.first, design.last):
        rows = draw(design, made.users, begin, end)
        made.note(month, rows)
        write_part(made, month, rows)
    made.last = design.last
    made.close()


def made_book(root: Path, design: Design) -> Path:
    """The folder of the design's book below ``root``, written if it is not there yet."""
    tables = root / design.name
    if not (tables / "made.json").is_file():
        write_book(tables, design)
    try:
        Tables(tables)
    except TableError:  # canonical tables have changed since; usage takes long to write and stays
        Made.open(tables).close()
    return tables


def arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that make a design."""
    parser.add_argument("--events", type=float, default=50e6)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=1096)
    parser.add_argument("--late-share", type=float, default=0.0)


def designed(chosen: argparse.Namespace) -> Design:
    """The design that the options describe."""
    return Design(int(chosen.events), chosen.accounts, chosen.days, chosen.late_share)


def main() -> None:
    """Writes a book into the folder named on the command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("root", type=Path)
    arguments(parser)
    chosen = parser.parse_args()
    print(made_book(chosen.root, designed(chosen)))


if __name__ == "__main__":
    main()
