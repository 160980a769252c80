"""Rows that a mapping's own SQL leaves out: they are in no table and in no quarantine, so they are told."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from churnml.ingest.mapping_sql.mapping import nodes_of, tree_of


def filtered_rows(con: duckdb.DuckDBPyConnection, sql_file: Path, rows_of: Callable[[str], int]) -> list[str]:
    """A notice where a mapping has fewer rows than the raw view it begins with, or a JOIN makes more; ``rows_of`` counts those of a view.

    SQL that groups rows, or makes them distinct, has fewer by its nature.
    """
    node = tree_of(con, sql_file)
    views = _sources(node, {})
    if not views:
        return []
    read = sum(map(rows_of, views))
    kept = con.execute(f'SELECT count(*) FROM mapped."{sql_file.stem}"').fetchall()[0][0]
    names = " and ".join(f"raw.{view}" for view in sorted(set(views)))
    if kept < read:
        return [f"{sql_file.name} kept {kept:,} of {read:,} rows of {names}; its SQL leaves out the rest"]
    if kept > read and _joins(node):
        return [
            f"{sql_file.name} made {kept:,} rows of {read:,} of {names}: does a JOIN repeat them? Each then counts as often as it stands there"
        ]
    return []


def _joins(node: Any) -> bool:
    """Whether a query joins tables anywhere, and unnests nothing."""
    kinds = {str(part.get("type")) for part in nodes_of(node)}
    functions = {str(part.get("function_name")) for part in nodes_of(node)}
    return "JOIN" in kinds and "unnest" not in functions


def _sources(node: Mapping[str, Any], outer: Mapping[str, Any]) -> list[str]:
    """The raw views whose rows a query hands on one by one; none where it groups them."""
    named = dict(outer) | {
        entry["key"].lower(): entry["value"].get("query") or entry["value"].get("query_node")
        for entry in node.get("cte_map", {}).get("map", [])
    }
    is_one_by_one = node["type"] == "SELECT_NODE" and not node["group_expressions"]
    is_union = node["type"] == "SET_OPERATION_NODE" and node["setop_type"] == "UNION" and node["setop_all"]
    if any(modifier["type"] == "DISTINCT_MODIFIER" for modifier in node.get("modifiers", [])):
        return []
    if is_union:
        parts = [_sources(part, named) for part in (node.get("children") or (node["left"], node["right"]))]
        return [view for part in parts for view in part] if all(parts) else []
    return _first_source(node["from_table"], named) if is_one_by_one else []


def _first_source(source: Mapping[str, Any], named: Mapping[str, Any]) -> list[str]:
    """The raw views behind the first table of a FROM clause."""
    while source["type"] == "JOIN":
        source = source["left"]
    if source["type"] == "SUBQUERY":
        return _sources(source["subquery"]["node"], named)
    table = source.get("table_name", "").lower()
    if source.get("schema_name", "").lower() == "raw":
        return [table]
    query = named.get(table)
    others = {name: other for name, other in named.items() if name != table}
    return _sources(query.get("node", query), others) if query else []
