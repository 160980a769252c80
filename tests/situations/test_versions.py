"""Several rows of one fact: the newest stands, each value is known from its own date, and nothing is guessed."""

import pytest

from churnml.data.tables import stood_on
from tests.situations.situation import Row, Situation

Texts = list[tuple[str, ...]]
NEXT = "C0001-3"  # the newest contract of A0001: 2024-09-01 to 2025-09-01, 6,000
TOUCH = {
    "account_id": "A0001",
    "occurred_at": "2024-03-05 10:00",
    "channel": "call",
    "is_customer_initiated": "true",
}


def shown(situation: Situation, sql: str) -> Texts:
    """What a query on the canonical tables finds, as text."""
    return [tuple(map(str, row)) for row in situation.tables().connect().execute(sql).fetchall()]


def recorded(situation: Situation, table: str, columns: str, where: str, *days: str) -> list[Texts]:
    """Some rows as they stood in the records at the beginning of each day."""
    return [
        shown(
            situation,
            f"SELECT {columns} FROM {table}_versions WHERE {where} AND {stood_on(f'TIMESTAMP {day!r}')}",
        )
        for day in days
    ]


def ingested(situation: Situation) -> None:
    """Runs ingest, and shows why where it refuses the book."""
    assert situation.run("ingest").text == ""


def refused(situation: Situation) -> str:
    """Why the book is refused."""
    printed = situation.check()
    assert printed.code == 2
    return printed.text


def dumped(situation: Situation, table: str, parts: dict[str, list[Row]]) -> None:
    """Delivers a table as the files of a folder."""
    situation.file(table).unlink()
    for name, rows in parts.items():
        situation.write(table, rows, f"{table}/{name}.csv")


def contract(situation: Situation) -> Row:
    """The newest contract of A0001."""
    return next(row for row in situation.rows("contracts") if row["contract_id"] == NEXT)


def test_change_data_capture_ends_contracts_gives_notice_and_solves_tickets(situation: Situation) -> None:
    signed = [row | {"known_at": row["signed_at"]} for row in situation.rows("contracts")]
    other = next(row for row in signed if row["end_date"] > "2025-01-01" and row["account_id"] != "A0001")
    situation.write("contracts", [
        *signed,
        contract(situation) | {"cancelled_at": "2024-11-20", "known_at": "2024-11-21"},
        other | {"notice_at": "2024-12-01", "known_at": "2024-12-01"},
    ])  # fmt: skip
    tickets = situation.rows("tickets")
    situation.write("tickets", [
        *(row | {"known_at": row["resolved_at"]} for row in tickets),
        *(row | {"known_at": row["opened_at"], "first_response_at": "", "resolved_at": ""} for row in tickets[:3]),
    ])  # fmt: skip
    printed = situation.check()
    assert "contracts: 2 rows are earlier versions" in printed.text
    ingested(situation)
    assert situation.ledger("A0001")[-1] == ("2024-09-01", "2024-11-20", 6000)
    where = f"contract_id = '{NEXT}'"
    assert recorded(situation, "contracts", "cancelled_at", where, "2024-11-21", "2024-11-22") == [
        [("None",)], [("2024-11-20 00:00:00",)],
    ]  # fmt: skip
    notice = f"SELECT notice_at FROM contracts WHERE contract_id = '{other['contract_id']}'"
    assert shown(situation, notice) == [("2024-12-01 00:00:00",)]
    assert shown(situation, "SELECT count(*), count(resolved_at) FROM tickets") == [(str(len(tickets)),) * 2]


def test_full_dumps_of_invoices_without_an_id_are_paid_once_each(situation: Situation) -> None:
    rows = situation.rows("invoices")
    early = [row for row in rows if row["issued_at"] < "2024-07-01"]
    unpaid = [row | {"paid_at": ""} for row in early[:4]]
    dumped(situation, "invoices", {"2024-07-01": [*unpaid, *early[4:]], "2025-01-01": rows})
    ingested(situation)
    paid = sum(row["paid_at"] != "" for row in rows)
    assert shown(situation, "SELECT count(*), count(paid_at) FROM invoices") == [(str(len(rows)), str(paid))]
    where = f"account_id = '{early[0]['account_id']}' AND issued_at = '{early[0]['issued_at']}'"
    before, after = recorded(situation, "invoices", "paid_at", where, "2024-12-31", "2025-01-01")
    assert (before, after) == ([("None",)], [(f"{early[0]['paid_at']} 00:00:00",)])


