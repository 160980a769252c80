"""Contracts as companies keep them: renewed early, amended, merged, paused, without an end, noticed and signed again."""

from typing import Any

import pytest

from tests.situations.situation import TO_LIST, Situation

Row = dict[str, Any]


def account(situation: Situation, *names: str, **more: Any) -> None:
    """Adds accounts to the book."""
    rows = [{"account_id": name, "name": f"Firm {name}", "created_at": "2021-06-01", "segment": "large", "csm": "Noor Abel",
             "crm_id": f"001{name}"} | more for name in names]  # fmt: skip
    situation.append("accounts", *rows)


def term(contract: str, owner: str, start: str, end: str, arr: float, signed: str = "", seats: Any = 20, product: str = "core", **more: Any) -> Row:  # fmt: skip
    """One row of contracts.csv."""
    return {"contract_id": contract, "account_id": owner, "start_date": start, "end_date": end, "arr": arr, "seats": seats,
            "product": product, "signed_at": signed} | more  # fmt: skip


def load(situation: Situation, *stages: str) -> str:
    """The notices of a book that is accepted, as ``check`` prints them, after running the stages."""
    assert situation.run("ingest", *stages).text == ""
    record: Any = situation.tables().header["check"]
    return "\n".join(record["notices"])


def outcomes(situation: Situation, owner: str) -> set[str]:
    """The outcomes of the account's ripe looks."""
    looks = situation.frame("outcomes")
    return set(looks[(looks["account_id"] == owner) & looks["is_ripe"]]["outcome"])


def feature(situation: Situation, owner: str, column: str, day: str) -> float:
    """A feature of the account on its look nearest after a day."""
    rows = situation.frame("features")
    rows = rows[(rows["account_id"] == owner) & (rows["as_of"] >= day)].sort_values("as_of")
    return float(rows[column].iloc[0])


LOOKS = ("snapshot", "label")


# How an account goes on after its notice of 2024-10-20, and whether it still counts.
GOES_ON: dict[str, tuple[Row, bool]] = {
    "Z01": (term("2", "", "2025-02-01", "2026-02-01", 42000, "2024-12-10"), False),
    "Z02": (term("2", "", "2025-02-20", "2026-02-20", 15000, "2024-12-20"), False),  # smaller, and a little late
    "Z03": (term("2", "", "2025-02-01", "2026-02-01", 0, "2024-12-10"), True),  # a free successor is no renewal
    "Z04": (term("2", "", "2025-02-01", "2026-02-01", 42000, "2024-09-10"), True),  # signed before the notice
    "Z05": (term("2", "", "2025-02-01", "2026-02-01", 50000, "2024-12-01", product="pro"), False),  # of another product, in its place
    "Z06": (term("2", "", "2026-03-01", "2027-03-01", 42000, "2024-12-10"), True),  # a year without
}  # fmt: skip


def test_a_notice_is_answered_by_a_paid_term_signed_later(situation: Situation) -> None:
    account(situation, *GOES_ON)
    for owner, (later, _) in GOES_ON.items():
        situation.append("contracts", term(f"{owner}1", owner, "2024-02-01", "2025-02-01", 40000, "2024-01-10", notice_at="2024-10-20"),
                         later | {"contract_id": f"{owner}2", "account_id": owner})  # fmt: skip
    assert "3 notices were answered" in load(situation, *TO_LIST[1:])
    listed = situation.risk_list()
    for owner, (_, stands) in GOES_ON.items():
        assert (listed.loc[owner, "band"] == "notice given") == stands, owner


def test_an_add_on_answers_no_notice(situation: Situation) -> None:
    account(situation, "Z02")
    situation.append("contracts", term("1", "Z02", "2024-02-01", "2025-02-01", 9000, "2024-01-10", notice_at="2024-10-20"),
                     term("2", "Z02", "2024-12-15", "2025-12-15", 500, "2024-12-10", product="training"))  # fmt: skip
    assert "answered" not in load(situation)


