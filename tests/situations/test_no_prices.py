"""A book without prices: said so, every account counts alike, and whoever stays is flat."""

import json
import re

from openpyxl import load_workbook

from tests.situations.situation import BOOK, TO_LIST, Situation


def unpriced(situation: Situation) -> Situation:
    """The base book with contracts that give no ARR."""
    situation.mapping("contracts", "SELECT * EXCLUDE arr FROM raw.contracts")
    return situation


def test_it_is_said_and_every_live_account_weighs_one(situation: Situation) -> None:
    unpriced(situation)
    account = situation.rows("contracts")[0]
    situation.append("contracts", {**account, "contract_id": "beside it"})
    printed = situation.check()
    assert printed.code == 0, printed.text
    assert "no prices: every account counts alike" in printed.text
    page = situation.project / "load.html"
    assert situation.cli("check", "--report", str(page)).code == 0
    for text in (printed.text, page.read_text(encoding="utf-8")):
        assert "live accounts on 2024-12-01" in text
        assert not re.search(r"\$|\bARR\b|Annual recurring", text), text
    assert situation.run("ingest", "snapshot", "label").code == 0
    assert not situation.tables().is_priced
    assert {arr for _, _, arr in situation.ledger(account["account_id"])} == {1.0}
    outcomes = situation.frame("outcomes")
    assert set(outcomes["arr_usd"]) == {1.0}
    assert set(outcomes["outcome"].dropna()) == {"churn", "flat"}


def test_whoever_left_is_the_same_with_and_without_prices(situation: Situation) -> None:
    assert situation.run("ingest", "snapshot", "label").code == 0
    priced = situation.frame("outcomes")
    unpriced(situation)
    assert situation.run("ingest", "snapshot", "label").code == 0
    without = situation.frame("outcomes")
    assert without["outcome"].eq("churn").tolist() == priced["outcome"].eq("churn").tolist()
    assert without["left_on"].equals(priced["left_on"])


def test_prices_that_are_all_blank_are_no_book_without_prices(situation: Situation) -> None:
    situation.change("contracts", lambda row: {**row, "arr": ""})
    printed = situation.check()
    assert printed.code == 2
    assert "arr is missing" in printed.text


def test_one_price_that_is_missing_is_refused_and_named(situation: Situation) -> None:
    first = situation.rows("contracts")[0]["contract_id"]
    situation.change(
        "contracts", lambda row: {**row, "arr": "" if row["contract_id"] == first else row["arr"]}
    )
    printed = situation.check()
    assert "1 arr is missing" in printed.text
    assert "no prices" not in printed.text


def test_nothing_a_person_reads_tells_a_dollar(situation: Situation) -> None:
    assert unpriced(situation).run(*TO_LIST).code == 0
    printed = situation.cli("show").text
    assert "no prices: every account counts alike" in printed
    first = situation.risk_list().index[0]
    for text in (
        printed,
        situation.cli("why", first).text,
        situation.cli("growth").text,
        situation.cli("changes").text,
    ):
        assert not re.search(r"\$|\bARR\b", text.replace("Not on the list", "")), text
    lists = situation.project / "data" / "lists" / BOOK
    [folder] = [one for one in lists.iterdir() if one.is_dir()]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert {name for name, value in summary.items() if name.endswith("_usd") and value is not None} == set()
    rows = situation.risk_list()
    assert rows[[name for name in rows if name.endswith("_usd")]].isna().all(axis=None)
    book = load_workbook(folder / "risk_list.xlsx", read_only=True)
    headings = {
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    }
    assert not {"ARR", "Expected loss", "Lifetime value"} & headings
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert '<th scope="col">ARR' not in page and "$0" not in page.partition("<script")[0]