def test_a_cancellation_entered_in_november_for_june_was_not_known_in_june(situation: Situation) -> None:
    before = contract(situation) | {
        "contract_id": "C0001-2",
        "start_date": "2023-06-01",
        "end_date": "2024-06-01",
        "signed_at": "2023-05-01",
    }
    renewed = contract(situation) | {
        "start_date": "2024-06-01",
        "end_date": "2025-06-01",
        "signed_at": "2024-05-01",
    }
    late = renewed | {"cancelled_at": "2024-06-10", "updated_at": "2024-11-21 09:00"}
    rest = [row for row in situation.rows("contracts") if row["contract_id"] not in (NEXT, "C0001-2")]
    situation.write("contracts", [late, *rest, before, renewed])
    assert situation.run("ingest", "snapshot", "label").text == ""
    assert situation.ledger("A0001")[-1][1] == "2024-06-10"
    outcomes = (
        situation.frame("outcomes")
        .query("account_id == 'A0001'")
        .astype({"renewal": str, "ripe_on": str, "as_of": str})
    )
    looks = outcomes[outcomes["renewal"] == "2024-06-01"]
    assert set(looks["outcome"]) == {"churn"}
    assert set(looks["ripe_on"]) == {"2024-11-21"}  # in July the records still said that it was renewed
    next_looks = outcomes[outcomes["renewal"] == "2025-06-01"]
    # 365 and 270 days ahead; by the next look, 180 days ahead, it was known to be over.
    assert set(next_looks["as_of"]) == {"2024-06-01", "2024-09-04"}


def test_rows_that_fivetran_marks_deleted_are_gone_and_were_seen_before(situation: Situation) -> None:
    situation.change("contracts", lambda row: row | {
        "_fivetran_synced": "2024-10-05 03:00:00" if row["contract_id"] == NEXT else "2024-12-30 02:00:00",
        "_fivetran_deleted": str(row["contract_id"] == NEXT).lower(),
    })  # fmt: skip
    situation.mapping(
        "contracts",
        """SELECT * EXCLUDE (_fivetran_synced, _fivetran_deleted),
        _fivetran_synced AS updated_at, _fivetran_deleted AS is_deleted FROM raw.contracts""",
    )
    ingested(situation)
    assert situation.ledger("A0001")[-1][1] == "2024-09-01"
    where = f"contract_id = '{NEXT}'"
    assert recorded(situation, "contracts", "arr", where, "2024-10-05", "2024-10-06") == [[("6000.00",)], []]
    assert shown(situation, "SELECT count(*) FROM contracts") == [("318",)]


def test_a_tombstone_that_holds_its_key_alone_ends_the_row(situation: Situation) -> None:
    rows = [row | {"ts": row["signed_at"], "op": "c"} for row in situation.rows("contracts")]
    raised = contract(situation) | {"arr": "9000", "ts": "2024-10-01 08:00", "op": "u"}
    situation.write("contracts", [{"contract_id": NEXT, "ts": "2024-12-05 08:00", "op": "d"}, raised, *rows])
    situation.mapping(
        "contracts", "SELECT * EXCLUDE (ts, op), ts AS updated_at, op = 'd' AS is_deleted FROM raw.contracts"
    )
    ingested(situation)
    where = f"contract_id = '{NEXT}'"
    days = ("2024-10-01", "2024-10-02", "2024-12-06")
    assert recorded(situation, "contracts", "arr", where, *days) == [[("6000.00",)], [("9000.00",)], []]


def dumps_of_contracts(situation: Situation) -> None:
    """Three nightly dumps, the last on the book's last day: one contract is edited and then cancelled, and one is deleted."""
    situation.settings(last_day="2024-10-04")
    rows = [row for row in situation.rows("contracts") if row["signed_at"] < "2024-10-01"]
    kept = [row for row in rows if row["contract_id"] not in (NEXT, "C0002-0")]
    erased = next(row for row in rows if row["contract_id"] == "C0002-0")
    edited = contract(situation) | {"arr": "9000"}
    dumped(situation, "contracts", {
        "2024-10-01": [*kept, erased, contract(situation)],
        "2024-10-02": [edited, *kept, erased],
        "2024-10-03": [*reversed(kept), edited | {"cancelled_at": "2024-10-02"}],
    })  # fmt: skip


def test_full_dumps_edit_cancel_and_delete_contracts_once_they_are_declared(situation: Situation) -> None:
    dumps_of_contracts(situation)
    assert "contract_id 'C0002-0'. Were they deleted? Say 'deliveries: {contracts: full}'" in refused(
        situation
    )
    situation.settings(deliveries={"contracts": "full"})
    ingested(situation)
    assert shown(situation, "SELECT contract_id FROM contracts WHERE contract_id = 'C0002-0'") == []
    assert recorded(situation, "contracts", "contract_id", "contract_id = 'C0002-0'", "2024-10-03") == [
        [("C0002-0",)]
    ]
    days = ("2024-10-02", "2024-10-03", "2024-10-04")
    assert recorded(situation, "contracts", "arr, cancelled_at", f"contract_id = '{NEXT}'", *days) == [
        [("6000.00", "None")], [("9000.00", "None")], [("9000.00", "2024-10-02 00:00:00")],
    ]  # fmt: skip


