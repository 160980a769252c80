"""The checks: what may not move a feature, tried on a few of the book's accounts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pandas as pd

from churnml.data.schema import TABLES
from churnml.data.snapshots import KEYS, current
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.features.build import build
from churnml.features.leakage_test import deliveries as changes
from churnml.features.leakage_test.sample import BookSample, Changes, take
from churnml.features.spec import Feature
from churnml.params.book import Ingest
from churnml.params.features import LeakageTest
from churnml.params.snapshots import Revenue, Snapshots
from churnml.progress import track
from churnml.timeline import add_months

SNAPSHOTS = "the snapshots themselves"


@dataclass
class Finding:
    """What a check found: how much it compared, the columns that moved, and the places that it changed.

    ``columns`` counts those with a known value on some snapshot; the others, ``unknown``, are equal for want of a value and prove nothing.

    A place is a table (``tickets``) or a column of it that is revealed later (``tickets.resolved_at``). ``unchanged`` are those that the
    check should have changed and never did: what stands on them is not put to the test.
    """

    name: str
    columns: int = 0
    snapshots: int = 0
    moved: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    @property
    def is_passed(self) -> bool:
        """Whether nothing moved."""
        return not self.moved

    def compare(self, one: pd.DataFrame, two: pd.DataFrame) -> None:
        """Adds the columns that differ between the same snapshots built twice; byte by byte, so that a last bit counts."""
        columns = [str(c) for c in one if c not in KEYS]
        self.known |= {c for c in columns if one[c].notna().any() or two[c].notna().any()}
        self.unknown = set(columns) - self.known
        self.columns = len(self.known)
        self.snapshots += len(one)
        if len(one) != len(two) or not one[KEYS].equals(two[KEYS]):
            self.moved.add(SNAPSHOTS)
        else:
            self.moved |= {c for c in columns if not same_bytes(one[c], two[c])}

    def note(self, before: Mapping[str, object], after: Mapping[str, object]) -> None:
        """Adds the places that differ; those that never did stay ``unchanged``."""
        self.changed |= {name for name in before if before[name] != after[name]}
        self.unchanged = before.keys() - self.changed


@dataclass(frozen=True)
class CheckedSample:
    """A sample of a book, and what is built from it."""

    book_sample: BookSample
    base: Tables
    features: Sequence[Feature]
    revenue: Revenue
    snapshots: Snapshots
    engine: str = "sweep"
    truth: Mapping[date, pd.DataFrame] = field(default_factory=dict)

    def of(self, features: Sequence[Feature], engine: str = "sweep") -> "CheckedSample":
        """The same sample with other features, built anew."""
        fresh = replace(self, features=features, engine=engine)
        return replace(fresh, truth={day: fresh.built_on(self.base, day) for day in self.truth})

    def built_on(self, tables: Tables, *days: date) -> pd.DataFrame:
        """The features of all accounts live on some days, day by day."""
        live = [current(tables, day, self.revenue, self.snapshots)[KEYS] for day in days]
        return build(tables, pd.concat(live, ignore_index=True), self.features, self.engine)


def sample_trial(tables: Tables, features: Sequence[Feature], folder: Path, leakage_test: LeakageTest, ingest: Ingest, revenue: Revenue,
                 snapshots: Snapshots) -> CheckedSample:  # fmt: skip
    """A sample of the book with its features on some days; ``folder`` takes what is delivered for the checks.

    Raises NotEnoughError where no sampled account is live on any of the days.
    """
    book_sample = take(tables, folder, leakage_test.n_accounts, leakage_test.seed, ingest)
    base = book_sample.deliver("as it is", {})
    days = _days(book_sample, base.last_day, leakage_test.n_dates)
    live = {day: built for day in days if len(built := current(base, day, revenue, snapshots))}
    if not live:
        raise NotEnoughError(
            f"book '{tables.book}': no account of the sample is live on {', '.join(map(str, days))}; "
            "raise leakage_test.n_accounts or leakage_test.n_dates in params.yaml."
        )
    return CheckedSample(book_sample, base, features, revenue, snapshots, truth=live).of(features)


def run_checks(trial: CheckedSample) -> list[Finding]:
    """What each check finds."""
    return [finding for check in track(CHECKS, "proving") for finding in check(trial)]


def deleted(trial: CheckedSample) -> Iterator[Finding]:
    """Nothing known on or after the day can matter: it is deleted."""
    yield _futures(trial, "future deleted", changes.future_deleted)


def shuffled(trial: CheckedSample) -> Iterator[Finding]:
    """Nothing known on or after the day can matter: it is given to others and told otherwise."""
    yield _futures(trial, "future shuffled", changes.future_shuffled)


def _futures(trial: CheckedSample, name: str, change: Callable[[changes.Columns, date], Changes]) -> Finding:
    finding = Finding(name)
    for day, built in trial.truth.items():
        other = trial.book_sample.deliver(f"{name} {day}", change(trial.book_sample.columns, day))
        finding.note(
            *(
                _contents(tables, changes.revelations(trial.book_sample.columns), day)
                for tables in (trial.base, other)
            )
        )
        finding.compare(built, trial.built_on(other, day))
    return finding


def among_many(trial: CheckedSample) -> Iterator[Finding]:
    """A day's snapshots built alone equal the same ones built among all others, in another order."""
    finding = Finding("one date among many")
    alone = pd.concat(trial.truth.values(), ignore_index=True)
    mixed = alone[KEYS].sample(frac=1, random_state=len(alone))
    crowd = build(trial.base, mixed, trial.features, trial.engine)
    crowd.index = mixed.index
    finding.compare(alone, crowd.sort_index())
    yield finding


