"""The nine canonical tables: columns, types, and when each value could first have been known.

A column with ``revealed_by`` is known only from the moment that other column names (a ticket's ``csat`` from ``csat_at``);
a moment column that reveals itself (``resolved_at``) is unknown before it happened. The one door applies both.
Measures are exact decimals, so that neither row order nor threads can move a byte of a sum.
"""

from dataclasses import dataclass
from pathlib import Path

TEXT, DAY, MOMENT, FLAG, WHOLE = "VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "BIGINT"
MONEY, AMOUNT = "DECIMAL(18,2)", "DECIMAL(18,4)"

OPEN_END = "DATE '2200-01-01'"
"""SQL for a day that no term reaches: where the end of one that runs until it is cancelled must be compared."""
BILLING_DAYS = 3
"""Days after a rolling term's end in which its next charge is taken and recorded: inclusive ends, weekends, a row that comes a day late."""
SERVICE_ENDS = f"least(coalesce(end_date, {OPEN_END}), CAST(cancelled_at AS DATE))"
"""SQL for the day on which a term's service stops: its end, or its cancellation before that. One without an end runs until it is cancelled."""


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    ``default`` is SQL for the value of every row where the column is absent; a blank in a column that is there is missing, not the default,
    and so is a ``required`` column without a single value (``arr``: a book without prices does not give it at all).
    An ``is_undated`` column holds today's value, which may have been set after the outcome: features see it only where the row is dated
    (``valid_from``) or the book declares the column static.
    ``voided_by`` names the moment from which the value no longer stands; ``moved_by`` the column that holds the value until
    a moment, and that moment. An ``is_derived`` column is made by ingest from other rows; no mapping may give it.
    """

    name: str
    type: str
    required: bool = False
    revealed_by: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    default: str | None = None
    is_undated: bool = False
    voided_by: str | None = None
    moved_by: tuple[str, str] | None = None
    is_derived: bool = False

    @property
    def may_never_come(self) -> bool:
        """Whether the moment may be written as one beyond all days: the end of a term that runs until it is cancelled."""
        return self.type == DAY and self.moved_by is not None


@dataclass(frozen=True)
class Table:
    """One canonical table.

    ``clock`` says (in SQL) when a row happened, ``known`` when it could have been known if the row carries no ``known_at``;
    ``order`` lists pairs of columns that cannot run backwards; rows of one ``key`` are versions of one fact, and where a row has
    none, rows are those of one fact that agree in all that nothing reveals later and come in files of different days.
    """

    name: str
    columns: tuple[Column, ...]
    clock: str
    known: str
    key: tuple[str, ...] = ()
    order: tuple[tuple[str, str], ...] = ()
    required: bool = False
    is_event: bool = True

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def names(self) -> list[str]:
        """The names of the table's columns, in order."""
        return [c.name for c in self.columns]

    @property
    def mapped(self) -> list[str]:
        """The names of the columns that a mapping may give, in order."""
        return [c.name for c in self.columns if not c.is_derived]


def need(name: str, type_: str, at_least: float | None = None) -> Column:
    """A required column."""
    return Column(name, type_, required=True, at_least=at_least)


def may(name: str, type_: str, revealed_by: str | None = None, at_least: float | None = None,
        at_most: float | None = None) -> Column:  # fmt: skip
    """An optional column."""
    return Column(name, type_, False, revealed_by, at_least, at_most)


def undated(name: str, type_: str) -> Column:
    """An optional column that holds today's value."""
    return Column(name, type_, is_undated=True)


def derived(name: str, type_: str) -> Column:
    """A column that ingest makes from other rows of the table."""
    return Column(name, type_, is_derived=True)


