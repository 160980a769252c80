"""Which lines' seats count, where an account holds several products whose lines carry seats."""

import duckdb

from churnml.data.book import BookSettings
from churnml.ingest.contracts.terms import HELD, JUDGED, TERMS
from churnml.params.section import did_you_mean


def group_seats(con: duckdb.DuckDBPyConnection, book: BookSettings) -> tuple[list[str], list[str]]:
    """Notices and failures, after setting ``seat_group``: seats are summed within a group, and an account has those of its largest.

    A product is a group, since the same people sit in a product and its add-ons; 'sum' makes all lines one group. Where products are
    declared, the seats of any other line are dropped.
    """
    group = "''" if book.seats == "sum" else "coalesce(product, '')"
    con.execute(f"UPDATE {HELD} SET seat_group = {group} WHERE seats IS NOT NULL")
    if isinstance(book.seats, str):
        return [], []
    if book.seats is None:
        return _undeclared(con), []
    known = [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT product FROM {JUDGED} WHERE product IS NOT NULL ORDER BY 1"
        ).fetchall()
    ]
    faults = [f"contracts.seats: no line is of product '{name}', whose seats book.yaml says count{did_you_mean(name, known)}"
              for name in book.seats if name not in known]  # fmt: skip
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in book.seats)
    con.execute(
        f"UPDATE {HELD} SET seats = NULL, seat_group = NULL WHERE product IS NULL OR product NOT IN ({names})"
    )
    con.execute(f"UPDATE {HELD} SET seat_group = '' WHERE seats IS NOT NULL")
    return [], faults


def _undeclared(con: duckdb.DuckDBPyConnection) -> list[str]:
    seated = f"(SELECT * FROM ({TERMS}) WHERE seats > 0)"
    found = con.execute(f"""SELECT a.account_id, a.line, a.seats, b.line, b.seats FROM {seated} a JOIN {seated} b
        ON b.account_id = a.account_id AND a.line < b.line AND a.start_date < b.stop_date AND b.start_date < a.stop_date ORDER BY ALL""").fetchall()
    if not found:
        return []
    account, one, seats, other, more = found[0]
    notice = (f"contracts.seats: {len({row[0] for row in found}):,} accounts hold lines of several products that carry seats at once "
            f"(for example {account}: {one or 'no product'} {seats:,}, {other or 'no product'} {more:,}); those of the largest product count; "
            "say 'seats: largest', 'seats: sum' or 'seats: [the products that count]' in book.yaml")  # fmt: skip
    return [notice]
