"""Rows of one fact that differ, with nothing to say which of them is newer: never guessed."""

import duckdb

from churnml.ingest.values.places import Places
from churnml.ingest.versions.rows_of_a_key import Rows

ONE_OF_A_DAY = ("invoices", "milestones")
"""Tables of which an account seldom has two rows that agree in all but what comes later. Two surveys a day are usual."""

ORDER = ("moment", "updated_at", "known_at", "file_day")
"""What says of two versions which is newer, the first that differs."""


def contradictions(con: duckdb.DuckDBPyConnection, rows: Rows, places: Places) -> list[str]:
    """A failure where rows in table ``versions`` of one key and the same moment differ, with an example of two."""
    order = ", ".join(ORDER)
    pairs = con.execute(f"""SELECT list(row_number ORDER BY row_number) FROM versions WHERE row_number IS NOT NULL AND place > 0
        GROUP BY {rows.listed}, {order} HAVING count(DISTINCT (is_gone, state)) > 1 ORDER BY min(row_number)""").fetchall()
    if not pairs:
        return []
    name, example = rows.table.name, _example(con, rows, pairs[0][0], places)
    failure = (
        f"{name}: {len(pairs):,} {rows.named} stand for rows that differ, and nothing says which row is newer, for example {example}. "
        f"If they are versions, give updated_at (or known_at) in {name}.sql, or keep one file a day in a folder, the day in its name; "
        f"if they are rows of their own, give each its own {' or '.join(rows.table.key if rows.is_sum else rows.columns)}"
    )
    return [failure]


def lacks_id(con: duckdb.DuckDBPyConnection, rows: Rows, present: set[str], places: Places) -> list[str]:
    """A failure where rows without a key look like versions of one fact within one file: they differ only in what is revealed later."""
    revealing = sorted({c.revealed_by for c in rows.table.columns if c.revealed_by} & present)
    if "updated_at" in present or "is_deleted" in present:
        looks = "count(DISTINCT (updated_at, coalesce(is_deleted, false))) > 1"
    elif "known_at" in present and revealing:
        # A row that knew when it came what another did not yet: its known_at is that of a change.
        grown = (
            f"(max(known_at) FILTER ({by} <= known_at) > min(known_at) FILTER ({by} IS NULL))"
            for by in revealing
        )
        looks = f"({' OR '.join(grown)})"
    elif revealing and rows.table.name in ONE_OF_A_DAY:
        looks = " OR ".join(f"(count({by}) > 0 AND count({by}) < count(*))" for by in revealing)
        looks = f"({looks})"
    else:
        return []
    state = f"(coalesce(is_deleted, false), {rows.state})"
    own = ", ".join((*rows.columns, "file_day"))
    pairs = con.execute(f"""SELECT list(row_number ORDER BY row_number) FROM ({rows.plain}) WHERE reason IS NULL AND hash({own}) IN (
            SELECT hash({own}) FROM ({rows.plain}) GROUP BY 1 HAVING count(*) > 1)
        GROUP BY {own} HAVING count(DISTINCT {state}) > 1 AND {looks} ORDER BY min(row_number)""").fetchall()
    if not pairs:
        return []
    name, key = rows.table.name, rows.table.key[0]
    failure = (
        f"{name}: {len(pairs):,} times rows agree in {', '.join(rows.columns)} and differ in what comes later, for example "
        f"{_example(con, rows, pairs[0][0], places)}: versions of one row, or rows of their own? Give {key} in {name}.sql"
    )
    return [failure]


def _example(con: duckdb.DuckDBPyConnection, rows: Rows, numbers: list[int], places: Places) -> str:
    """The first row and one that differs from it: their key, their places, and where they differ."""
    names = [*rows.table.names, "is_deleted"]
    found = con.execute(
        f'SELECT row_number, {", ".join(names)} FROM judged."{rows.table.name}" WHERE row_number IN ? ORDER BY row_number',
        [numbers[:1000]],
    ).fetchall()
    first = found[0]
    other = next(row for row in found if row[1:] != first[1:])
    values = dict(zip(names, zip(first[1:], other[1:], strict=True), strict=True))
    shown = rows.columns if rows.is_keyed else ("account_id",)
    facts = ", ".join(f"{name} '{values[name][0]}'" for name in shown if values[name][0] is not None)
    differing = {name: pair for name, pair in values.items() if pair[0] != pair[1]}
    differ = "; ".join(
        f"{name} {_written(one)} and {_written(two)}" for name, (one, two) in differing.items()
    )
    lines = [places.of(con, rows.table.name, row[0], [*shown, *differing]) for row in (first, other)]
    if lines[0] == lines[1]:  # what they hold stands in one line, too: it tells neither from the other
        lines = [f"rows {first[0]}", f"{other[0]} of {rows.table.name}.sql"]
    return f"{facts} ({' and '.join(lines)}: {differ})"


def _written(value: object) -> str:
    return "nothing" if value is None else f"'{value}'"
