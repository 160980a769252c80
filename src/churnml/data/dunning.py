"""Charges that failed: until when each is tried again, and who left because of one."""

from datetime import date

import duckdb

from churnml.data.schema import SERVICE_ENDS
from churnml.data.tables import Tables, stood_on

LEFT_UNPAID = f"""EXISTS (SELECT 1 FROM failed_charges c WHERE c.account_id = {{account}} AND c.failed_on <= {{left}} + 1
    AND {{left}} <= c.tried_until + {{grace}} AND coalesce(c.paid_on > {{left}}, true)
    AND NOT EXISTS (SELECT 1 FROM contracts n WHERE n.account_id = c.account_id AND n.arr > 0 AND n.start_date < {{left}}
        AND {SERVICE_ENDS} >= c.failed_on - 1 AND CAST(n.notice_at AS DATE) <= c.failed_on AND coalesce(n.notice_answered_at >= {{left}}, true)))"""
"""SQL for whether an account that left on a day did so by a charge that failed and was never paid, and had given no notice before it did."""


def create_failed_charges(con: duckdb.DuckDBPyConnection, known_by: date | None = None) -> None:
    """Creates table ``failed_charges``: each with its account, ``failed_on``, ``tried_until``, ``paid_on`` and ``waits_until``, the earlier of these.

    Without ``dunning_until`` a charge is tried on the day it failed alone: that it was paid long after cannot be waited for. ``recorded_on`` is the
    day on which all of that had been recorded. With ``known_by`` only what was known by that day counts. Empty where no charge is known to have failed.
    """
    if not con.execute("SELECT 1 FROM duckdb_views() WHERE view_name = 'invoices_versions'").fetchall():
        con.execute("""CREATE OR REPLACE TABLE failed_charges (account_id VARCHAR, failed_on DATE, tried_until DATE, paid_on DATE,
            waits_until DATE, recorded_on DATE)""")
        return
    rows, paid = "invoices", "paid_at"
    if known_by:
        day = f"DATE '{known_by}'"
        rows = f"invoices_versions WHERE {stood_on(day)} AND failed_at < {day}"
        paid = f"CASE WHEN paid_at < {day} THEN paid_at END"
    con.execute(f"""CREATE OR REPLACE TABLE failed_charges AS
        WITH recorded AS (
            SELECT account_id, amount, failed_at, CAST(greatest(min(known_at), min(known_at) FILTER (paid_at IS NOT NULL)) AS DATE) AS recorded_on
            FROM invoices_versions WHERE failed_at IS NOT NULL GROUP BY ALL),
        charges AS (SELECT account_id, amount, failed_at, dunning_until, {paid} AS paid_at FROM {rows})
        SELECT account_id, CAST(failed_at AS DATE) AS failed_on,
            CAST(greatest(failed_at, dunning_until) AS DATE) AS tried_until, CAST(paid_at AS DATE) AS paid_on,
            least(tried_until, paid_on) AS waits_until, recorded_on
        FROM charges JOIN recorded USING (account_id, amount, failed_at) WHERE amount > 0 AND (paid_at <= failed_at) IS NOT true""")


def tells_failed_charges(tables: Tables) -> bool:
    """Whether the book says of any charge that it failed."""
    return "failed_at" in tables.given().get("invoices", set())
