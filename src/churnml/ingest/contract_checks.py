"""What the contracts say as a whole: whom refused rows hide, whether there are prices, and whether it is a business that can be."""

from collections.abc import Mapping

import duckdb

from churnml.data.tables import NO_PRICES
from churnml.ingest.checks import Check
from churnml.ingest.contracts.contradicted import contradicted
from churnml.ingest.contracts.undeclared_mergers import undeclared_mergers
from churnml.ingest.left_out import left_out, named, over_limit
from churnml.ingest.plausibility import implausible
from churnml.params.book import Ingest


def judge_contracts(
    con: duckdb.DuckDBPyConnection,
    present: Mapping[str, set[str]],
    contracts: str,
    ingest: Ingest,
    check: Check,
) -> None:
    """Adds to the check which customers refused rows hide, and what cannot be in the clean rows that are left (SQL in ``contracts``)."""
    if check.last_day is None or not check.rows["contracts"]["kept"]:
        return
    is_priced = "arr" in present["contracts"]
    beside = [
        name for name in present if is_priced or name != "invoices"
    ]  # what is billed is laid beside what is agreed
    check.add(*contradicted(con, beside, ingest))
    check.notices += undeclared_mergers(con, present["accounts"], ingest.renewal_gap_days)
    check.left_out, accounts, arr = left_out(con, check.last_day, is_priced)
    check.failures += over_limit(check.left_out, accounts, arr, ingest)
    if check.left_out:
        check.notices.append(
            f"contracts: {len(check.left_out)} accounts are not on the list because rows of theirs were refused: {named(check.left_out)}"
        )
    if not is_priced:
        check.notices.append(f"contracts.arr: {NO_PRICES}; if the book has prices, give arr in contracts.sql")
    check.failures += implausible(con, contracts, check.last_day, ingest)