def early(situation: Situation, replaces: str | None = None) -> None:
    """Z01 renews early and larger, as Z02 did a year before; Z03 holds two lines that are each renewed when they end."""
    account(situation, "Z01", "Z02", "Z03")
    more = {"replaces": replaces} if replaces else {}
    situation.append("contracts", term("Z1-1", "Z01", "2023-03-01", "2024-03-01", 12000, "2023-02-09"),
                     term("Z1-2", "Z01", "2024-03-01", "2025-03-01", 12000, "2024-02-01"),
                     term("Z1-3", "Z01", "2024-09-01", "2025-09-01", 18000, "2024-08-20", **more),
                     term("Z2-1", "Z02", "2022-08-01", "2023-08-01", 10000, "2022-07-12"),
                     term("Z2-2", "Z02", "2023-03-01", "2024-03-01", 11000, "2023-02-20"),
                     term("Z2-3", "Z02", "2024-03-01", "2025-03-01", 11000, "2024-02-10"),
                     *(term(f"Z3-{n}{year}", "Z03", f"{year}-{start}", f"{year + 1}-{start}", 5000, f"{year}-{start}")
                       for year in (2022, 2023, 2024) for n, start in (("a", "01-15"), ("b", "06-15"))))  # fmt: skip


def test_early_renewals_are_named_and_replaced_once_the_book_says_so(situation: Situation) -> None:
    early(situation)
    text = " ".join(load(situation).split())
    assert "2 accounts hold two terms of one product at once for 153 and 181 days (Z01, Z02;" in text
    assert situation.ledger("Z01")[-2:] == [
        ("2024-09-01", "2025-03-01", 30000),
        ("2025-03-01", "2025-09-01", 18000),
    ]
    situation.settings(overlapping_terms="replace")
    assert "at once" not in load(situation, *LOOKS)
    assert situation.ledger("Z01")[-1] == ("2024-09-01", "2025-09-01", 18000)
    assert outcomes(situation, "Z02") == {"expansion", "flat"}
    # Two lines that are each renewed when they end run side by side; nothing replaced the older.
    assert [step[2] for step in situation.ledger("Z03")] == [5000, 10000, 10000, 10000, 10000, 10000, 5000]
    situation.settings(overlapping_terms="add")
    assert "at once" not in load(situation)
    assert situation.ledger("Z02")[1] == ("2023-03-01", "2023-08-01", 21000)


@pytest.mark.parametrize(("older", "newer", "dollars"), [
    ({"product": "core"}, {"product": "training"}, 15000), ({"line_id": "1"}, {"line_id": "2"}, 15000),
    ({"contract_id": "Z1", "line_id": "1"}, {"contract_id": "Z1", "line_id": "2"}, 15000),
    ({"line_id": "1"}, {"line_id": "1"}, 6000), ({"line_id": "1"}, {}, 6000), ({}, {}, 6000),
], ids=["products", "lines", "lines of one contract", "one line", "one line named", "nothing"])  # fmt: skip
def test_of_parallel_lines_none_replaces_another(
    situation: Situation, older: Row, newer: Row, dollars: int
) -> None:
    account(situation, "Z01")
    situation.append("contracts", term("Z1", "Z01", "2024-03-01", "2025-03-01", 9000, "2024-02-01", line_id="") | older,
                     term("Z2", "Z01", "2024-09-01", "2025-09-01", 6000, "2024-08-20", line_id="") | newer)  # fmt: skip
    situation.settings(overlapping_terms="replace")
    load(situation)
    assert situation.ledger("Z01")[1][2] == dollars


def test_line_ids_that_no_renewal_bears_again_are_of_rows(situation: Situation) -> None:
    """A CRM gives each line of each contract an id of its own: an early renewal replaces the lines of the contract before it."""
    account(situation, "Z01")
    situation.append("contracts", *(term(f"Z{year}", "Z01", f"{year}-{month}-01", f"{year + 1}-{month}-01", 100 * (year - 2000) + n, line_id=f"00k{year}{n}",
                                         product=product) for year, month in ((2022, "09"), (2023, "09"), (2024, "06"))
                                    for n, product in enumerate(("core", "training"))))  # fmt: skip
    situation.settings(overlapping_terms="replace")
    load(situation)
    assert situation.ledger("Z01")[-1] == ("2024-06-01", "2025-06-01", 4801)


