"""What a book's terms look like: how long they are, how late they are renewed or cancelled, and how many decisions they made."""

from dataclasses import dataclass
from datetime import date

import duckdb

from churnml.data.schema import SERVICE_ENDS

LEADS = (7, 14, 30, 60, 90, 120, 180, 270, 365)
SHORT_DAYS, NEAREST = 45, 13


@dataclass(frozen=True)
class Shape:
    """What a book's terms look like: ``term_days`` is the usual length of those whose end is a decision, ``shortest_days`` that of the
    tenth of the accounts with the shortest; ``decided_days`` the days since decisions first fell; ``late`` the days by which renewals
    and cancellations came late, in order; ``seen`` how many decisions each lead sees open.
    """

    fixed_days: int
    accounts: int
    short_accounts: int
    term_days: int
    shortest_days: int
    history_days: int
    decided_days: int
    decisions: int
    late: tuple[int, ...]
    seen: dict[int, int]

    @property
    def half_term(self) -> int:
        """Half the shortest usual term: past it, the next decision is nearer."""
        return self.shortest_days // 2

    def closed(self, days: int) -> int:
        """How many late renewals and cancellations a grace of so many days waits for."""
        return sum(late <= days for late in self.late)


def shape_of(con: duckdb.DuckDBPyConnection, last_day: date, in_force: int) -> Shape | None:
    """What the terms look like that ``con`` holds, the ends of the shorter ones decisions too where most accounts hold such; None where none has ended."""
    con.execute(f"""CREATE TEMP TABLE terms AS SELECT account_id, start_date, end_date, end_date - start_date AS days,
        {SERVICE_ENDS} AS stop_date, CAST(coalesce(signed_at, start_date) AS DATE) AS signed_on
        FROM contracts WHERE arr > 0 AND end_date > start_date""")
    con.execute(f"""CREATE TEMP TABLE usual AS SELECT account_id, CAST(median(days) AS INTEGER) AS days FROM terms
        WHERE account_id IN (SELECT account_id FROM terms WHERE end_date <= DATE '{last_day}') GROUP BY account_id""")
    accounts, short = con.execute(
        f"SELECT count(*), count(*) FILTER (days < {in_force}) FROM usual"
    ).fetchall()[0]
    if not accounts:
        return None
    fixed = 0 if 2 * short > accounts else in_force
    usual, shortest = con.execute(f"""SELECT CAST(median(days) AS INTEGER), CAST(quantile_disc(days, 0.1) AS INTEGER) FROM (
        SELECT median(days) AS days FROM terms SEMI JOIN usual USING (account_id) WHERE days >= {fixed} GROUP BY account_id)"""
    ).fetchall()[0]  # fmt: skip
    history, decided, decisions = con.execute(f"""SELECT DATE '{last_day}' - min(start_date),
        DATE '{last_day}' - quantile_disc(end_date, 0.05) FILTER (end_date <= DATE '{last_day}'),
        count(DISTINCT (account_id, end_date)) FILTER (days >= {fixed} AND end_date <= DATE '{last_day}') FROM terms""").fetchall()[0]
    return Shape(
        fixed, accounts, short, usual, shortest, history, decided, decisions,
        _late(con, fixed, last_day), _seen(con, fixed, last_day, usual, shortest // 2),
    )  # fmt: skip


def _late(con: duckdb.DuckDBPyConnection, fixed: int, last_day: date) -> tuple[int, ...]:
    """By how many days renewals were late, and how long after a renewal its term was cancelled before its half was over."""
    rows = con.execute(f"""WITH reached AS (
            SELECT account_id, start_date, stop_date, days, max(stop_date) OVER (PARTITION BY account_id ORDER BY start_date, stop_date
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
            FROM terms WHERE days >= {fixed} AND start_date <= DATE '{last_day}')
        SELECT start_date - before FROM reached WHERE start_date > before
        UNION ALL SELECT stop_date - start_date FROM reached WHERE before IS NOT NULL AND stop_date - start_date < days // 2 AND stop_date > start_date
        ORDER BY 1""").fetchall()
    return tuple(row[0] for row in rows)


def _seen(con: duckdb.DuckDBPyConnection, fixed: int, last_day: date, term: int, near: int) -> dict[int, int]:
    """How many past decisions were open, their account known for a thirteenth of a term at least, so many days ahead, by lead."""
    leads = ", ".join(f"({lead})" for lead in _candidates(term))
    rows = con.execute(f"""WITH ended AS (
            SELECT account_id, end_date FROM terms WHERE days >= {fixed} AND end_date <= DATE '{last_day}' GROUP BY ALL),
        began AS (SELECT account_id, min(start_date) AS began FROM terms GROUP BY account_id),
        next AS (SELECT e.account_id, e.end_date, min(n.signed_on) AS signed_on FROM ended e JOIN terms n ON n.account_id = e.account_id
            AND n.start_date BETWEEN e.end_date - {near} AND e.end_date + {near} AND n.stop_date > e.end_date GROUP BY ALL)
        SELECT lead, count(*) FILTER (end_date - lead >= began + {term // NEAREST} AND (signed_on < end_date - lead) IS NOT true)
        FROM ended JOIN began USING (account_id) LEFT JOIN next USING (account_id, end_date), (VALUES {leads}) l(lead)
        GROUP BY lead ORDER BY lead""").fetchall()
    return dict(rows)


def _candidates(term: int) -> list[int]:
    """Days ahead worth looking from: up to a whole term, or half of a short one, since the decision before must have shown."""
    furthest = term // 2 if term < SHORT_DAYS else term + term // NEAREST
    return [lead for lead in LEADS if term // NEAREST <= lead <= furthest] or [max(term // 2, 1)]
