"""What came of earlier lists: how many of those to call left, beside all others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

import pandas as pd

from churnml.data.tables import Tables
from churnml.errors import PublishError
from churnml.history.list_facts import read_facts
from churnml.learn.metrics.intervals import wilson
from churnml.listing.as_of import day_folders
from churnml.outcomes import CHURN, label
from churnml.params.score import TrackRecord as Settings
from churnml.params.snapshots import Revenue
from churnml.results.interval import Interval
from churnml.text.number_format import WHOLE_PERCENT, counted, interval, money

READ = ("account_id", "renewal", "lead_days", "is_rolling", "arr_usd", "is_within_capacity")
ROWS = ("as_of", "called", "ripe", "left", "share_left", "others_share_left", "arr_left_usd")
NOTHING = "Track record: none yet. No list that was published before this day, and not in hindsight, has a renewal whose outcome is known."
CAUTION = "Calls that helped make a list look worse than it was."


@dataclass(frozen=True)
class Record:
    """What came of earlier lists, in sentences and list by list (columns ROWS).

    ``arr_left_usd`` is the ARR of the accounts to call that left.
    """

    lines: Sequence[str]
    rows: pd.DataFrame


def track_record(
    lists: Path, day: date, tables: Tables, revenue: Revenue, settings: Settings | None
) -> Record | None:
    """The record of lists published before a day, as far as outcomes were known by then; None where none is asked for.

    Lists scored in hindsight are left out: they prove nothing. A list is held against the renewals within its own horizon, and none that lies
    beyond. A renewal of an account counts once, from the earliest list that had it
    among those to call, else from the earliest that had it at all; an account on rolling terms counts once a quarter.
    """
    if settings is None:
        return None
    snapshots = list(islice(_lists(lists, day), settings.max_lists))
    if not snapshots:
        return Record([NOTHING], pd.DataFrame(columns=list(ROWS)))
    every = pd.concat(snapshots, ignore_index=True)
    due = every["renewal"].dt.to_period("Q").dt.start_time.where(every["is_rolling"], every["renewal"])
    every = every.assign(due=due).sort_values(["is_within_capacity", "as_of"], ascending=[False, True])
    first_calls = every.drop_duplicates(["account_id", "due"]).sort_values(
        ["as_of", "account_id"], ignore_index=True
    )
    outcomes = label(tables, first_calls, revenue)
    is_ripe = (outcomes["is_ripe"] & (outcomes["ripe_on"] < pd.Timestamp(day))).to_numpy()
    first_calls = first_calls.assign(
        is_ripe=is_ripe, has_left=is_ripe & (outcomes["outcome"] == CHURN).to_numpy()
    )
    if not is_ripe.any():
        return Record([NOTHING], _rows(first_calls))
    return Record(
        [*_sentences(first_calls[first_calls["is_ripe"]], settings.confidence), CAUTION], _rows(first_calls)
    )


def _lists(lists: Path, day: date) -> Iterator[pd.DataFrame]:
    """The first list of each month before a day that can be read and was no hindsight, the newest month first."""
    months: dict[str, list[Path]] = {}
    for folder in day_folders(lists, before=day).values():
        months.setdefault(folder.name[:7], []).append(folder)
    for month in sorted(months, reverse=True):
        for folder in months[month]:
            try:
                facts = read_facts(folder, READ)
            except PublishError:
                continue
            if not facts.is_hindsight:
                due = facts.rows[facts.rows["lead_days"] <= facts.horizon_days]
                yield due.reset_index().assign(as_of=pd.Timestamp(facts.day))
                break


def _rows(once: pd.DataFrame) -> pd.DataFrame:
    """One row a list: what was first told to call by it, and what came of that and of the others."""
    lines = []
    for as_of, own in once.groupby("as_of"):
        called, others = own[own["is_within_capacity"]], own[~own["is_within_capacity"]]
        left = called["has_left"]
        lines.append((as_of, len(called), int(called["is_ripe"].sum()), int(left.sum()), _share(called), _share(others),
                      round(float(called.loc[left, "arr_usd"].sum()), 2)))  # fmt: skip
    return pd.DataFrame(lines, columns=list(ROWS))


def _share(snapshots: pd.DataFrame) -> float:
    ripe = snapshots[snapshots["is_ripe"]]
    return float(ripe["has_left"].mean()) if len(ripe) else float("nan")


def _sentences(ripe: pd.DataFrame, confidence: float) -> Iterator[str]:
    called = ripe["is_within_capacity"]
    days = sorted({f"{day:%Y-%m-%d}" for day in ripe["as_of"]})
    lists = counted(len(days), "earlier list")
    span = f"{days[0]} to {days[-1]}" if len(days) > 1 else days[0]
    yield (
        f"Track record: {lists} ({span}) with renewals whose outcome is known. "
        f"Of those to call {_left(ripe[called], confidence)}; of all others {_left(ripe[~called], confidence)}."
    )
    lost = ripe[ripe["has_left"]]
    caught, total = lost.loc[lost["is_within_capacity"], "arr_usd"].sum(), lost["arr_usd"].sum()
    if total > 0:
        yield f"Of {money(total)} ARR that left, {money(caught)} ({caught / total:.0%}) was among those to call."


def _left(snapshots: pd.DataFrame, confidence: float) -> str:
    left, size = int(snapshots["has_left"].sum()), len(snapshots)
    if not size:
        return "none is known yet"
    low, high = wilson(left / size, size, confidence)
    share = Interval(left / size, float(low), float(high))
    return f"{left:,} of {size:,} left: {interval(share, WHOLE_PERCENT)}"
