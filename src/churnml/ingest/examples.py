"""One example for each reason for which rows are refused: its values as they were written, file and line, and the likely cause."""

import re

import duckdb

from churnml.data.schema import RECORDING, Table
from churnml.ingest.values import numbers, times
from churnml.ingest.values.forms import form_of
from churnml.ingest.values.places import Places
from churnml.ingest.versions.fold import REPEATED


def examples(con: duckdb.DuckDBPyConnection, table: Table, places: Places) -> dict[str, str]:
    """By reason: words for the first row refused for it, such as ``arr '12k (tbc)' (contracts.csv line 34)``."""
    firsts = con.execute(f"""SELECT r, min(row_number) FROM (SELECT row_number, unnest(string_split(reason, '; ')) AS r
        FROM judged."{table.name}" WHERE reason IS NOT NULL) GROUP BY r""").fetchall()
    return {reason: _words(con, table, places, reason, row) for reason, row in firsts}


def _words(con: duckdb.DuckDBPyConnection, table: Table, places: Places, reason: str, row: int) -> str:
    found = con.execute(f'SELECT * FROM mapped."{table.name}" WHERE rowid = {row - 1}')
    names = [column[0] for column in found.description or ()]
    values = dict(zip(names, found.fetchone() or (), strict=False))
    told = [c for c in _columns(table, reason) if values.get(c) is not None]
    shown = told or [c for c in (*table.key, "account_id") if values.get(c) is not None][:1]
    listed = ", ".join(f"{c} '{values[c]}'" for c in shown)
    return f"{listed} ({places.of(con, table.name, row, told)}){_cause(reason, str(values.get(told[0])) if told else '')}".lstrip()


def _columns(table: Table, reason: str) -> list[str]:
    """The columns that a reason is about."""
    named = {
        found.start(): c
        for c in (*table.names, *(c.name for c in RECORDING))
        if (found := re.search(rf"\b{c}\b", reason))
    }
    if named:
        return [named[place] for place in sorted(named)]
    if reason == "account is unknown":
        return ["account_id"]
    if reason == REPEATED:
        return [*table.key]
    if not table.is_event and "account was created" not in reason:
        return ["known_at", "signed_at", "created_at"]  # when it was recorded
    return [c for c in table.names if re.search(rf"\b{c}\b", table.clock)]


def _cause(reason: str, value: str) -> str:
    kinds = {" is not a date": times.FORMS, " is not a timestamp": times.FORMS, " number": numbers.FORMS}
    forms = next((forms for kind, forms in kinds.items() if reason.endswith(kind)), ())
    form = form_of(value, forms) if forms else None
    if forms and not form and not re.search(r"\d", value):
        return ", a word; if it means nothing, name it in 'null_words' under files: in book.yaml"
    return f", such values {form.cause}" if form else ""