def delivered(trial: CheckedSample) -> Iterator[Finding]:
    """Neither the order of rows, nor the files they come in, nor a second delivery matters."""
    ways = {"row order and file split": changes.in_pieces, "files delivered twice": changes.twice}
    for name, change in ways.items():
        finding = Finding(name)
        other = trial.book_sample.deliver(name, change(trial.book_sample.columns))
        finding.compare(
            pd.concat(trial.truth.values(), ignore_index=True), trial.built_on(other, *trial.truth)
        )
        yield finding


def late(trial: CheckedSample) -> Iterator[Finding]:
    """A row that comes late is as if absent until the day it is known, and counts as any other from then on.

    Peers are looked at as the month began, so that 'from then on' is the first of the next month.
    """
    before, after = Finding("late rows absent until known"), Finding("late rows counted once known")
    next_month = {day: add_months(day.replace(day=1), 1) for day in trial.truth}
    in_time = trial.built_on(trial.base, *dict.fromkeys(next_month.values()))
    for day in trial.truth:
        delivered_late = trial.book_sample.deliver(
            f"late {day}", changes.delayed(trial.book_sample.columns, day)
        )
        never = trial.book_sample.deliver(f"never {day}", changes.undelivered(trial.book_sample.columns, day))
        before.note(*(_contents(tables, {}, day) for tables in (trial.base, delivered_late)))
        built = trial.built_on(delivered_late, day, next_month[day])
        before.compare(trial.built_on(never, day), _of_day(built, day))
        after.compare(_of_day(in_time, next_month[day]), _of_day(built, next_month[day]))
    yield before
    yield after


def _of_day(built: pd.DataFrame, day: date) -> pd.DataFrame:
    """What was built of one day among others."""
    return built[built["as_of"] == pd.Timestamp(day)].reset_index(drop=True)


CHECKS = (deleted, shuffled, among_many, delivered, late)


def same_bytes(one: pd.Series, two: pd.Series) -> bool:
    """Whether two columns hold the same values to the last bit; an unknown category equals an unknown one."""
    if one.dtype.kind != "f" or two.dtype.kind != "f":
        return bool(one.fillna("").tolist() == two.fillna("").tolist())
    return bool(one.to_numpy().tobytes() == two.to_numpy().tobytes())


def _days(book_sample: BookSample, last_day: date, dates: int) -> list[date]:
    pending = " UNION ALL ".join(
        f"""SELECT '{revealed}' AS place, CAST(known_at AS DATE) + 1 AS first, CAST({by} AS DATE) AS last
            FROM {revealed.split(".")[0]} WHERE {by} > known_at"""
        for revealed, by in changes.revelations(book_sample.columns).items()
    )
    pending = pending or "SELECT '' AS place, DATE '1900-01-01' AS first, DATE '1900-01-01' AS last"
    days = book_sample.con.execute(f"""
        WITH life AS (SELECT min(start_date) AS first, DATE '{last_day}' - min(start_date) AS days FROM contracts),
        calendar AS (SELECT CAST(unnest(range(first, DATE '{last_day}', INTERVAL 1 DAY)) AS DATE) AS day, first, days FROM life),
        stretches AS (SELECT day, (day - first) * {dates} / days AS place FROM calendar)
        SELECT CAST(floor(s.place) AS INTEGER) AS stretch, day FROM stretches s LEFT JOIN ({pending}) p ON day BETWEEN p.first AND p.last
        GROUP BY stretch, day, s.place
        QUALIFY row_number() OVER (PARTITION BY stretch ORDER BY count(DISTINCT p.place) DESC, count(p.place) DESC,
            abs(s.place % 1 - 0.5), day) = 1
        ORDER BY stretch""").fetchall()
    return [day for _, day in days]


def _contents(tables: Tables, revelations: Mapping[str, str], day: date) -> dict[str, object]:
    """A mark of each place's contents, the same for the same rows in any order; of what is revealed only that of rows known by then."""
    con = tables.connect()
    queries = {name: f'hash(t)) FROM "{name}" t' for name in TABLES if tables.has(name)}
    for revealed in revelations:
        name, column = revealed.split(".")
        queries[revealed] = f"hash({column})) FROM {name} WHERE known_at < TIMESTAMP '{day}'"
    return {name: con.execute(f"SELECT sum({rest}").fetchall() for name, rest in queries.items()}
