"""The 23 situations of the shared data, as they are: what ``churnml check`` makes of each, beside its EXPECT.md."""

import shutil
from pathlib import Path

import pytest

from tests.situations.situation import Situation

pytestmark = [pytest.mark.slow, pytest.mark.shared]

ALL = "81 live accounts and $1,471,620 ARR"
CASES: dict[str, tuple[int, str]] = {
    "00-base": (0, ALL), "01-excel-na-first-column": (2, "contracts: 12 of 319 rows (3.8%) quarantined"), "03-quote-after-sample": (0, "21,500    21,500            0"),
    "04-report-footer": (2, "'contracts.csv' line 323 has 1 field, the header 10; delete the lines below the table"),
    "05-parts-with-zip": (2, "'usage/2024.csv.zip' is NOT READ"), "07-year-two-digits-notice": (2, "contracts.notice_at: 26 values like 23-05-09"),
    "08-year-two-digits-contracts": (2, "contracts.start_date: 319 values like 02/09/21"), "10-open-end-infinity": (0, "2 terms have no end"),
    "12-clock-12-hours-iso": (0, ALL), "14-midnight-berlin-as-utc": (0, ALL), "15-cdc-versions": (0, "81 live accounts and $1,495,620 ARR"),
    "17-dumps-of-invoices": (0, ALL), "18-notice-then-resigned": (0, "1 notices were answered"), "20-thousands-points": (2, "contracts.arr: 319 values like 6.000"),
    "21-negative-amendment": (0, "82 live accounts and $1,491,620 ARR"), "23-credit-note": (0, "82 live accounts"), "25-null-words-text": (0, "values NULL read as blank"),
    "27-null-words-dates": (0, "contracts.cancelled_at: 319 values NULL read as blank"), "28-early-renewal": (0, "2 accounts hold two terms of one product at once for 153 and 181 days"),
    "30-ids-scientific": (2, "contracts.account_id: 7 ids like 1.23457E+14"), "31-deleted-customers": (2, "39 account(s) with contracts are missing from accounts, none with a live term"),
    "32-stripe-canceled-at": (2, "contracts.cancelled_at: 25 of 26 terms"), "33-child-uses-parent-pays": (0, "1 account has usage but never a contract (148 rows)"),
    "34-accounts-merged": (0, "1 account ends as one of the same name begins"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_read_right_or_refused(situation: Situation, shared: Path, name: str) -> None:
    code, words = CASES[name]
    for place, folder in {"raw": situation.raw, "book": situation.book}.items():
        shutil.rmtree(folder)
        shutil.copytree(shared / "cases" / name / place, folder)
    printed = situation.check()
    assert printed.code == code, printed.text
    assert words in printed.text
