"""Usage that arrives by week or month: each row is given the period it sums up, and is known when that is over (decision 34).

A mapping may say ``period_start`` and ``period_end``. Where it does not, an account's own rhythm does: rows at midnight on the same day of
one month after another, or of one week after another, and on no day between. Nothing finer than a week is a roll-up in this sense: a daily
sum is known the next morning as any event is.
"""

import duckdb

from churnml.ingest.held_rows import PERIOD, add, delivered, show_delivered

RUN_MONTHS, RUN_WEEKS, SURE_WEEKS = 4, 8, 16
"""So many rows one after another, on the same day of the month or the week, are a rhythm and no chance; by the week fewer than the last of
these only if they are half of the days on which the account had any."""
MOST = 0.5
"""Where so many of a table's accounts have one rhythm, it is that of the accounts with too few rows to show one, too."""

FEW_AGAIN = 0.2
"""So small a share of sums that come twice is a correction; where more do, it is how they come."""

IS_USE = "NOT (quantity IS NOT DISTINCT FROM 0 AND user_id IS NULL AND event_id IS NULL AND coalesce(active_users, 0) = 0)"
"""A row of nothing that names neither a user nor an event says that nothing was used."""
IS_MIDNIGHT = "clock = date_trunc('day', clock)"
WEEK = 7
# An end is exclusive; written as the last day of a month or week, or as its last second, it is meant inclusive.
_DECLARED_END = """CASE WHEN CAST(period_end AS TIME) >= TIME '23:59:00' THEN CAST(period_end AS DATE) + 1
    WHEN day(period_start) = 1 AND day(CAST(period_end AS DATE) + 1) = 1 THEN CAST(period_end AS DATE) + 1
    WHEN CAST(period_end AS DATE) - CAST(period_start AS DATE) = 6 THEN CAST(period_end AS DATE) + 1 ELSE CAST(period_end AS DATE) END"""


def with_periods(
    con: duckdb.DuckDBPyConnection, rows: str, columns: set[str]
) -> tuple[str, list[str], list[str]]:
    """SQL for usage rows (given as SQL) that stand in the middle of the period they sum up, notices of what was read so, and failures.

    ``columns`` are those the mapping gave. Rows of nothing are left out.
    """
    used = f"SELECT * FROM ({rows}) WHERE {IS_USE}"
    if "period_end" in columns:
        con.execute(f"""CREATE OR REPLACE TEMP TABLE usage_period AS SELECT DISTINCT account_id, period_start, period_end,
            CAST(period_start AS DATE) AS first_day, {_DECLARED_END} AS end_day FROM ({rows}) WHERE period_end > period_start""")
        join = "r.period_start = p.period_start AND r.period_end = p.period_end"
    elif _find_rhythms(con, rows):
        join = "r.clock = p.stamp"
    else:
        return used, [], []
    several, failures = _restated(con, rows, columns) if "period_end" not in columns else ([], [])
    con.execute(f"DELETE FROM usage_period WHERE end_day - first_day < {WEEK}")
    counts = con.execute("""SELECT CASE WHEN end_day - first_day < 28 THEN 'week' ELSE 'month' END AS by, count(DISTINCT account_id),
        min(first_day), arg_min(end_day, first_day) FROM usage_period GROUP BY 1 ORDER BY 1""").fetchall()
    if not counts:
        return used, several, failures
    middle = "CAST(p.first_day + CAST((p.end_day - p.first_day) // 2 AS INTEGER) AS TIMESTAMP)"
    con.execute(f"""CREATE OR REPLACE TEMP TABLE usage_in_periods AS SELECT r.* REPLACE (
            CAST(p.first_day AS TIMESTAMP) AS period_start, CAST(p.end_day AS TIMESTAMP) AS period_end,
            coalesce({middle}, r.occurred_at) AS occurred_at, coalesce({middle}, r.clock) AS clock,
            greatest(r.known_at, CAST(p.end_day AS TIMESTAMP) - INTERVAL 1 MICROSECOND) AS known_at)
        FROM ({used}) r LEFT JOIN usage_period p ON p.account_id = r.account_id AND {join}""")
    notices = [
        f"usage: {accounts} accounts arrive by the {by}: a row dated {first} is read as the sum of {first} to {end} (exclusive), known when that "
        "is over. Say period_start and period_end in usage.sql where it is another"
        for by, accounts, first, end in counts
    ]
    return "FROM usage_in_periods", [] if "period_end" in columns else notices + several, failures