def test_a_named_predecessor_is_replaced_and_no_other(situation: Situation) -> None:
    early(situation, replaces="Z1-2")
    text = " ".join(load(situation, *LOOKS).split())
    assert situation.ledger("Z01")[-1] == ("2024-09-01", "2025-09-01", 18000)
    assert situation.ledger("Z02")[1][2] == 21000
    assert "1 account holds two terms of one product at once for 153 days (Z02;" in text


def test_many_undeclared_overlaps_refuse_the_book(situation: Situation) -> None:
    names = [f"Z{n:02d}" for n in range(12)]
    account(situation, *names)
    for name in names:
        situation.append("contracts", term(f"{name}-1", name, "2024-01-01", "2025-01-01", 9000, "2023-12-01"),
                         term(f"{name}-2", name, "2024-07-01", "2025-07-01", 9900, "2024-06-01"))  # fmt: skip
    printed = situation.check()
    assert printed.code == 2
    assert "12 accounts hold two terms of one product at once for 184 days" in " ".join(printed.text.split())
    situation.settings(overlapping_terms="replace")
    load(situation)
    assert situation.ledger("Z00") == [("2024-01-01", "2024-07-01", 9000), ("2024-07-01", "2025-07-01", 9900)]


def test_terms_of_which_nobody_can_tell_what_they_are_beside_another_are_named(situation: Situation) -> None:
    account(situation, "Z01", "Z02", "Z03", "Z04")
    situation.append("contracts", term("1", "Z01", "2024-03-01", "2025-03-01", 9000, "2024-02-01"), term("2", "Z01", "2024-09-01", "2025-03-01", 6000, "2024-08-20"),
                     term("3", "Z02", "2024-03-01", "2025-03-01", 9000, "2024-02-01"), term("4", "Z02", "2024-03-01", "2025-03-01", 9000, "2024-02-01"),
                     term("5", "Z03", "2024-03-01", "2025-03-01", 9000, "2024-02-01", replaces="C-0871"),
                     term("6", "Z04", "2024-03-01", "2025-03-01", 9000, "2024-02-01", paused_from="2024-12-01"))  # fmt: skip
    text = load(situation)
    assert (
        "1 terms of 1 accounts begin while another of their product runs and end with it (for example 2 of Z01 beside 1)"
        in text
    )
    assert (
        "1 terms of 1 accounts agree with another of their account" in text
        and "(for example 3 and 4 of Z02): entered twice?" in text
    )
    assert (
        "contracts.replaces: 1 name a contract that their account does not have (for example 5: 'C-0871')"
        in text
    )
    assert "contracts.paused_until: 1 terms are paused and nothing says until when (for example 6)" in text


@pytest.mark.parametrize("never", ["2000-01-01", "start_date"])
def test_a_day_for_never_makes_not_everybody_give_notice(situation: Situation, never: str) -> None:
    def change(row: dict[str, str]) -> Row:
        return {k: v for k, v in row.items() if k != "signed_at"} | {
            "notice_at": row["notice_at"] or row.get(never, never)
        }

    situation.change("contracts", change)
    printed = situation.check()
    assert (
        printed.code == 2 and "contracts.notice_at: 81 of 81 live accounts have given notice" in printed.text
    )


def test_a_few_terms_of_a_decade_among_annual_ones_are_named(situation: Situation) -> None:
    account(situation, "Z01")
    situation.append("contracts", term("1", "Z01", "2023-03-01", "2034-03-01", 9000, "2023-02-01"))
    assert (
        "1 terms are many times as long as the usual 365 days (for example 1, from 2023-03-01 to 2034-03-01)"
        in load(situation)
    )


MOVED = {"Z01": "Harbour Dental Supply", "Z02": "HARBOUR Dental Supply, Inc.", "begins": "2024-03-20"}


