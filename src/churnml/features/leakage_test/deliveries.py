"""Other deliveries of the same rows: with another future, later, in another order, in other pieces, or twice.

Accounts keep their rows, and later rows only change what they say: without them ingest would refuse all that their account did.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from churnml.data.schema import MOMENT, TABLES, TEXT, Column
from churnml.features.leakage_test.sample import Changes

Columns = Mapping[str, Sequence[str]]


def future_deleted(columns: Columns, as_of: date) -> Changes:
    """Nothing known on or after a day: neither rows nor what rows reveal later."""
    tables_without = {}
    for name, given in columns.items():
        past = f"SELECT * FROM {name} WHERE {_known(as_of)}"
        replaced = {
            c.name: f"CASE WHEN {c.revealed_by} < {_at(as_of)} THEN {c.name} END"
            for c in _revealed(name, given)
        }
        tables_without[name] = [_replace(past, replaced)]
        if name == "accounts":
            later = f"SELECT * FROM {name} WHERE NOT {_known(as_of)}"
            tables_without[name].append(_replace(later, dict.fromkeys(_attributes(given), "NULL")))
    return tables_without


def future_shuffled(columns: Columns, as_of: date) -> Changes:
    """Rows known on or after a day go to another account, and what rows reveal then is revealed otherwise."""
    shuffled = {}
    for name, given in columns.items():
        past = f"SELECT * FROM {name} WHERE {_known(as_of)}"
        replaced = {c.name: _revealed_otherwise(c, as_of) for c in _revealed(name, given)}
        shuffled[name] = [_replace(past, replaced)]
        if name == "accounts":
            later = f"SELECT * FROM {name} WHERE NOT {_known(as_of)}"
            shuffled[name].append(
                _replace(later, {c: f"'not ' || coalesce({c}, '')" for c in _attributes(given)})
            )
        else:
            shuffled[name].append(f"""SELECT t.* REPLACE (o.other AS account_id) FROM {name} t JOIN (
                SELECT account_id, coalesce(lead(account_id) OVER w, first(account_id) OVER w) AS other
                FROM (SELECT DISTINCT account_id FROM accounts) WINDOW w AS (ORDER BY account_id)) o USING (account_id)
                WHERE NOT {_known(as_of)}""")
    return shuffled


def delayed(columns: Columns, as_of: date) -> Changes:
    """Half of the rows known before a day become known on that day, at midnight."""
    return {
        name: [f"SELECT * REPLACE (CASE WHEN {_is_chosen(name, given, as_of)} THEN {_at(as_of)} ELSE known_at END AS known_at) FROM {name}"]
        for name, given in columns.items()
    }  # fmt: skip


def undelivered(columns: Columns, as_of: date) -> Changes:
    """The rows that ``delayed`` holds back are not there at all."""
    return {
        name: [f"SELECT * FROM {name} WHERE NOT {_is_chosen(name, given, as_of)}"]
        for name, given in columns.items()
    }


def in_pieces(columns: Columns) -> Changes:
    """Each table in three files, each in an order that has nothing to do with time."""
    return {
        name: [f"SELECT * FROM {name} t WHERE hash(t) % 3 = {piece} ORDER BY hash(t) % 1000, account_id DESC" for piece in range(3)]
        for name in columns
    }  # fmt: skip


def twice(columns: Columns) -> Changes:
    """Each table again under another name, the other way round, beside a file that holds half of it once more."""
    return {
        name: [f"FROM {name}", f"SELECT * FROM {name} ORDER BY ALL DESC", f"SELECT * FROM {name} t WHERE hash(t) % 2 = 0"]
        for name in columns
    }  # fmt: skip


def revelations(columns: Columns) -> dict[str, str]:
    """By column that is revealed later than its row (``tickets.csat``) the moment that reveals it (``csat_at``)."""
    return {
        f"{name}.{c.name}": c.revealed_by
        for name, given in columns.items()
        for c in _revealed(name, given)
        if c.revealed_by
    }


def _at(day: date) -> str:
    return f"TIMESTAMP '{day}'"


def _known(as_of: date) -> str:
    return f"(known_at < {_at(as_of)})"


def _replace(rows: str, columns: Mapping[str, str]) -> str:
    replacements = ", ".join(f"CAST({value} AS {_type(name)}) AS {name}" for name, value in columns.items())
    return f"SELECT * REPLACE ({replacements}) FROM ({rows})" if replacements else rows


def _type(name: str) -> str:
    return next(c.type for table in TABLES.values() for c in table.columns if c.name == name)


def _revealed(name: str, given: Sequence[str]) -> list[Column]:
    return [c for c in TABLES[name].columns if c.revealed_by in given and c.name in given]


def _attributes(given: Sequence[str]) -> list[str]:
    return [c.name for c in TABLES["accounts"].columns if c.is_undated and c.name in given]


def _revealed_otherwise(column: Column, as_of: date) -> str:
    """Another value where it is known on the day or later; a moment moves within that future, its first midnight included."""
    if column.type == MOMENT:
        other = f"{_at(as_of)} + INTERVAL (CAST(hash({column.name}) % 3 AS INTEGER) * 20) DAY"
    elif column.type == TEXT:
        other = f"'not ' || {column.name}"
    else:
        other = f"9 - {column.name}"
    return f"CASE WHEN {column.revealed_by} < {_at(as_of)} THEN {column.name} WHEN {column.revealed_by} IS NOT NULL THEN {other} END"


def _is_chosen(name: str, given: Sequence[str], as_of: date) -> str:
    """SQL for whether a row is one that comes late. What ingest judges other rows by comes in time: each account, its first contract."""
    rule = f"{_known(as_of)} AND hash({', '.join(given)}) % 2 = 0"
    if name == "accounts":
        return f"({rule} AND valid_from > (SELECT min(valid_from) FROM accounts a WHERE a.account_id = accounts.account_id))" if "valid_from" in given else "false"  # fmt: skip
    if name == "contracts":
        return f"({rule} AND start_date > (SELECT min(start_date) FROM contracts c WHERE c.account_id = contracts.account_id))"
    return f"({rule})"
