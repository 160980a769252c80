"""Several rows of one fact: the newest stands, each value is known from its own date, and nothing is guessed."""

from churnml.data.tables import stood_on
from tests.situations.situation import Row, Situation


def shown(situation: Situation, sql: str) -> list[tuple[str, ...]]:
    """What a query on the canonical tables finds, as text."""
    rows = situation.tables().connect().execute(sql).fetchall()
    return [tuple(map(str, row)) for row in rows]


def on(situation: Situation, table: str, columns: str, where: str, day: str) -> list[tuple[str, ...]]:
    """Some rows as they stood in the records on a day."""
    stood = stood_on(f"TIMESTAMP '{day}'")
    return shown(situation, f"SELECT {columns} FROM {table}_versions WHERE {where} AND {stood}")


def unpaid(row: Row) -> Row:
    return row | {"paid_at": ""}


def test_a_cancellation_that_comes_as_a_newer_row_ends_the_contract(situation: Situation) -> None:
    rows = {row["contract_id"]: row for row in situation.rows("contracts")}
    newer = rows["C0001-3"] | {"cancelled_at": "2024-11-20", "known_at": "2024-11-21"}
    situation.write("contracts", [newer, *(r | {"known_at": r["signed_at"]} for r in rows.values())])
    assert situation.run("ingest").text == ""
    assert situation.ledger("A0001")[-1] == ("2024-09-01", "2024-11-20", 6000)
    known = "cancelled_at", "contract_id = 'C0001-3'"
    assert on(situation, "contracts", *known, "2024-11-21") == [("None",)]
    assert on(situation, "contracts", *known, "2024-11-22") == [("2024-11-20 00:00:00",)]


def test_full_dumps_of_invoices_without_an_id_are_paid_once_each(situation: Situation) -> None:
    rows = situation.rows("invoices")
    early = [r for r in rows if r["issued_at"] < "2024-07-01"]
    open_then = {id(r) for r in early[:4]}
    situation.file("invoices").unlink()
    situation.write(
        "invoices", [unpaid(r) if id(r) in open_then else r for r in early], "invoices/2024-07-01.csv"
    )
    situation.write("invoices", rows, "invoices/2025-01-01.csv")
    printed = situation.check()
    assert printed.code == 0, printed.text
    assert situation.run("ingest").text == ""
    assert shown(situation, "SELECT count(*), count(paid_at) FROM invoices") == [
        (str(len(rows)), str(sum(r["paid_at"] != "" for r in rows)))
    ]