@pytest.mark.parametrize(("changes", "words"), [
    ({}, "Z01 stops on 2024-03-01, and Z02, 'harbour dental supply', begins on 2024-03-20"),
    ({"Z02": "Harbour Dental Supply North", "begins": "2024-02-15"}, "Z02, 'harbour dental supply north', begins on 2024-02-15"),
    ({"Z02": "Harbour Dentals"}, ""), ({"begins": "2024-06-01"}, ""),
], ids=["its name", "a longer name", "another name", "much later"])  # fmt: skip
def test_an_account_that_ends_as_its_namesake_begins_is_named(
    situation: Situation, changes: dict[str, str], words: str
) -> None:
    what = MOVED | changes
    account(situation, "Z01", name=what["Z01"])
    account(situation, "Z02", name=what["Z02"])
    situation.append("contracts", term("1", "Z01", "2022-03-01", "2023-03-01", 40000, "2022-02-01"), term("2", "Z01", "2023-03-01", "2024-03-01", 40000, "2023-02-01"),
                     term("3", "Z02", what["begins"], "2025-03-01", 31000, "2024-02-10"))  # fmt: skip
    text = load(situation)
    assert words in text if words else "of the same name" not in text


def test_a_line_that_takes_away_is_subtracted(situation: Situation) -> None:
    account(situation, "Z01")
    situation.append("contracts", term("C1", "Z01", "2023-03-01", "2024-03-01", 50000, "2023-02-09", 20),
                     term("C2", "Z01", "2024-03-01", "2025-03-01", 50000, "2024-02-01", 100),
                     term("C2A", "Z01", "2024-08-01", "2025-03-01", -30000, "2024-07-25", -60))  # fmt: skip
    load(situation, "snapshot", "featurize")
    assert situation.ledger("Z01")[-2:] == [
        ("2024-03-01", "2024-08-01", 50000),
        ("2024-08-01", "2025-03-01", 20000),
    ]
    assert feature(situation, "Z01", "seats", "2024-08-05") == 40
    assert feature(situation, "Z01", "seats", "2024-06-01") == 100


def test_a_sign_that_slipped_refuses_its_row_alone(situation: Situation) -> None:
    account(situation, "Z01")
    whole = term("C2", "Z01", "2024-03-01", "2025-03-01", 50000, "2024-02-01", 100)
    situation.append(
        "contracts",
        whole,
        whole | {"contract_id": "N1", "arr": -50000},
        whole | {"contract_id": "N2", "arr": -50000, "seats": ""},
    )
    load(situation)
    assert situation.ledger("Z01") == [("2024-03-01", "2025-03-01", 50000)]
    assert set(situation.quarantine("contracts")["contract_id"]) == {"N1", "N2"}


def test_an_amended_term_that_is_cancelled_takes_its_amendment_along(situation: Situation) -> None:
    account(situation, "Z01")
    situation.append("contracts", term("C2", "Z01", "2024-03-01", "2025-03-01", 50000, "2024-02-01", 100, cancelled_at="2024-11-01"),
                     term("C2A", "Z01", "2024-08-01", "2025-03-01", -30000, "2024-07-25", -60))  # fmt: skip
    load(situation)
    assert situation.ledger("Z01")[-1] == ("2024-08-01", "2024-11-01", 20000)


def test_an_account_whose_lines_do_not_add_up_is_refused_whole(situation: Situation) -> None:
    amendments = {
        "Z01": ("2025-03-01", -60000, -60),
        "Z02": ("2025-03-01", -100, -160),
        "Z03": ("2025-09-01", -10000, -6),
    }
    account(situation, *amendments)
    for owner, (end, arr, seats) in amendments.items():  # the last outlasts what it amends
        situation.append("contracts", term(f"{owner}2", owner, "2024-03-01", "2025-03-01", 50000, "2024-02-01", 100),
                         term(f"{owner}A", owner, "2024-08-01", end, arr, "2024-07-25", seats))  # fmt: skip
    situation.settings(params={"ingest": {"max_left_out_share": 0.5, "max_quarantined_share": 0.1}})
    text = load(situation)
    assert "all contracts of 2 accounts are refused (Z01, Z02)" in text
    assert "all contracts of 1 accounts are refused (Z03)" in text
    for owner in amendments:
        assert situation.ledger(owner) == []
        assert len(situation.quarantine("contracts").query(f"account_id == '{owner}'")) == 2


