"""A book's mapping to tables: every ``<table>.sql`` is one SELECT over the raw views, run where it can open no file of its own."""

import difflib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from churnml.data.schema import USAGE, quoted
from churnml.errors import BookError
from churnml.ingest.held_rows import DAY, create, held, show_delivered, take
from churnml.ingest.raw.file_days import FILE_DAY, choose_rows

ONE_SELECT = "a mapping is one SELECT over raw views; it opens no file and changes nothing"

CLOCKS = {"current_date", "current_timestamp", "localtimestamp"}
VOLATILE = CLOCKS | {"now", "today", "get_current_timestamp", "get_current_time", "transaction_timestamp", "random", "uuid", "uuidv4",
                     "uuidv7", "gen_random_uuid", "setseed"}  # fmt: skip
"""Functions, and words without brackets, that give something else another time."""


def lock(con: duckdb.DuckDBPyConnection, readable: Sequence[Path], writable: Sequence[Path]) -> None:
    """Closes every other file, address and extension to the connection, for good.

    SQL reaches the raw files that were opened and the folders of the results; only SELECTs are run, so that it writes to neither.
    """
    for setting, value in {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allowed_paths": f"[{', '.join(map(quoted, readable))}]",
        "allowed_directories": f"[{', '.join(map(quoted, writable))}]",
        "enable_external_access": "false",
        "lock_configuration": "true",
    }.items():
        con.execute(f"SET {setting} = {value}")


def run_mapping(
    con: duckdb.DuckDBPyConnection, sql_file: Path, unread: Sequence[str] = (), takeable: Collection[str] = ()
) -> None:
    """Creates ``judged.<table>`` and ``mapped.<table>`` of the book's SELECT. Of a view that is ``takeable`` it may take the rows themselves.

    BookError says DuckDB's own words, and what the raw views concerned hold; ``unread`` views are there and were not opened.
    """
    where = f"{sql_file.parent.name}/{sql_file.name}"
    sql = ""
    try:
        sql = _one_select(con, sql_file, where)
        names = _names(con, sql, is_by_day=True)
        if not _is_by_day(sql, set(names), sql_file.stem):
            names = _names(con, sql, is_by_day=False)
        view, columns = _handed_on(con, sql, names, takeable)
        if view:
            take(con, sql_file.stem, view, columns)
        else:
            create(con, sql_file.stem, sql)
        show_delivered(con, sql_file.stem, names)
    except duckdb.Error as error:
        words = str(error).strip().splitlines()[0]
        hint = (
            f"; {ONE_SELECT}"
            if isinstance(error, duckdb.PermissionException)
            else _hint(con, sql, str(error), unread)
        )
        raise BookError(f"{where}: {words}{hint}") from None


ROW_BY_ROW: dict[str, Any] = {
    "type": "SELECT_NODE", "modifiers": [], "where_clause": None, "group_expressions": [], "having": None, "sample": None, "qualify": None,
    "aggregate_handling": "STANDARD_HANDLING",
}  # fmt: skip
WHOLE: dict[str, Any] = {"exclude_list": [], "replace_list": [], "columns": False, "expr": None, "rename_list": [], "qualified_exclude_list": []}  # fmt: skip
"""How DuckDB describes a SELECT that leaves each row as it is, and a ``*`` for all columns."""


def _handed_on(
    con: duckdb.DuckDBPyConnection, sql: str, names: Sequence[str], takeable: Collection[str]
) -> tuple[str, dict[str, str]]:
    """The raw view whose rows a SELECT hands on as they are, and the new names of its columns; nothing where it does more than that."""
    node = _tree(con, sql)["statements"][0]["node"]
    source = node.get("from_table") or {}
    if any(node.get(key) != value for key, value in ROW_BY_ROW.items()) or node["cte_map"]["map"]:
        return "", {}
    if (
        source["type"] != "BASE_TABLE"
        or source["schema_name"].lower() != "raw"
        or source["sample"]
        or source["column_name_alias"]
    ):
        return "", {}
    view = source["table_name"].lower()
    if view not in takeable:
        return "", {}
    rows = {row[0].lower(): row[0] for row in con.execute(f"DESCRIBE {held(view)}").fetchall()}
    shown = [row[0].lower() for row in con.execute(f'DESCRIBE raw."{view}"').fetchall()]
    there = {column: rows.get(column, DAY) for column in shown}
    columns: list[str | None] = []
    for item in node["select_list"]:
        if item["class"] == "STAR" and all(item.get(key) == value for key, value in WHOLE.items()):
            columns += there.values()
        else:
            columns.append(
                there.get(item["column_names"][-1].lower()) if item["class"] == "COLUMN_REF" else None
            )
    given = {column: new for column, new in zip(columns, names, strict=False) if column}
    is_each_once = len(given) == len(columns) == len({new.lower() for new in names} - {"row_number"})
    return (view, given) if is_each_once else ("", {})