ACCOUNTS = Table(
    "accounts",
    (need("account_id", TEXT), undated("name", TEXT), may("created_at", MOMENT), undated("segment", TEXT), undated("industry", TEXT),
     undated("region", TEXT), undated("csm", TEXT), undated("crm_id", TEXT), may("valid_from", MOMENT),
     may("merged_into", TEXT)),
    clock="coalesce(valid_from, created_at, TIMESTAMP '1900-01-01')",
    known="coalesce(valid_from, created_at, TIMESTAMP '1900-01-01')",
    key=("account_id", "valid_from"), required=True, is_event=False,
)  # fmt: skip
CONTRACTS = Table(
    "contracts",
    (need("contract_id", TEXT), may("line_id", TEXT), need("account_id", TEXT), may("start_date", DAY),
     Column("end_date", DAY, moved_by=("agreed_end_date", "end_moved_at")),  # NULL: the term runs until it is cancelled
     Column("arr", MONEY, required=True, default="1"), may("seats", WHOLE), may("plan", TEXT), may("product", TEXT), may("currency", TEXT),
     undated("is_auto_renew", FLAG), may("signed_at", MOMENT),
     Column("notice_at", MOMENT, revealed_by="notice_at", voided_by="notice_answered_at"), may("cancelled_at", MOMENT, "cancelled_at"),
     may("paused_from", DAY, "paused_from"), may("paused_until", DAY, "paused_from"), may("replaces", TEXT),
     may("discount_share", AMOUNT, at_least=0, at_most=1), may("discount_ends_on", DAY),
     derived("agreed_end_date", DAY), derived("end_moved_at", MOMENT), derived("notice_answered_at", MOMENT), derived("seat_group", TEXT)),
    clock="start_date", known="coalesce(signed_at, start_date)", key=("contract_id", "line_id"),
    order=(("start_date", "end_date"), ("start_date", "cancelled_at"), ("signed_at", "notice_at"), ("paused_from", "paused_until")), required=True, is_event=False,
)  # fmt: skip
USAGE = Table(
    "usage",
    (need("account_id", TEXT), need("occurred_at", MOMENT), may("user_id", TEXT), may("feature", TEXT),
     Column("quantity", AMOUNT, at_least=0, default="1"), may("event_id", TEXT), may("contract_id", TEXT),
     may("period_start", MOMENT), may("period_end", MOMENT), may("active_users", WHOLE, at_least=0)),
    clock="occurred_at", known="occurred_at", key=("event_id",), order=(("period_start", "period_end"),),
)  # fmt: skip
TICKETS = Table(
    "tickets",
    (need("ticket_id", TEXT), need("account_id", TEXT), need("opened_at", MOMENT),
     may("first_response_at", MOMENT, "first_response_at"), may("resolved_at", MOMENT, "resolved_at"), may("priority", TEXT),
     may("topic", TEXT), may("escalated_at", MOMENT, "escalated_at"), may("reopened_at", MOMENT, "reopened_at"),
     may("csat", AMOUNT, "csat_at"), may("csat_at", MOMENT, "csat_at")),
    clock="opened_at", known="opened_at", key=("ticket_id",),
    order=(("opened_at", "first_response_at"), ("opened_at", "resolved_at"), ("opened_at", "escalated_at"), ("opened_at", "reopened_at"),
           ("opened_at", "csat_at")),
)  # fmt: skip
TOUCHES = Table(
    "touches",
    (need("account_id", TEXT), need("occurred_at", MOMENT), need("channel", TEXT), need("is_customer_initiated", FLAG),
     may("attended", FLAG), may("tone", AMOUNT, at_least=-1, at_most=1), may("event_id", TEXT)),
    clock="occurred_at", known="occurred_at", key=("event_id",),
)  # fmt: skip
SURVEYS = Table(
    "surveys",
    (need("account_id", TEXT), need("kind", TEXT), may("sent_at", MOMENT), may("answered_at", MOMENT, "answered_at"),
     may("score", AMOUNT, "answered_at"), may("respondent_id", TEXT, "answered_at"),
     may("event_id", TEXT)),
    clock="coalesce(sent_at, answered_at)", known="coalesce(sent_at, answered_at)", key=("event_id",), order=(("sent_at", "answered_at"),),
)  # fmt: skip
INVOICES = Table(
    "invoices",
    (need("account_id", TEXT), need("issued_at", MOMENT), may("due_at", MOMENT), may("paid_at", MOMENT, "paid_at"),
     may("failed_at", MOMENT, "failed_at"), may("dunning_until", MOMENT, "failed_at"), need("amount", MONEY), may("currency", TEXT), may("invoice_id", TEXT)),
    clock="issued_at", known="issued_at", key=("invoice_id",), order=(("issued_at", "due_at"), ("issued_at", "paid_at"), ("issued_at", "failed_at"), ("failed_at", "dunning_until")),
)  # fmt: skip
MILESTONES = Table(
    "milestones",
    (need("account_id", TEXT), need("milestone", TEXT), may("due_at", MOMENT), may("achieved_at", MOMENT, "achieved_at"),
     may("event_id", TEXT)),
    # With no known_at a goal counts from the first day that proves it existed: its due day or its achievement.
    clock="least(coalesce(due_at, achieved_at), coalesce(achieved_at, due_at))",
    known="least(coalesce(due_at, achieved_at), coalesce(achieved_at, due_at))", key=("event_id",), is_event=False,
)  # fmt: skip
ACTIONS = Table(
    "actions",
    (need("account_id", TEXT), need("acted_at", MOMENT), need("action", TEXT), may("csm", TEXT), may("result", TEXT),
     may("note", TEXT), may("is_held_out", FLAG), may("event_id", TEXT)),
    clock="acted_at", known="acted_at", key=("event_id",),
)  # fmt: skip


def quoted(path: Path | str) -> str:
    """A path as an SQL string, for statements that read or write a table's file."""
    return "'" + str(path).replace("'", "''") + "'"


KNOWN_AT = Column("known_at", MOMENT)
"""Any table may say when a row reached the warehouse."""

RECORDING = (KNOWN_AT, Column("updated_at", MOMENT), Column("file_day", DAY), Column("is_deleted", FLAG))
"""What any table may say of a row's recording: when it reached the warehouse, when its source last changed it, the day of the file it
came in, and whether its source deleted it. Of several rows of one key they say which is the newest, and since when it is known."""

SUPERSEDED_AT = Column("superseded_at", MOMENT)
"""When a version of a row gave way to the next one, or its source deleted the row; empty for the version that stands."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (ACCOUNTS, CONTRACTS, USAGE, TICKETS, TOUCHES, SURVEYS, INVOICES, MILESTONES, ACTIONS)
}
