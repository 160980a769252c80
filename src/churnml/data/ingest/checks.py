"""What checking a book finds: rows kept, rows quarantined with their reasons, and the limits that stop a run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from churnml.data.ingest.left_out import LeftOut
from churnml.data.ingest.validate import AFTER_LAST_DAY, reasons, references, repeated_keys
from churnml.data.schema import KNOWN_AT, Table, quoted
from churnml.params.book import Ingest


@dataclass
class Check:
    """What checking a book found: per table the rows read, kept and quarantined by reason; notices; failures; the accounts left out.

    ``later`` counts a table's rows that are quarantined only because they are of the last day or after it.
    """

    last_day: date | None = None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    quarantined: dict[str, dict[str, int]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    later: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> str:
        """The check as stable JSON, for the record and for people."""
        content = {
            "last_day": str(self.last_day),
            "rows": self.rows,
            "quarantined": self.quarantined,
            "notices": self.notices,
            "left_out": [account.as_record() for account in self.left_out],
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def check_table(
    con: duckdb.DuckDBPyConnection, table: Table, present: set[str], check: Check, more: Mapping[str, str]
) -> None:
    """Creates ``judged.<table>`` and counts what is kept and refused; ``more`` are reasons that the book's own settings give."""
    ledger: set[str] = {view for view in ("accounts", "contracts") if view in check.rows}
    bad = reasons(table, present, check.last_day, ledger) | dict(more)
    reason_cases = ", ".join(
        f"CASE WHEN {predicate} THEN '{reason}' END" for reason, predicate in bad.items()
    )
    is_bad = " OR ".join(f"({predicate})" for predicate in bad.values())
    con.execute("CREATE SCHEMA IF NOT EXISTS judged")
    columns = ", ".join(f't."{name}"' for name in ("row_number", *table.names, KNOWN_AT.name))
    con.execute(
        f"CREATE TABLE judged.\"{table.name}\" AS SELECT {columns}, CASE WHEN {is_bad} THEN concat_ws('; ', {reason_cases}) END AS reason "
        f'FROM typed."{table.name}" t {references(table, ledger)}'
    )
    repeats = repeated_keys(table, present)
    if repeats:
        con.execute(f"""UPDATE judged."{table.name}" SET reason = concat_ws('; ', reason, 'key is repeated')
            WHERE row_number IN ({repeats})""")
    total, kept, later = con.execute(
        f"SELECT count(*), count(*) FILTER (reason IS NULL), count(*) FILTER (reason = '{AFTER_LAST_DAY}') FROM judged.\"{table.name}\""
    ).fetchall()[0]
    check.rows[table.name] = {"read": total, "kept": kept, "quarantined": total - kept}
    check.later[table.name] = later
    counts = con.execute(f"""SELECT r, count(*) FROM (SELECT unnest(string_split(reason, '; ')) AS r FROM judged."{table.name}"
        WHERE reason IS NOT NULL) GROUP BY r ORDER BY 2 DESC, 1""").fetchall()
    check.quarantined[table.name] = dict(counts)
    if kept == 0:
        check.failures.append(
            f"{table.name}: no row is left after quarantine ({', '.join(f'{n} {r}' for r, n in counts)})"
        )
    _reference_views(con, table)


def _reference_views(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """What later tables are checked against: which accounts and contracts exist, and since when."""
    source = f'FROM judged."{table.name}" WHERE reason IS NULL'
    if table.name == "accounts":
        con.execute(
            f"CREATE TABLE known_accounts AS SELECT account_id, min(created_at) AS created_at {source} GROUP BY account_id"
        )
    if table.name == "contracts":
        con.execute(f"CREATE TABLE known_contracts AS SELECT contract_id, start_date {source}")


def apply_limit(name: str, ingest: Ingest, check: Check) -> None:
    """Adds a failure to the check where more of a table was quarantined than its limit allows."""
    counts, later = check.rows[name], check.later[name]
    refused, read = counts["quarantined"] - later, counts["read"] - later
    share, limit = (
        refused / max(read, 1),
        ingest.max_quarantined_share_of.get(name, ingest.max_quarantined_share),
    )
    if share > limit and counts["kept"]:
        why = ", ".join(f"{n} {reason}" for reason, n in check.quarantined[name].items())
        check.failures.append(
            f"{name}: {refused} of {read} rows ({share:.1%}) quarantined, over the limit of {limit:.1%}: {why}. "
            f"Read data's quarantine/{name}.parquet; mend the source or raise ingest.max_quarantined_share_of.{name}"
        )


def write_quarantine(con: duckdb.DuckDBPyConnection, table: Table, quarantine: Path) -> None:
    """Writes the refused rows as they were delivered, each with its reasons and its place in ``mapped.<table>``, which then goes."""
    quarantine.mkdir(parents=True, exist_ok=True)
    given = {row[0] for row in con.execute(f'DESCRIBE mapped."{table.name}"').fetchall()}
    columns = [f'm."{c}"' for c in (*table.names, KNOWN_AT.name) if c in given]
    con.execute(f"""COPY (SELECT reason, row_number, {", ".join(columns)} FROM mapped."{table.name}" m JOIN (
            SELECT row_number, reason FROM judged."{table.name}" WHERE reason IS NOT NULL) ON m.rowid = row_number - 1
        ORDER BY row_number) TO {quoted(quarantine / f"{table.name}.parquet")} (FORMAT parquet)""")
    con.execute(f'DROP VIEW typed."{table.name}"')
    con.execute(f'DROP TABLE mapped."{table.name}"')