def test_a_merged_account_is_neither_churn_nor_growth(situation: Situation) -> None:
    account(situation, "Z01", merged_into="Z02")
    account(situation, "Z02", merged_into="Z03")
    account(situation, "Z03", created_at="2023-06-01")
    situation.append("contracts", term("C1", "Z01", "2022-03-01", "2023-03-01", 30000, "2022-02-09"),
                     term("C2", "Z02", "2023-03-01", "2024-03-01", 30000, "2023-02-09"),
                     term("C3", "Z03", "2024-03-01", "2025-03-01", 30000, "2024-02-01"))  # fmt: skip
    situation.append("usage", {"account_id": "Z01", "occurred_at": "2022-05-01 10:00:00"})
    text = " ".join(load(situation, *LOOKS).split())
    assert "2 accounts are read as those they were merged into" in text
    assert situation.ledger("Z03") == [("2022-03-01", "2023-03-01", 30000), ("2023-03-01", "2024-03-01", 30000), ("2024-03-01", "2025-03-01", 30000)]  # fmt: skip
    assert outcomes(situation, "Z03") == {"flat"}
    assert situation.ledger("Z01") == []
    usage = (
        situation.tables().connect().execute("SELECT count(*) FROM usage WHERE account_id = 'Z03'").fetchall()
    )
    assert usage == [(1,)]


@pytest.mark.parametrize(
    ("into", "words"), [("Z01", "merged in a circle (Z01, Z02)"), ("Z99", "Z02 into Z99")]
)
def test_a_merger_that_cannot_be_is_refused(situation: Situation, into: str, words: str) -> None:
    account(situation, "Z01", merged_into="Z02")
    account(situation, "Z02", merged_into=into)
    printed = situation.check()
    assert printed.code == 2 and words in " ".join(printed.text.split())


def test_a_term_without_an_end_runs_until_it_is_cancelled(situation: Situation) -> None:
    ends = {"Z01": "infinity", "Z02": "9999-12-31", "Z03": "2999-12-31", "Z04": ""}
    account(situation, *ends, *(f"{owner}x" for owner in ends))
    for owner, end in ends.items():
        situation.append("contracts", term(f"{owner}1", owner, "2022-05-01", end, 24000, "2022-04-10"),
                         term(f"{owner}2", f"{owner}x", "2022-05-01", end, 24000, "2022-04-10", cancelled_at="2024-03-10"))  # fmt: skip
    situation.settings(blank_end_date="open")
    load(situation, *TO_LIST[1:], *LOOKS)
    listed = situation.risk_list()
    for owner in ends:
        assert f"{owner}x" not in listed.index and str(listed.loc[owner, "renewal"])[:10] == "2025-04-01"
        assert listed.loc[owner, "arr_usd"] == 24000
        assert situation.ledger(f"{owner}x") == [("2022-05-01", "2024-03-10", 24000)]
        assert outcomes(situation, owner) == {"flat"} and outcomes(situation, f"{owner}x") == {
            "flat",
            "churn",
        }


def test_a_blank_end_is_missing_unless_the_book_says_otherwise(situation: Situation) -> None:
    account(situation, "Z01")
    situation.append("contracts", term("C1", "Z01", "2022-05-01", "", 24000, "2022-04-10"))
    situation.settings(params={"ingest": {"max_left_out_share": 0.1}})
    assert "1 rows have none and are refused" in load(situation)


def test_a_start_that_is_not_given_is_taken_from_what_is_known(situation: Situation) -> None:
    account(situation, "Z01", "Z02", created_at="2023-05-05")
    account(situation, "Z03", created_at="")
    situation.append("contracts", term("C1", "Z01", "", "2024-06-01", 9000), term("C2", "Z01", "", "2025-06-01", 9900),
                     term("C3", "Z02", "", "2025-03-01", 5000, "2024-02-20"), term("C4", "Z03", "", "2025-03-01", 7000))  # fmt: skip
    text = " ".join(load(situation).split())
    assert situation.ledger("Z01") == [("2023-05-05", "2024-06-01", 9000), ("2024-06-01", "2025-06-01", 9900)]
    assert situation.ledger("Z02") == [("2024-02-20", "2025-03-01", 5000)]
    assert (
        "4 rows have none; taken 1 from the end of the term before, 1 from signed_at, 1 from the account's created_at; 1 refused"
        in text
    )


