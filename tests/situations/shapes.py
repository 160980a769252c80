"""Books of every shape: a pairwise covering array of the optional tables, each absent, empty, with a header only, or present."""

from collections.abc import Mapping
from itertools import product

from tests.situations.situation import Row, Situation

LEVELS = ("present", "absent", "empty", "header")
COLUMNS = {
    "usage": "account_id,occurred_at,feature,quantity",
    "tickets": "ticket_id,account_id,opened_at,resolved_at,priority",
    "touches": "account_id,occurred_at,channel,is_customer_initiated",
    "surveys": "account_id,kind,sent_at,answered_at,score",
    "invoices": "account_id,issued_at,due_at,paid_at,amount",
    "milestones": "account_id,milestone,due_at,achieved_at",
    "actions": "account_id,acted_at,action,csm",
}
DOUBLED = (0, 2, 3, 1)  # two times an element of the field of four elements, in which adding is exclusive or

Shape = Mapping[str, str]


def covering_array() -> list[Shape]:
    """Sixteen shapes in which every two of the first five tables stand in every pair of levels (an orthogonal array of strength 2).

    The last two tables take the levels of two others, the other way round.
    """
    shapes = []
    for i, j in product(range(4), repeat=2):
        levels = [i, j, i ^ j, i ^ DOUBLED[j], i ^ DOUBLED[DOUBLED[j]], j ^ 3, i ^ 3]
        shapes.append({table: LEVELS[level] for table, level in zip(COLUMNS, levels, strict=True)})
    return shapes


def shaped(situation: Situation, shape: Shape) -> Situation:
    """The small book with its optional tables in that shape; a table that is not delivered is not mapped either."""
    accounts = [row["account_id"] for row in situation.rows("accounts")]
    for table, level in shape.items():
        present = _rows(situation, table, accounts)
        columns = COLUMNS[table]
        for file in situation.raw.glob(f"{table}.csv*"):
            file.unlink()
        (situation.book / f"{table}.sql").unlink(missing_ok=True)
        if level == "absent":
            continue
        situation.mapping(table, f"SELECT {columns} FROM raw.{table}")
        if level == "present":
            situation.write(table, [{name: row[name] for name in columns.split(",")} for row in present])
        else:
            situation.write(table, "" if level == "empty" else columns + "\n")
    return situation


def _rows(situation: Situation, table: str, accounts: list[str]) -> list[Row]:
    """The rows of a table that the small book has, else one or two made up for each account."""
    if list(situation.raw.glob(f"{table}.csv*")):
        return situation.rows(table)
    day = [f"2024-{1 + n % 11:02d}-{1 + n % 27:02d}" for n in range(len(accounts))]
    made: dict[str, list[Row]] = {
        "touches": [{"account_id": a, "occurred_at": d, "channel": "call", "is_customer_initiated": "true"}
                    for a, d in zip(accounts, day, strict=True)],
        "surveys": [{"account_id": a, "kind": "nps", "sent_at": d, "answered_at": d, "score": str(n % 11)}
                    for n, (a, d) in enumerate(zip(accounts, day, strict=True))],
        "milestones": [{"account_id": a, "milestone": "go live", "due_at": d, "achieved_at": d if n % 3 else ""}
                       for n, (a, d) in enumerate(zip(accounts, day, strict=True))],
        "actions": [{"account_id": a, "acted_at": d, "action": "call", "csm": "Noor Abel"}
                    for a, d in zip(accounts, day, strict=True)],
    }  # fmt: skip
    return made[table]