def _names(con: duckdb.DuckDBPyConnection, sql: str, *, is_by_day: bool) -> list[str]:
    """The columns of a SELECT, over raw views that hold every row with its file's day, or each row once."""
    choose_rows(con, sql, is_by_day=is_by_day)
    return [column[0] for column in con.execute(f"SELECT * FROM ({sql}\n) LIMIT 0").description or ()]


def _is_by_day(sql: str, columns: set[str], table: str) -> bool:
    """Whether a mapping tells rows apart by their file's day. Of usage without ids or periods no row is a version of another."""
    if FILE_DAY in sql.lower():
        return True
    return FILE_DAY in columns and (table != USAGE.name or bool({USAGE.key[0], "period_start"} & columns))


def raw_views(con: duckdb.DuckDBPyConnection, mapping: Path) -> set[str]:
    """The names in schema ``raw`` that a book's mapping reads; a file that is no SELECT reads none and is refused when it is run."""
    return {view for file in mapping.glob("*.sql") for view in views_of(con, file)}


def words_of(mapping: Path) -> set[str]:
    """Every word of a book's SQL, in small letters."""
    return {
        word.lower()
        for file in mapping.glob("*.sql")
        for word in re.findall(r"\w+", file.read_text(encoding="utf-8-sig"))
    }


def views_of(con: duckdb.DuckDBPyConnection, sql_file: Path) -> set[str]:
    """The names in schema ``raw`` that one SELECT reads."""
    try:
        tree = _tree(con, _one_select(con, sql_file, sql_file.name))
    except (BookError, duckdb.Error):
        return set()
    return {node["table_name"].lower() for node in nodes_of(tree)
            if node.get("type") == "BASE_TABLE" and node["schema_name"].lower() == "raw"}  # fmt: skip


def tree_of(con: duckdb.DuckDBPyConnection, sql_file: Path) -> dict[str, Any]:
    """The parsed query of one SELECT."""
    node: dict[str, Any] = _tree(con, _one_select(con, sql_file, sql_file.name))["statements"][0]["node"]
    return node


def _one_select(con: duckdb.DuckDBPyConnection, sql_file: Path, where: str) -> str:
    """The file's text, if it is one SELECT; BookError else."""
    sql = sql_file.read_text(encoding="utf-8-sig").strip().rstrip(";")
    statements = con.extract_statements(sql)
    kinds = [statement.type.name for statement in statements]
    inner = (
        {str(node.get("type")) for node in nodes_of(_tree(con, sql)) if node.get("type")}
        if kinds == ["SELECT"]
        else set()
    )
    changes = sorted(
        name for name in inner if name.startswith(("INSERT_", "UPDATE_", "DELETE_", "COPY_", "MERGE_"))
    )
    if kinds != ["SELECT"] or changes:
        found = ", ".join(kinds + [name.split("_")[0] for name in changes]) or "nothing"
        raise BookError(f"{where}: holds {found}; {ONE_SELECT}")
    if chance := _chance(_tree(con, sql)):
        raise BookError(
            f"{where}: asks the machine's clock, or draws at random ({chance}): the same files would be another book tomorrow. Write the day itself, "
            "as DATE '2024-12-31', and take every row"
        )
    return sql


def _chance(tree: Any) -> str:
    """The name of what makes a query give other rows another time; nothing where it always gives the same."""
    for node in nodes_of(tree):
        function, column = str(node.get("function_name", "")).lower(), node.get("column_names")
        if function in VOLATILE or (
            function == "age" and len(node.get("arguments") or node.get("children") or []) == 1
        ):
            return function
        if column and len(column) == 1 and column[0].lower() in CLOCKS:
            return str(column[0]).lower()
        if node.get("sample"):
            return "sample"
    return ""


def _tree(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return json.loads(con.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0][0])


def nodes_of(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object within a parsed statement."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            yield node
        stack += node.values() if isinstance(node, dict) else node if isinstance(node, list) else []


def _hint(con: duckdb.DuckDBPyConnection, sql: str, words: str, unread: Sequence[str]) -> str:
    """The nearest name to the one that is not there, and the names that are: columns of the views used, and the views."""
    query = "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE schema_name = 'raw' GROUP BY 1"
    views: dict[str, list[str]] = dict(
        sorted([*con.execute(query).fetchall(), *((name, []) for name in unread)])
    )
    used = {name.lower() for name in re.findall(r'\braw\s*\.\s*"?(\w+)', sql)}
    concerned = {name: columns for name, columns in views.items() if name in used}
    there = f" (raw views: {', '.join(views)})"
    column = re.search(r'(?:Referenced column|column named) "([^"]+)"', words)
    if column and concerned:
        known = [name for columns in concerned.values() for name in columns]
        listed = "; ".join(f"raw.{name} has {', '.join(columns)}" for name, columns in concerned.items())
        return f"{_nearest(column[1], known)} ({listed}){there}"
    table = re.search(r"Table with name (\w+) does not exist", words)
    return f"{_nearest(table[1], list(views)) if table else ''}{there}"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f": did you mean '{near[0]}'?" if near else ""