def test_lines_of_one_contract_number_all_count(situation: Situation) -> None:
    account(situation, "Z01", "Z02")
    situation.append("contracts", term("N1", "Z01", "2024-01-01", "2025-01-01", 9000, "2023-12-01"),
                     term("N1", "Z01", "2024-01-01", "2025-01-01", 1000, "2023-12-01", "", "chat"),
                     term("N1", "Z01", "2025-01-01", "2026-01-01", 9500, "2023-12-01"),
                     term("N2", "Z02", "2024-01-01", "2025-01-01", 4000, "2023-12-01", line_id="1"),
                     term("N2", "Z02", "2024-01-01", "2025-01-01", 4000, "2023-12-01", line_id="2"))  # fmt: skip
    load(situation)
    assert situation.ledger("Z01") == [
        ("2024-01-01", "2025-01-01", 10000),
        ("2025-01-01", "2026-01-01", 9500),
    ]
    assert situation.ledger("Z02") == [("2024-01-01", "2025-01-01", 8000)]


@pytest.mark.parametrize(("declared", "seats"), [(None, 20), ("sum", 45), (["core", "chat"], 40)])
def test_seats_of_add_on_lines_are_those_that_the_book_says_count(
    situation: Situation, declared: Any, seats: int
) -> None:
    account(situation, "Z01")
    situation.append("contracts", *(term(f"C{n}", "Z01", "2024-01-01", "2025-01-01", 9000, "2023-12-01", count, product)
                                    for n, (count, product) in enumerate([(15, "core"), (5, "core"), (20, "chat"), (5, "voice")])))  # fmt: skip
    situation.settings(seats=declared)
    text = " ".join(load(situation, "snapshot", "featurize").split())
    assert feature(situation, "Z01", "seats", "2024-06-01") == seats
    assert ("1 accounts hold lines of several products that carry seats at once" in text) == (
        declared is None
    )


def test_a_customer_who_is_away_for_a_while_has_not_left(situation: Situation) -> None:
    account(situation, "Z01", "Z02")
    for owner, pause in (("Z01", {"paused_from": "2024-03-01", "paused_until": "2024-05-10"}), ("Z02", {})):
        situation.append("contracts", term(f"{owner}-1", owner, "2023-03-01", "2024-03-01", 6000, "2023-02-01", **pause),
                         term(f"{owner}-2", owner, "2024-05-10", "2025-05-10", 6000, "2024-05-01"))  # fmt: skip
    load(situation, *LOOKS)
    assert situation.ledger("Z01")[0] == ("2023-03-01", "2024-05-10", 6000)
    assert situation.ledger("Z02")[0] == ("2023-03-01", "2024-03-01", 6000)
    assert outcomes(situation, "Z01") == {"flat"} and "churn" in outcomes(situation, "Z02")


def test_the_day_of_a_click_is_no_end_of_service(situation: Situation) -> None:
    situation.change("contracts", lambda row: row | {"cancelled_at": row["notice_at"], "notice_at": ""})
    printed = situation.check()
    assert printed.code == 2
    assert "25 of 26 terms that stop before their end are in use for more than a week after" in " ".join(
        printed.text.split()
    )
    situation.change("contracts", lambda row: row | {"notice_at": row["cancelled_at"], "cancelled_at": ""})
    load(situation)


def test_years_of_one_contract_that_are_known_only_when_they_start_are_named(situation: Situation) -> None:
    account(situation, "Z01")
    situation.append("contracts", *(term("N1", "Z01", f"{year}-03-01", f"{year + 1}-03-01", arr)
                                    for year, arr in ((2022, 100), (2023, 200), (2024, 300))))  # fmt: skip
    assert "contracts: 2 terms follow upon another of the same contract (for example N1)" in load(situation)
    assert [arr for _, _, arr in situation.ledger("Z01")] == [100, 200, 300]
