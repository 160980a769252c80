"""The newest version wins whatever the order of files, and nothing is known before its own date: against a slow oracle in plain Python."""

import csv
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from churnml.data.book import BookSettings
from churnml.data.schema import quoted
from churnml.data.tables import Tables, stood_on
from churnml.ingest.ingest import ingest_book
from tests.books import LENIENT, term, write_raw

BEGINNING, LAST_DAY, FOREVER = map(datetime.fromisoformat, ("2024-01-01", "2024-07-01", "2100-01-01"))
COLUMNS = ("ticket_id", "account_id", "opened_at", "priority", "updated_at", "known_at", "is_deleted")
State = str | None
Files = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Version:
    """One version of a ticket as its source tells it; hours are counted from the beginning."""

    ticket: int
    updated: int
    known: int
    priority: str
    is_deleted: bool


def at(hours: int) -> datetime:
    return BEGINNING + timedelta(hours=hours)


def opened(ticket: int) -> datetime:
    return at(24 * (ticket + 1))


def deliver(folder: Path, files: Files, columns: Sequence[str], **more: Any) -> Tables:
    """The canonical tables of a book whose tickets came in those files, by name."""
    raw, mapping = write_raw(
        folder, {"accounts": [{"account_id": "a"}], "contracts": [term("a", "2023-01-01", "2026-01-01")]}
    )
    (mapping / "tickets.sql").write_text("SELECT * FROM raw.tickets", encoding="utf-8")
    (raw / "tickets").mkdir()
    for name, rows in files.items():
        with (raw / "tickets" / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
    book = BookSettings(last_day=LAST_DAY.date(), **more)
    ingest_book(raw, mapping, book, LENIENT, folder / "tables", folder / "quarantine")
    return Tables(folder / "tables")


def stood(tables: Tables, moments: Sequence[datetime]) -> dict[datetime, dict[str, State]]:
    """The priority of each ticket as the canonical tables have it on each day."""
    con = tables.connect()
    return {
        moment: dict(
            con.execute(
                f"SELECT ticket_id, priority FROM tickets_versions WHERE {stood_on(f'TIMESTAMP {quoted(str(moment))}')}"
            ).fetchall()
        )
        for moment in moments
    }


def oracle(versions: Sequence[Version], columns: Sequence[str], moment: datetime) -> dict[str, State]:
    """The same from the versions: of those known by then, the newest in the source's own order."""
    found: dict[str, State] = {}
    for ticket in {version.ticket for version in versions}:
        own = [v for v in versions if v.ticket == ticket]
        own.sort(key=lambda v: v.updated if "updated_at" in columns else v.known)
        told: list[tuple[datetime, Version]] = []
        for place, version in enumerate(own):
            by_then = at(version.known if "known_at" in columns else version.updated)
            if place == 0 and version.is_deleted:  # it was there before that
                told.append((opened(ticket), Version(ticket, 0, 0, version.priority, False)))
            elif place == 0 and "known_at" not in columns:
                by_then = opened(ticket)
            by_then = max(by_then, opened(ticket))
            if by_then < LAST_DAY or not told:
                told.append((by_then, version))
        seen = [version for by_then, version in told if by_then < moment]
        if seen and not seen[-1].is_deleted:
            found[f"T{ticket}"] = seen[-1].priority
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[Version]:
    """Versions of some tickets; of one ticket no two bear the same moment."""
    versions = []
    for ticket in range(draw(st.integers(5, 30))):
        count = draw(st.integers(1, 5))
        hours = st.lists(st.integers(0, 5000), min_size=count, max_size=count, unique=True)
        updated, known = draw(hours), draw(hours)
        states = draw(
            st.lists(
                st.tuples(st.sampled_from(("low", "high")), st.integers(0, 3)),
                min_size=count,
                max_size=count,
            )
        )
        versions += [
            Version(ticket, u, k, priority, dice == 0)
            for u, k, (priority, dice) in zip(updated, known, states, strict=True)
        ]
    # One that stays: a delivery of which every row is deleted is refused.
    return [*versions, Version(31, 0, 0, "low", False)]


def written(version: Version) -> dict[str, Any]:
    return {
        "ticket_id": f"T{version.ticket}", "account_id": "a", "opened_at": opened(version.ticket), "priority": version.priority,
        "updated_at": at(version.updated), "known_at": at(version.known), "is_deleted": version.is_deleted,
    }  # fmt: skip


@pytest.mark.parametrize(
    "stamps", [("updated_at",), ("known_at",), ("updated_at", "known_at")], ids=" and ".join
)
@settings(max_examples=3, deadline=None)
@given(versions=histories(), seed=st.integers(0, 1000), parts=st.integers(1, 3))
def test_the_newest_version_wins_and_nothing_is_known_before_its_date(
    stamps: tuple[str, ...], versions: list[Version], seed: int, parts: int
) -> None:
    dice = random.Random(seed)
    rows = [written(version) for version in versions]
    rows += dice.choices(rows, k=len(rows) // 2)  # some come twice
    dice.shuffle(rows)
    columns = [c for c in COLUMNS if c not in {"updated_at", "known_at"} - set(stamps)]
    files = {f"part-{n}.csv": rows[n::parts] for n in range(parts)}
    changes = (
        {at(v.updated) for v in versions}
        | {at(v.known) for v in versions}
        | {opened(v.ticket) for v in versions}
    )
    moments = sorted({change + timedelta(seconds=s) for change in changes for s in (0, 1)} | {FOREVER})
    with TemporaryDirectory() as folder:
        tables = deliver(Path(folder), {name: part for name, part in files.items() if part}, columns)
        found = stood(tables, moments)
        assert tables.connect().execute(
            "SELECT count(*) - count(DISTINCT ticket_id) FROM tickets"
        ).fetchall() == [(0,)]
    assert found == {moment: oracle(versions, columns, moment) for moment in moments}


@st.composite
def dumps(draw: st.DrawFn) -> dict[date, dict[int, str]]:
    """By day of the dump, the priority of each ticket that it holds."""
    days = sorted(draw(st.sets(st.integers(0, 170), min_size=1, max_size=5)))
    tickets = st.dictionaries(st.integers(0, 15), st.sampled_from(("low", "high")), min_size=1)
    return {(BEGINNING + timedelta(days=day)).date(): draw(tickets) for day in days}


@settings(max_examples=5, deadline=None)
@given(states=dumps(), seed=st.integers(0, 1000))
def test_full_dumps_say_what_was_so_on_their_day_and_what_was_deleted(
    states: dict[date, dict[int, str]], seed: int
) -> None:
    dice = random.Random(seed)
    files = {}
    for day, state in states.items():
        rows = [written(Version(ticket, 0, 0, priority, False)) for ticket, priority in state.items()]
        files[f"tickets_{day:%Y%m%d}.csv"] = dice.sample(rows, len(rows))
    days = list(states)
    moments = [BEGINNING + timedelta(days=n, seconds=s) for n in range(0, 180, 3) for s in (0, 1)]
    with TemporaryDirectory() as folder:
        found = stood(
            deliver(Path(folder), files, COLUMNS[:4], deliveries={"tickets": "full"}), [*moments, FOREVER]
        )
    for moment, state in found.items():
        wanted = {}
        for ticket in set().union(*states.values()):
            first = next(n for n, day in enumerate(days) if ticket in states[day])
            midnight = datetime.combine(days[first], datetime.min.time())
            is_late = first > 0 and opened(ticket).date() < days[first - 1]
            if moment <= (max(midnight, opened(ticket)) if is_late else opened(ticket)):
                continue
            past = [day for day in days[first:] if datetime.combine(day, datetime.min.time()) < moment]
            last = past[-1] if past else days[first]
            if ticket in states[last]:
                wanted[f"T{ticket}"] = states[last][ticket]
        assert state == wanted, moment