def test_files_of_changes_leave_the_other_rows_standing(situation: Situation) -> None:
    dumps_of_contracts(situation)
    situation.settings(deliveries={"contracts": "changes"})
    ingested(situation)
    assert shown(situation, "SELECT contract_id FROM contracts WHERE contract_id = 'C0002-0'") == [
        ("C0002-0",)
    ]


def test_a_snapshot_of_dbt_is_read_as_versions(situation: Situation) -> None:
    rows = [
        row | {"dbt_valid_from": row["signed_at"], "dbt_valid_to": ""} for row in situation.rows("contracts")
    ]
    first = next(row for row in rows if row["contract_id"] == NEXT)
    first["dbt_valid_to"] = "2024-10-01 04:00:00"
    second = first | {
        "arr": "4000",
        "dbt_valid_from": "2024-10-01 04:00:00",
        "dbt_valid_to": "2024-12-01 04:00:00",
    }
    situation.write(
        "contracts", [second, *rows]
    )  # its last version has an end and no successor: a hard delete
    situation.mapping(
        "contracts",
        """WITH versions AS (SELECT * EXCLUDE (dbt_valid_from, dbt_valid_to), dbt_valid_from, dbt_valid_to,
            lead(dbt_valid_from) OVER (PARTITION BY contract_id ORDER BY dbt_valid_from) AS next_from FROM raw.contracts)
        SELECT * EXCLUDE (dbt_valid_from, dbt_valid_to, next_from), dbt_valid_from AS updated_at, false AS is_deleted FROM versions
        UNION ALL BY NAME
        SELECT contract_id, dbt_valid_to AS updated_at, true AS is_deleted FROM versions
        WHERE dbt_valid_to IS NOT NULL AND next_from IS DISTINCT FROM dbt_valid_to""",
    )
    ingested(situation)
    days = ("2024-10-01", "2024-10-02", "2024-12-02")
    assert recorded(situation, "contracts", "arr", f"contract_id = '{NEXT}'", *days) == [
        [("6000.00",)],
        [("4000.00",)],
        [],
    ]


def test_a_ticket_delivered_out_of_order_ends_as_its_source_left_it(situation: Situation) -> None:
    rows = [row | {"updated_at": row["resolved_at"]} for row in situation.rows("tickets")]
    ticket = rows[0]
    stages = [("2024-05-01 08:00", "low"), ("2024-05-03 08:00", "urgent"), ("2024-05-02 08:00", "high")]
    dumped(situation, "tickets", {
        f"2024-06-0{n}": [ticket | {"updated_at": updated, "priority": priority}] for n, (updated, priority) in enumerate(stages, 1)
    } | {"2024-05-31": rows[1:]})  # fmt: skip
    ingested(situation)
    assert shown(situation, f"SELECT priority FROM tickets WHERE ticket_id = '{ticket['ticket_id']}'") == [
        ("urgent",)
    ]


@pytest.mark.parametrize(
    "stamp", [{}, {"updated_at": "2024-11-01 10:00"}, {"known_at": "2024-11-01"}], ids=str
)
def test_rows_of_one_key_that_differ_without_an_order_are_refused(
    situation: Situation, stamp: dict[str, str]
) -> None:
    situation.append(
        "contracts",
        contract(situation) | {"end_date": "2026-09-01"} | stamp,
        contract(situation) | {"arr": "1"} | stamp,
    )
    text = refused(situation)
    assert f"contract_id '{NEXT}'" in text
    assert (
        "end_date '2025-09-01' and '2026-09-01'" in text or "end_date '2026-09-01' and '2025-09-01'" in text
    )
    assert "give updated_at (or known_at) in contracts.sql" in text
    assert "key is repeated" not in text


def test_exact_repeats_of_keyed_rows_are_counted_and_stop_nothing(situation: Situation) -> None:
    situation.append("contracts", *situation.rows("contracts")[:60])
    printed = situation.check()
    assert printed.code == 0 and "contracts: 60 key is repeated" in printed.text


