"""Accounts that seem to live on in another: one of its name begins as it ends."""

from collections.abc import Collection

import duckdb

from churnml.ingest.contracts.terms import TERMS

LEGAL = "inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|se|sa|sas|sarl|srl|spa|bv|nv|oy|ab|as|aps|pty"
SHORT, COMMON = 4, 3  # letters, and accounts, of a name that says nothing


def undeclared_mergers(con: duckdb.DuckDBPyConnection, present: Collection[str], gap_days: int) -> list[str]:
    """A notice of accounts whose last paid term stops about when one of a namesake begins that renews none of the namesake's own.

    A name that goes on where the other ends (``Harbour Supply Group``) is one of its name; legal forms are none of it.
    """
    if "name" not in present:
        return []
    words = f"trim(regexp_replace(regexp_replace(lower(name), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'), '( ({LEGAL}))+ ?$', ''))"
    found = con.execute(f"""
        WITH terms AS (SELECT * FROM ({TERMS}) WHERE arr > 0),
        spelled AS (SELECT account_id, any_value({words}) AS spelt FROM judged."accounts" WHERE reason IS NULL GROUP BY account_id),
        named AS (SELECT account_id, spelt AS name FROM spelled WHERE length(spelt) >= {SHORT}
            QUALIFY count(*) OVER (PARTITION BY spelt) <= {COMMON}),
        starts AS (SELECT account_id, name, unnest(list_transform(range(1, len(string_split(name, ' ')) + 1),
            lambda i: array_to_string(string_split(name, ' ')[1:i], ' '))) AS start FROM named),
        namesakes AS (
            SELECT o.account_id, s.account_id AS other, s.name FROM starts s JOIN named o ON o.name = s.start
            UNION SELECT s.account_id, o.account_id, o.name FROM starts s JOIN named o ON o.name = s.start),
        ends AS (SELECT account_id, max(stop_date) AS stop FROM terms GROUP BY account_id),
        begins AS (SELECT account_id, start_date FROM terms n WHERE NOT EXISTS (SELECT 1 FROM terms e WHERE e.account_id = n.account_id
            AND e.line = n.line AND e.row_number <> n.row_number AND e.start_date < n.start_date
            AND e.stop_date BETWEEN n.start_date - {gap_days} AND n.start_date + {gap_days}))
        SELECT n.account_id, n.other, n.name, stop, start_date FROM namesakes n JOIN ends e ON e.account_id = n.account_id
            JOIN begins b ON b.account_id = n.other AND start_date BETWEEN stop - {gap_days} AND stop + {gap_days}
        WHERE n.account_id <> n.other ORDER BY ALL""").fetchall()
    if not found:
        return []
    accounts = {row[0] for row in found}
    one, other, name, stop, start = found[0]
    notice = (
        f"accounts.merged_into: {len(accounts):,} account{'s end' if len(accounts) > 1 else ' ends'} as one of the same name begins (for example {one} "
        f"stops on {stop}, and {other}, '{name}', begins on {start}): merged or entered anew? Give merged_into in accounts.sql, or each "
        "counts as one that left and one that is new"
    )
    return [notice]
