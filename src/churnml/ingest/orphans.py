"""What belongs to nobody: rows of accounts that the export of accounts lacks, and use by accounts that never paid."""

from datetime import date

import duckdb

UNKNOWN = "account is unknown"
LATE_DAYS = 90  # after the last contract's end: until then, use is a customer's who is leaving

ALIKE = {
    "but for the case of letters": "lower({id})",
    "but for zeros in front": "ltrim({id}, '0')",
    "but for '.0' behind": "regexp_replace({id}, '\\.0$', '')",
    "but for spaces and signs": "regexp_replace(lower({id}), '[^a-z0-9]', '', 'g')",
    "in their first 15 signs (Salesforce writes ids of 15 and of 18)": "left({id}, 15)",
}
"""How ids of one account differ between two exports."""


IDS_ALIKE = "unknown ids are ids of accounts"
"""What is said where ids differ only in how they are written."""


def unknown_accounts(con: duckdb.DuckDBPyConnection, table: str, last_day: date | None) -> str:
    """Who the accounts are that a table's rows name and ``accounts`` lacks, and what to do; nothing where there are none."""
    ids = f"""SELECT DISTINCT account_id FROM judged."{table}" WHERE list_contains(string_split(reason, '; '), '{UNKNOWN}')"""
    missing = con.execute(f"SELECT count(*) FROM ({ids})").fetchall()[0][0]
    if not missing:
        return ""
    if same := _alike(con, ids, missing):
        return same
    if table != "contracts":
        return f"{missing:,} account(s) are missing from accounts; deliver them, or map their rows to the account that pays"
    live = con.execute(f"""SELECT count(DISTINCT account_id) FROM judged.contracts WHERE account_id IN ({ids})
        AND coalesce(end_date, DATE '9999-12-31') > DATE '{last_day}' AND coalesce(cancelled_at >= DATE '{last_day}', true)""").fetchall()[
        0
    ][0]
    who = (
        f"{live:,} of them with a live term: deliver them"
        if live
        else "none with a live term: customers who left? Deliver them"
    )
    return f"{missing:,} account(s) with contracts are missing from accounts, {who}; without them the models learn from those who stayed"


def _alike(con: duckdb.DuckDBPyConnection, ids: str, missing: int) -> str:
    """In what half of the missing ids or more differ from known ones; nothing where they do not."""
    for words, form in ALIKE.items():
        one, other = form.format(id="m.account_id"), form.format(id="k.account_id")
        count, example, known = (
            con.execute(f"""SELECT count(DISTINCT m.account_id), min(m.account_id), arg_min(k.account_id, m.account_id)
            FROM ({ids}) m JOIN known_accounts k ON {one} = {other} AND {one} <> ''""").fetchall()[0]
        )
        if count * 2 >= missing:
            return (
                f"{count:,} of {missing:,} {IDS_ALIKE} {words}, like '{example}' beside '{known}': "
                "write ids of one form in both tables' SQL"
            )
    return ""


def unpaid_use(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Notices of use by accounts that never had a contract, and of use long after an account's last one ended."""
    con.execute("""CREATE OR REPLACE TEMP TABLE used_by AS SELECT account_id, rows, newest, last FROM (
            SELECT account_id, count(*) AS rows, max(CAST(occurred_at AS DATE)) AS newest FROM judged.usage WHERE reason IS NULL GROUP BY account_id)
        LEFT JOIN (SELECT account_id, max(coalesce(end_date, DATE '9999-12-31')) AS last FROM judged.contracts GROUP BY account_id) USING (account_id)""")
    is_late = f"newest - last > {LATE_DAYS}"
    accounts, rows, example, late_accounts, late_example = con.execute(f"""
        SELECT count(*) FILTER (last IS NULL), sum(rows) FILTER (last IS NULL), min(account_id) FILTER (last IS NULL),
            count(*) FILTER ({is_late}), min(account_id) FILTER ({is_late}) FROM used_by""").fetchall()[0]
    late_rows = con.execute(f"""SELECT count(*) FROM judged.usage u JOIN used_by b ON b.account_id = u.account_id AND {is_late}
        WHERE reason IS NULL AND CAST(occurred_at AS DATE) - last > {LATE_DAYS}""").fetchall()[0][0]
    notices = []
    if accounts:
        who = "1 account has" if accounts == 1 else f"{accounts:,} accounts have"
        notices.append(
            f"usage: {who} usage but never a contract ({rows:,} rows), like '{example}': a child of another? Map it to the one that pays"
        )
    if late_accounts:
        who = "1 account has" if late_accounts == 1 else f"{late_accounts:,} accounts have"
        notices.append(
            f"usage: {who} usage over {LATE_DAYS} days after the last contract ended ({late_rows:,} rows), like '{late_example}': "
            "are contracts missing, or is its use another's?"
        )
    return notices