def test_equal_touches_are_as_many_as_the_file_has_and_ids_make_versions_of_them(
    situation: Situation,
) -> None:
    situation.mapping("touches", "SELECT * FROM raw.touches")
    situation.write("touches", [TOUCH, TOUCH, TOUCH])
    ingested(situation)
    assert shown(situation, "SELECT count(*) FROM touches") == [("3",)]
    newer = {"event_id": "E1", "tone": "0.5", "updated_at": "2024-03-06 09:00"}
    situation.write(
        "touches", [TOUCH | newer, TOUCH | {"event_id": "E2"}, TOUCH | {"event_id": "E1", "tone": "-0.5"}]
    )
    ingested(situation)
    days = ("2024-03-06", "2024-03-07")
    assert recorded(situation, "touches", "tone", "event_id = 'E1'", *days) == [[("-0.5000",)], [("0.5000",)]]
    assert shown(situation, "SELECT count(*) FROM touches") == [("2",)]


def test_changes_of_invoices_in_one_file_need_an_id(situation: Situation) -> None:
    rows = situation.rows("invoices")
    early = [row | {"paid_at": "", "known_at": row["issued_at"]} for row in rows[:5]]
    situation.write(
        "invoices", [*early, *(row | {"known_at": row["paid_at"] or row["issued_at"]} for row in rows)]
    )
    assert "invoices: 5 times rows agree in account_id, issued_at, due_at, amount" in refused(situation)
    numbered = [
        row | {"invoice_id": f"{row['account_id']}/{row['issued_at']}"} for row in situation.rows("invoices")
    ]
    situation.write("invoices", numbered)
    ingested(situation)
    assert shown(situation, "SELECT count(*) FROM invoices") == [(str(len(rows)),)]


def test_partitions_by_day_answer_surveys_and_a_folder_without_days_is_refused(situation: Situation) -> None:
    situation.mapping("surveys", "SELECT * FROM raw.surveys")
    sent = [
        {"account_id": f"A000{n}", "kind": "nps", "sent_at": "2024-02-01", "answered_at": "", "score": ""}
        for n in (1, 2)
    ]
    answered = sent[0] | {"answered_at": "2024-02-20", "score": "9"}
    situation.write("surveys", sent, "surveys/dt=2024-02-10/part-0.csv")
    situation.write("surveys", [answered, sent[1]], "surveys/dt=2024-03-01/part-0.csv")
    ingested(situation)
    assert shown(situation, "SELECT account_id, score FROM surveys") == [
        ("A0001", "9.0000"),
        ("A0002", "None"),
    ]
    where = "account_id = 'A0001'"
    assert recorded(situation, "surveys", "score", where, "2024-03-01", "2024-03-02") == [
        [("None",)],
        [("9.0000",)],
    ]
    dumped(situation, "tickets", {
        "part-1": situation.rows("tickets"),
        "part-2": [row | {"resolved_at": ""} for row in situation.rows("tickets")[:3]],
    })  # fmt: skip
    assert "tickets: 3 ticket_id stand for rows that differ" in refused(situation)


@pytest.mark.parametrize("places", [("a", "b"), ("a", "a")], ids=["two files", "one file"])
def test_invoices_paid_in_one_copy_and_unpaid_in_another_are_refused(
    situation: Situation, places: tuple[str, str]
) -> None:
    """Nothing says which copy is newer: no day in the files' names, no time in the rows, no id."""
    rows = situation.rows("invoices")
    parts: dict[str, list[Row]] = {place: [] for place in places}
    parts[places[0]] += rows
    parts[places[1]] += [row | {"paid_at": ""} for row in rows[:5]]
    dumped(situation, "invoices", parts)
    text = refused(situation)
    assert (
        "invoices: 5 times rows agree in account_id, issued_at, due_at, amount and differ in what comes later"
        in text
    )
    assert "Give invoice_id in invoices.sql" in text


def test_a_row_that_only_deletes_is_no_term_without_an_end(situation: Situation) -> None:
    rows = [row | {"updated_at": "2024-08-01", "is_deleted": "false"} for row in situation.rows("contracts")]
    situation.write(
        "contracts", [*rows, {"contract_id": NEXT, "updated_at": "2024-11-01", "is_deleted": "true"}]
    )
    text = situation.check().text
    assert "end_date" not in text.split("by month")[0] and "80 live accounts" in text


@pytest.mark.parametrize("table", ["contracts", "usage", "tickets"])
def test_rows_that_were_all_loaded_on_one_day_are_told(situation: Situation, table: str) -> None:
    situation.change(table, lambda row: row | {"known_at": "2024-12-30 03:00"})
    assert (
        f"{table}.known_at: {len(situation.rows(table)):,} of {len(situation.rows(table)):,} rows bear 2024-12-30"
        in situation.check().text
    )


def test_a_flag_that_deletes_every_row_is_refused(situation: Situation) -> None:
    situation.mapping("contracts", "SELECT *, true AS is_deleted, signed_at AS updated_at FROM raw.contracts")
    assert "contracts: is_deleted leaves no row of 319" in refused(situation)
