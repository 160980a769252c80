"""What ``churnml check`` shows a person: each file and table, the book by month, what is new, and what can be learned; also of a refused book."""

import re

from tests.situations.situation import Situation

HOSTILE = "<script>alert(1)</script>|**x**"


def page(situation: Situation, name: str) -> tuple[int, str, str]:
    """The exit code of a check, what it prints, and the report it writes."""
    file = situation.project / name
    printed = situation.cli("check", "--report", str(file))
    return printed.code, printed.text, file.read_text(encoding="utf-8")


def test_a_check_shows_files_tables_months_and_decisions(situation: Situation) -> None:
    text = situation.check().text
    contracts = len(situation.rows("contracts"))
    assert re.search(rf"contracts\.csv +raw\.contracts +{contracts + 1} +{contracts} +{contracts}\n", text)
    assert re.search(r"usage +[\d,]+ +[\d,]+ +0  2\d{3}-\d\d-\d\d 2024-12-\d\d week \(\d+\)", text)
    assert "no delivery of this book has been accepted yet" in text
    assert re.search(r"\d+ of \d+ decisions are ripe: \d+ churn", text) and "90% interval of ±0." in " ".join(
        text.split()
    )
    assert text.rstrip().splitlines()[-1].startswith("Book 'acme' is accepted: data before 2025-01-01, ")


def live(situation: Situation, day: str, pay: str = "arr") -> list[dict[str, str]]:
    return [
        row
        for row in situation.rows("contracts")
        if row["start_date"] <= day < min(row["end_date"], row["cancelled_at"] or "9999")
        and float(row[pay]) > 0
    ]


def test_the_months_are_those_of_the_contracts(situation: Situation) -> None:
    text = situation.check().text
    for month in ("2024-03", "2024-11"):
        rows = live(situation, f"{month}-01")
        accounts, arr = {row["account_id"] for row in rows}, sum(float(row["arr"]) for row in rows)
        found = re.search(rf"\n{month} +([\d,]+) +\$([\d,]+) ", text)
        assert found
        # A gap within the grace still counts as live, with the ARR before it.
        assert (
            0 <= int(found[1]) - len(accounts) <= 3 and arr <= float(found[2].replace(",", "")) <= arr * 1.1
        )
    assert re.search(r"\n2024-12 +\d+ +\$[\d,]+ +– +– +–\n", text)  # its grace has not passed


def test_a_later_delivery_is_laid_beside_the_last_accepted_one(situation: Situation) -> None:
    assert situation.run("ingest").text == ""
    assert "the same rows as the last accepted delivery" in situation.check().text
    situation.change(
        "contracts",
        lambda row: row | {"arr": str(float(row["arr"]) / 1000)} if row["start_date"] < "2024" else row,
    )
    text = situation.check().text
    assert "contracts: arr of the past months adds up to" in text and "past months hold other rows" in text


def test_a_refused_book_shows_its_table_and_reasons_and_writes_its_report(situation: Situation) -> None:
    situation.change("contracts", lambda row: row | {"arr": "twelve"})
    code, text, html = page(situation, "report.html")
    assert code == 2 and "Traceback" not in text
    assert re.search(r"\naccounts +120 +120 +0", text) and "twelve" in text
    assert "Book 'acme' is refused: " in text and "Why it is refused" in html and "twelve" in html


def test_what_comes_from_the_book_is_escaped(situation: Situation) -> None:
    situation.append("tickets", {"ticket_id": "T-x", "account_id": HOSTILE, "opened_at": "2024-05-05"})
    code, _, html = page(situation, "report.html")
    assert code == 0 and "<script" not in html and "&lt;script&gt;" in html
    assert html.count('<img src="data:image/svg+xml;base64,') == 1
    code, _, markdown = page(situation, "report.md")
    assert code == 0 and "<script" not in markdown and "\\|\\*\\*x" in markdown
    assert "| 2024-11 |" in markdown


def test_a_report_of_another_kind_is_refused_by_name(situation: Situation) -> None:
    printed = situation.cli("check", "--report", "report.pdf")
    assert printed.code == 2 and ".html or .md" in printed.text