def _restated(con: duckdb.DuckDBPyConnection, rows: str, columns: set[str]) -> tuple[list[str], list[str]]:
    """Notices and failures where an account's rhythm has two sums of one kind and period that differ.

    Few of them, or such as were loaded at two times, were delivered again and would count together; where that is how most come, they are
    parts of a sum. Ones are events.
    """
    of = ["account_id", "clock", *sorted({"user_id", "feature", "contract_id"} & columns)]
    con.execute(f"""CREATE OR REPLACE TEMP TABLE usage_sums AS SELECT {", ".join(f"r.{name}" for name in of)},
            list(quantity ORDER BY r.known_at, quantity) AS sums, count(DISTINCT (quantity, active_users)) > 1 AS differ, count(DISTINCT r.known_at) > 1 AS is_late
        FROM ({rows}) r JOIN usage_period p ON p.account_id = r.account_id AND p.stamp = r.clock WHERE event_id IS NULL AND quantity IS NOT NULL
        GROUP BY ALL HAVING count(*) = 1 OR bool_or(quantity <> 1)""")
    several = "differ OR is_late"
    every, again, late = con.execute(
        f"SELECT count(*), count(*) FILTER ({several}), count(*) FILTER (is_late) FROM usage_sums"
    ).fetchall()[0]
    if not again:
        return [], []
    first = con.execute(f"FROM usage_sums WHERE {several} ORDER BY ALL LIMIT 1").fetchall()[0]
    account, day, *kinds, sums, _, _ = first
    one, other = (f"{value:f}".rstrip("0").rstrip(".") for value in (sums[0], sums[-1]))
    kind = "".join(f", {value}" for value in kinds if value)
    words = (
        f"usage: {again:,} times an account has two sums of one kind for the same week or month that differ (for example {account} of "
        f"{day:%Y-%m-%d}{kind}: {one} and {other})"
    )
    if not late and again > FEW_AGAIN * every:
        return [f"{words}: most come in several rows, which are added up"], []
    failure = (
        f"{words}: a sum that was delivered again? Give period_start and period_end in usage.sql, with "
        "updated_at or known_at, and the newest stands; if they are parts of one sum, add them up (GROUP BY); if they are events, give event_id"
    )
    return [], [failure]


