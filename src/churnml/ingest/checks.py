"""What checking a book finds: rows kept, rows quarantined with their reasons, and the limits that stop a run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb

from churnml.data.book import BookSettings
from churnml.data.schema import RECORDING, Table, quoted
from churnml.errors import TableError
from churnml.ingest.date_range import range_faults, range_reasons
from churnml.ingest.examples import examples
from churnml.ingest.held_rows import delivered
from churnml.ingest.left_out import LeftOut
from churnml.ingest.orphans import IDS_ALIKE, UNKNOWN, unknown_accounts
from churnml.ingest.validate import AFTER_LAST_DAY, reasons, references, tombstone
from churnml.ingest.values.places import Places
from churnml.ingest.versions.fold import REPEATED, fold
from churnml.params.book import Ingest
from churnml.results.delivery import Delivery


class Together(Protocol):
    """What looks at several rows of a table at once, before versions are folded and after."""

    def before_versions(self, con: duckdb.DuckDBPyConnection) -> list[str]:
        """Failures, after telling apart rows that are no versions of each other."""

    def after_versions(self, con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str]]:
        """Notices and failures, after completing the rows."""


@dataclass
class Check:
    """What checking a book found: per table the rows read, kept, replaced by newer versions, and quarantined by reason.

    Beside notices and failures, the accounts left out; ``files`` says of each raw file its lines, records and rows read, ``columns`` which
    of a table's hold a value; ``later`` counts a table's rows that are quarantined only because they are of the last day or after it;
    ``examples`` has, by table and reason, words for one refused row; ``unjudged`` counts the rows of tables that could not be judged; ``delivery`` is the profile of a book that is accepted.
    """

    files: dict[str, dict[str, object]] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    last_day: date | None = None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    quarantined: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    later: dict[str, int] = field(default_factory=dict)
    examples: dict[str, dict[str, str]] = field(default_factory=dict)
    unjudged: dict[str, int] = field(default_factory=dict)
    delivery: Delivery | None = None

    def refused(self, table: str) -> str:
        """A table's refused rows by reason, each with an example."""
        told = self.examples.get(table, {})
        return "; ".join(
            f"{n:,} {reason}{f', like {told[reason]}' if reason in told else ''}"
            for reason, n in self.quarantined[table].items()
        )

    def add(self, notices: list[str], failures: list[str]) -> None:
        """Adds what was found."""
        self.notices += notices
        self.failures += failures

    def as_json(self) -> str:
        """The check as stable JSON, for the record and for people."""
        content = {
            "last_day": str(self.last_day),
            "files": self.files,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "notices": self.notices,
            "left_out": [account.as_record() for account in self.left_out],
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


class RefusedBookError(TableError):
    """A book that is refused: every failure, and the check as far as it came."""

    check: Check


def check_table(
    con: duckdb.DuckDBPyConnection, table: Table, present: set[str], book: BookSettings, check: Check,
    more: Mapping[str, str], places: Places, max_stray_share: float, together: Together | None = None,
) -> None:  # fmt: skip
    """Marks each row of ``judged.<table>`` with the reasons to refuse it or how long it was the newest version, and counts them.

    ``more`` are reasons that the book's own settings give, ``places`` what messages name files and lines by, ``together`` what looks at
    several rows at once.
    """
    ledger: set[str] = {view for view in ("accounts", "contracts") if view in check.rows}
    ranges = range_reasons(table, present, book.first_day, check.last_day)
    bad = reasons(table, present, check.last_day, ledger) | dict(more)
    bad |= {reason: predicate for reason, (_, predicate) in ranges.items()}
    told = ", ".join(f"CASE WHEN {predicate} THEN '{reason}' END" for reason, predicate in bad.items())
    is_bad = " OR ".join(f"({predicate})" for predicate in bad.values())
    rows = con.execute(f"""CREATE OR REPLACE TEMP TABLE refused AS SELECT t.row_number, concat_ws('; ', {told}) AS reason,
        {tombstone(table, present)} AS is_bare FROM judged."{table.name}" t {references(table, ledger)} WHERE {is_bad}""")
    if rows.fetchall()[0][0]:
        con.execute(f"""UPDATE held."{table.name}" t SET is_bare = r.is_bare, reason = CASE WHEN NOT r.is_bare THEN r.reason END
            FROM refused r WHERE r.row_number = t.row_number""")
    check.failures += together.before_versions(con) if together else []
    folded = fold(con, table, present, check.last_day or date.max, book, places)
    check.add(folded.notices(table.name), list(folded.failures))
    if together and not folded.failures:
        check.add(*together.after_versions(con))
    total, kept, later = con.execute(
        f"SELECT count(*), count(*) FILTER (reason IS NULL), count(*) FILTER (reason = '{AFTER_LAST_DAY}') FROM judged.\"{table.name}\""
    ).fetchall()[0]
    replaced = {"versions": folded.versions} if folded.versions else {}
    counted = {"read": total, "kept": kept - folded.versions, "quarantined": total - kept}
    check.rows[table.name] = counted | replaced
    check.later[table.name] = later
    counts = con.execute(f"""SELECT r, count(*) FROM (SELECT unnest(string_split(reason, '; ')) AS r FROM judged."{table.name}"
        WHERE reason IS NOT NULL) GROUP BY r ORDER BY 2 DESC, 1""").fetchall()
    check.quarantined[table.name] = dict(counts)
    check.examples[table.name] = examples(con, table, places)
    check.failures += range_faults(con, table, ranges, dict(counts), max_stray_share, places)
    if kept == folded.versions and not folded.failures:
        deleted = f"{table.name}: is_deleted leaves no row of {kept:,}; does it say the contrary of what its name says?"
        refused = f"{table.name}: no row is left after quarantine ({check.refused(table.name)})"
        check.failures.append(deleted if kept else refused)
    _reference_views(con, table)


def _reference_views(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """What later tables are checked against: which accounts and contracts exist, and since when."""
    source = f'FROM judged."{table.name}" WHERE reason IS NULL'
    if table.name == "accounts":
        con.execute(f"""CREATE TABLE known_accounts AS SELECT account_id,
            min(min(created_at)) OVER (PARTITION BY coalesce(any_value(survivor), account_id)) AS created_at
            FROM (SELECT account_id, created_at {source}) LEFT JOIN survivors USING (account_id) GROUP BY account_id""")
    if table.name == "contracts":
        con.execute(
            f"CREATE TABLE known_contracts AS SELECT contract_id, min(start_date) AS start_date {source} GROUP BY contract_id"
        )


def apply_limit(
    con: duckdb.DuckDBPyConnection, name: str, ingest: Ingest, check: Check, quarantine: Path
) -> None:
    """Adds a failure to the check where more of a table was quarantined than its limit allows, a notice where only accounts are missing."""
    counts, later = check.rows[name], check.later[name]
    repeats = check.quarantined[name].get(REPEATED, 0)
    refused, read = counts["quarantined"] - later - repeats, counts["read"] - later
    share, limit = (
        refused / max(read, 1),
        ingest.max_quarantined_share_of.get(name, ingest.max_quarantined_share),
    )
    unknown = unknown_accounts(con, name, check.last_day) if UNKNOWN in check.quarantined[name] else ""
    if share <= limit or not counts["kept"]:
        if unknown and not counts["kept"]:
            check.failures.append(f"{name}: {unknown}")
        elif unknown and (name == "contracts" or IDS_ALIKE in unknown):
            check.notices.append(f"{name}: {unknown}")
        return
    # Where most refused rows are of accounts that left, a higher limit would hide who left.
    advice = "mend the source" if check.quarantined[name].get(UNKNOWN, 0) * 2 > refused else (
        f"mend the source; only where these rows are known to be dirt, raise ingest.max_quarantined_share_of.{name}")  # fmt: skip
    check.failures.append(
        f"{name}: {refused} of {read} rows ({share:.1%}) quarantined, over the limit of {limit:.1%}: {check.refused(name)}. "
        f"{unknown and unknown + '. '}Read {_shown(quarantine / f'{name}.parquet')}; {advice}"
    )


def _shown(path: Path) -> Path:
    """A path as seen from where the command runs."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def write_quarantine(con: duckdb.DuckDBPyConnection, table: Table, quarantine: Path) -> None:
    """Writes the refused rows as they were delivered, each with its reasons and its place in ``mapped.<table>``."""
    quarantine.mkdir(parents=True, exist_ok=True)
    given = delivered(con, table.name)
    columns = [f'm."{c}"' for c in (*table.names, *(c.name for c in RECORDING)) if c in given]
    con.execute(f"""COPY (SELECT reason, row_number, {", ".join(columns)} FROM mapped."{table.name}" m JOIN (
            SELECT row_number, reason FROM judged."{table.name}" WHERE reason IS NOT NULL) ON m.rowid = row_number - 1
        ORDER BY row_number) TO {quoted(quarantine / f"{table.name}.parquet")} (FORMAT parquet)""")
    con.execute(f'DROP VIEW mapped."{table.name}"')
