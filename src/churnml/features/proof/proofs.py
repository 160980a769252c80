"""The proofs: what may not move a feature, tried on a few of the book's accounts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from churnml.data.snapshots import KEYS, current
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.features.build import build
from churnml.features.proof import changes
from churnml.features.proof.specimen import Specimen, take
from churnml.features.spec import Feature
from churnml.params import Ingest, Proof, Revenue, Snapshots
from churnml.progress import track
from churnml.timeline import add_months

SNAPSHOTS = "the snapshots themselves"


@dataclass
class Finding:
    """What a proof found: how much it compared, the columns that moved, and the tables that it changed.

    ``unchanged`` are tables that the proof should have changed and never did: what stands on them is not proved.
    """

    name: str
    columns: int = 0
    snapshots: int = 0
    moved: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    unchanged: set[str] = field(default_factory=set)

    @property
    def is_proved(self) -> bool:
        """Whether nothing moved."""
        return not self.moved

    def compare(self, one: pd.DataFrame, two: pd.DataFrame) -> None:
        """Adds the columns that differ between the same snapshots built twice; byte by byte, so that a last bit counts."""
        columns = [c for c in one if c not in KEYS]
        self.columns = len(columns)
        self.snapshots += len(one)
        if len(one) != len(two) or not one[KEYS].equals(two[KEYS]):
            self.moved.add(SNAPSHOTS)
        else:
            self.moved |= {str(c) for c in columns if not same_bytes(one[c], two[c])}

    def note(self, base: Tables, other: Tables) -> None:
        """Adds the tables whose rows differ."""
        before, after = _contents(base), _contents(other)
        self.changed |= {name for name in before if before[name] != after.get(name)}
        self.unchanged = before.keys() - self.changed


@dataclass(frozen=True)
class Trial:
    """A sample of a book, and what is built from it."""

    specimen: Specimen
    base: Tables
    features: Sequence[Feature]
    revenue: Revenue
    snapshots: Snapshots
    engine: str

    def look(self, tables: Tables, as_of: date) -> pd.DataFrame:
        """The features of all accounts live on a day."""
        return build(tables, current(tables, as_of, self.revenue, self.snapshots)[KEYS], self.features, self.engine)


def prove(tables: Tables, features: Sequence[Feature], folder: Path, proof: Proof, ingest: Ingest, revenue: Revenue,
          snapshots: Snapshots, engine: str = "sweep") -> list[Finding]:  # fmt: skip
    """What each proof finds for these features on a sample of the book; ``folder`` holds what is delivered for it.

    Raises NotEnoughError where no sampled account is live on any of the days looked at.
    """
    specimen = take(tables, folder, proof.accounts, proof.seed, ingest)
    base = specimen.deliver("as it is", {})
    trial = Trial(specimen, base, features, revenue, snapshots, engine)
    days = _days(base, proof.dates)
    truth = {day: built for day in track(days, "looking") if len(built := trial.look(base, day))}
    if not truth:
        raise NotEnoughError(
            f"book '{tables.book}': no account of the sample is live on {', '.join(map(str, days))}; raise proof.accounts or proof.dates in params.yaml."
        )
    return [found for proved in track(PROOFS, "proving") for found in proved(trial, truth)]


def deleted(trial: Trial, truth: dict[date, pd.DataFrame]) -> Iterable[Finding]:
    """Nothing known on or after the day can matter: it is deleted."""
    return [_futures(trial, truth, "future deleted", changes.future_deleted)]


def shuffled(trial: Trial, truth: dict[date, pd.DataFrame]) -> Iterable[Finding]:
    """Nothing known on or after the day can matter: it is given to others and told otherwise."""
    return [_futures(trial, truth, "future shuffled", changes.future_shuffled)]


def _futures(trial: Trial, truth: dict[date, pd.DataFrame], name: str, change: Callable[[changes.Columns, date], changes.Changes]) -> Finding:
    found = Finding(name)
    for day, built in truth.items():
        other = trial.specimen.deliver(f"{name} {day}", change(trial.specimen.columns, day))
        found.note(trial.base, other)
        found.compare(built, trial.look(other, day))
    return found


def among_many(trial: Trial, truth: dict[date, pd.DataFrame]) -> Iterable[Finding]:
    """A day's snapshots built alone equal the same ones built among all others, in another order."""
    found = Finding("one date among many")
    alone = pd.concat(truth.values(), ignore_index=True)
    mixed = alone[KEYS].sample(frac=1, random_state=len(alone))
    crowd = build(trial.base, mixed, trial.features, trial.engine)
    crowd.index = mixed.index
    found.compare(alone, crowd.sort_index())
    return [found]


def delivered(trial: Trial, truth: dict[date, pd.DataFrame]) -> Iterable[Finding]:
    """Neither the order of rows, nor the files they come in, nor a second delivery matters."""
    ways = {"row order and file split": changes.in_pieces, "files delivered twice": changes.twice}
    for name, change in ways.items():
        found = Finding(name)
        other = trial.specimen.deliver(name, change(trial.specimen.columns))
        for day, built in truth.items():
            found.compare(built, trial.look(other, day))
        yield found


def late(trial: Trial, truth: dict[date, pd.DataFrame]) -> Iterable[Finding]:
    """A row that comes late is as if absent until the day it is known, and counts as any other from then on.

    Peers are looked at as the month began, so that 'from then on' is the first of the next month.
    """
    before, after = Finding("late rows absent until known"), Finding("late rows counted once known")
    for day in truth:
        came = trial.specimen.deliver(f"late {day}", changes.delayed(trial.specimen.columns, day))
        never = trial.specimen.deliver(f"never {day}", changes.undelivered(trial.specimen.columns, day))
        before.note(trial.base, came)
        before.compare(trial.look(never, day), trial.look(came, day))
        next_month = add_months(day.replace(day=1), 1)
        after.compare(trial.look(trial.base, next_month), trial.look(came, next_month))
    return [before, after]


PROOFS = (deleted, shuffled, among_many, delivered, late)


def same_bytes(one: pd.Series, two: pd.Series) -> bool:
    """Whether two columns hold the same values to the last bit; an unknown category equals an unknown one."""
    if one.dtype.kind != "f" or two.dtype.kind != "f":
        return bool(one.fillna("").tolist() == two.fillna("").tolist())
    return bool(one.to_numpy().tobytes() == two.to_numpy().tobytes())


def _days(tables: Tables, dates: int) -> list[date]:
    """Days spread over the life of the sample, none at its very ends: each has a past, and a future to take away."""
    first = tables.connect().execute("SELECT min(start_date) FROM contracts").fetchall()[0][0]
    span = (tables.last_day - first).days
    return [first + timedelta(days=span * (number + 1) // (dates + 1)) for number in range(dates)]


def _contents(tables: Tables) -> dict[str, object]:
    """A mark of each table's rows, the same for the same rows in any order."""
    con = tables.connect()
    names = [row[0] for row in con.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()]
    return {name: con.execute(f'SELECT count(*), bit_xor(hash(t)), sum(hash(t) % 1000003) FROM "{name}" t').fetchall()[0] for name in names}