def date_by_period(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Why mapped usage cannot say its periods; else its rows are dated by the day theirs start, where the mapping gives no ``occurred_at``."""
    given = delivered(con, "usage")
    if len(given.keys() & set(PERIOD)) == 1:
        return ["usage: period_start and period_end go together; give both in usage.sql, or neither"]
    if "period_start" in given and "occurred_at" not in given:
        add(con, "usage", "occurred_at", "VARCHAR", "CAST(period_start AS VARCHAR)")
        show_delivered(con, "usage", [*given, "occurred_at"])
    return []


def _find_rhythms(con: duckdb.DuckDBPyConnection, rows: str) -> bool:
    """Whether any row stands at midnight, after creating ``usage_period`` with the account, stamp, first and end day of each that belongs to a rhythm."""
    # An account none of whose rows stands at midnight sends events: the chains of its days need not be looked at.
    days = con.execute(f"""CREATE OR REPLACE TEMP TABLE usage_day AS
        SELECT account_id, CAST(clock AS DATE) AS day, bool_and({IS_MIDNIGHT}) AS is_midnight FROM ({rows})
        WHERE account_id IN (SELECT account_id FROM ({rows}) WHERE {IS_MIDNIGHT}) GROUP BY 1, 2""").fetchall()[
        0
    ][0]
    if not days:
        return False
    con.execute("""CREATE OR REPLACE TEMP TABLE usage_stamp AS
        WITH steps AS (
            SELECT account_id, day, is_midnight, day = last_day(day) AS is_last, day - lag(day) OVER w AS gap, lag(day) OVER w AS before
            FROM usage_day WINDOW w AS (PARTITION BY account_id ORDER BY day)),
        linked AS (
            SELECT *, coalesce(is_midnight AND (day(day) = day(before) OR (is_last AND before = last_day(before))), false) AS is_month,
                coalesce(is_midnight AND gap % 7 = 0, false) AS is_week,
                date_diff('month', before, day) AS months FROM steps),
        runs AS (
            SELECT *, sum(CAST(NOT is_month AS INTEGER)) OVER w AS month_run, sum(CAST(NOT is_week AS INTEGER)) OVER w AS week_run
            FROM linked WINDOW w AS (PARTITION BY account_id ORDER BY day ROWS UNBOUNDED PRECEDING))
        SELECT account_id, day, is_midnight, is_last, count(*) OVER m AS month_rows, count(*) OVER k AS week_rows,
            min(months) FILTER (is_month) OVER m AS months, min(gap) FILTER (is_week) OVER k AS week_days, bool_and(is_last) OVER m AS at_end
        FROM runs WINDOW m AS (PARTITION BY account_id, month_run), k AS (PARTITION BY account_id, week_run)""")
    con.execute(f"""CREATE OR REPLACE TEMP TABLE usage_rhythm AS SELECT *, CASE
            WHEN NOT is_midnight THEN NULL
            WHEN month_rows >= {RUN_MONTHS} THEN concat('month ', months, ' ', CASE WHEN at_end THEN 'end' ELSE CAST(day(day) AS VARCHAR) END)
            WHEN week_rows >= {SURE_WEEKS} OR (week_rows >= {RUN_WEEKS} AND 2 * week_rows >= count(*) OVER (PARTITION BY account_id)) THEN concat('week ', week_days, ' ', isodow(day)) END AS rhythm
        FROM usage_stamp""")
    usual = con.execute("""WITH own AS (SELECT account_id, mode(rhythm) AS rhythm FROM usage_rhythm GROUP BY account_id)
        SELECT rhythm, count(*) FROM own WHERE rhythm IS NOT NULL GROUP BY rhythm ORDER BY 2 DESC LIMIT 1""").fetchall()
    if usual and usual[0][1] >= MOST * con.execute(f"SELECT count(DISTINCT account_id) FROM ({rows})").fetchall()[0][0]:  # fmt: skip
        kind, _, place = usual[0][0].split()
        fits = {"end": "is_last"}.get(
            place, f"day(day) = {place}" if kind == "month" else f"isodow(day) = {place}"
        )
        con.execute(f"""UPDATE usage_rhythm SET rhythm = '{usual[0][0]}' WHERE rhythm IS NULL AND is_midnight AND account_id IN (
            SELECT account_id FROM usage_rhythm GROUP BY account_id HAVING bool_and(is_midnight AND {fits}))""")
    con.execute("""CREATE OR REPLACE TEMP TABLE usage_period AS
        WITH parted AS (SELECT account_id, day, split_part(rhythm, ' ', 1) AS kind, CAST(split_part(rhythm, ' ', 2) AS INTEGER) AS step,
            split_part(rhythm, ' ', 3) = 'end' AS at_end FROM usage_rhythm WHERE rhythm IS NOT NULL)
        SELECT account_id, CAST(day AS TIMESTAMP) AS stamp,
            CASE WHEN at_end THEN CAST(day + 1 - to_months(step) AS DATE) ELSE day END AS first_day,
            CASE WHEN at_end THEN day + 1 WHEN kind = 'month' THEN CAST(day + to_months(step) AS DATE) ELSE day + step END AS end_day
        FROM parted""")
    return True
