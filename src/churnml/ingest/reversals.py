"""What was undone: tickets that were opened again, and invoices given back."""

from collections.abc import Mapping

import duckdb


def reversals(con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]]) -> list[str]:
    """Notices of how many tickets were opened again and how many invoices owe nothing, and how they are read."""
    return [*_reopened_tickets(con, tables), *_credit_notes(con, tables)]


def _reopened_tickets(con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]]) -> list[str]:
    if "reopened_at" not in tables.get("tickets", set()):
        return []
    resolved = "resolved_at" if "resolved_at" in tables["tickets"] else "NULL"
    rows, is_open = (
        con.execute(f"""SELECT count(*), count(*) FILTER ({resolved} IS NULL OR {resolved} < reopened_at) FROM judged.tickets
        WHERE reason IS NULL AND NOT is_folded AND superseded_at IS NULL AND reopened_at IS NOT NULL""").fetchall()[
            0
        ]
    )
    if not rows:
        return []
    return [
        f"tickets.reopened_at: {rows:,} tickets were opened again; {is_open:,} of them were not solved after that and count as open"
    ]


def _credit_notes(con: duckdb.DuckDBPyConnection, tables: Mapping[str, set[str]]) -> list[str]:
    if "invoices" not in tables:
        return []
    given_back, nothing = (
        con.execute("""SELECT count(*) FILTER (amount < 0), count(*) FILTER (amount = 0) FROM judged.invoices
        WHERE reason IS NULL AND NOT is_folded AND superseded_at IS NULL""").fetchall()[0]
    )
    kinds = [
        f"{n:,} {word}"
        for n, word in ((given_back, "credit notes (below 0)"), (nothing, "invoices of 0"))
        if n
    ]
    return [f"invoices.amount: {' and '.join(kinds)} owe nothing and are never late"] if kinds else []
