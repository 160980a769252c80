"""The current book, scored and published: the one road for ``churnml score`` and for the stage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import pandas as pd

from churnml.data.snapshots import current, in_grace
from churnml.data.tables import Tables
from churnml.deliver.assemble import make_list
from churnml.deliver.calling import calling
from churnml.deliver.champions import Champion, ask
from churnml.deliver.change.changes import Changes, compare, with_changes
from churnml.deliver.change.earlier import newest_before
from churnml.deliver.change.facts import Facts, facts_of, remembered
from churnml.deliver.change.look_back import accounts_before, look_back
from churnml.deliver.change.record import track_record
from churnml.deliver.edition import Edition
from churnml.deliver.header import Grace, Header, read_verdicts
from churnml.deliver.outputs import write_outputs
from churnml.deliver.publish import publish
from churnml.deliver.risk_list import PREFIX, conform
from churnml.errors import NotEnoughError, SettingsError
from churnml.features.engines import build_by
from churnml.learn.models.base import Bag
from churnml.learn.verdict import Verdict
from churnml.params import Features, Growth, Health, Profit, Revenue, Score, Snapshots

Day = date | Literal["latest"]
LOCAL = Features()


def score_book(
    tables: Path, champion: Path, lists: Path,
    score: Score, health: Health, revenue: Revenue, snapshots: Snapshots, as_of: Day, features: Features = LOCAL,
    daily: Path | None = None, profit: Profit | None = None, growth: Growth | None = None,
) -> Path:  # fmt: skip
    """The published folder ``lists/<as_of>``: the list as CSV, XLSX and Parquet, and ``summary.json``.

    An outcome without a proven verdict gets no probability; its side is ranked by the rules health score
    and says so.

    ``features`` says where the features are built and the champions asked: here, or on Spark, with the same list. ``daily`` is
    where usage is kept by account and day, if it is. ``profit`` says what a call costs and brings; without it no gain is told, and
    without ``growth`` the growth lists are empty.

    Raises SettingsError for a day after the book's end or where Spark cannot start, NotEnoughError where no account is live,
    BundleError for a champion that is missing or damaged, PublishError where the folder cannot be written
    whole.
    """
    book = Tables(tables, daily)
    day = choose_day(book, as_of)
    accounts = current(book, day, revenue, snapshots)
    if accounts.empty:
        raise NotEnoughError(
            f"book '{book.book}' has no live contract on {day}: choose another day with --as-of."
        )
    edition = edition_of(
        book, day, accounts, champion, lists, score, health, revenue, snapshots, features, profit, growth
    )
    publish(lists / day.isoformat(), lambda folder: write_outputs(folder, edition))
    return lists / day.isoformat()


def edition_of(
    book: Tables, day: date, accounts: pd.DataFrame, champion: Path, lists: Path,
    score: Score, health: Health, revenue: Revenue, snapshots: Snapshots, features: Features, profit: Profit | None = None,
    growth: Growth | None = None,
) -> Edition:  # fmt: skip
    """All that the list of a day says of these accounts, beside the newest earlier list, or an earlier day looked back at."""
    verdicts = read_verdicts(champion / "verdicts.json")
    then, passed = newest_before(lists, day)
    earlier = None if then else accounts_before(book, day, score, revenue, snapshots)
    champions = ask(
        champion, {side: verdicts[side] for side in PREFIX}, book, accounts, score.past_days, features,
        snapshots.min_history_days, earlier,
    )  # fmt: skip
    header = _header(book.book, day, verdicts, champions)
    if earlier is not None:
        is_proven = header.churn.is_proven
        then = look_back(book, earlier, champions, score, health, revenue, snapshots, features, is_proven)
    exact, columns, growing = make_list(
        book, header, accounts, champions, score, health, revenue, snapshots, features,
        remembered(then, day, score.bands), profit, growth,
    )  # fmt: skip
    facts = facts_of(day, exact, [c.seen for c in champions.values()], is_hindsight=bool(header.hindsight))
    changes = _changes(facts, then, champions, book, features, passed)
    listed = conform(with_changes(exact, changes), columns)
    missing = in_grace(book, day, revenue)
    header = replace(
        header,
        calling=calling(listed),
        has_rules=bool(listed["health_rules"].notna().any()),
        grace=Grace(len(missing), float(missing["arr_usd"].sum()), revenue.grace_days),
        changed=changes.brief if changes else "",
    )
    record = track_record(lists, day, book, revenue, score.record)
    return Edition(listed, columns, header, champions, facts, changes, record, growing)


def _changes(
    now: Facts,
    then: Facts | None,
    champions: Mapping[str, Champion],
    tables: Tables,
    engine: Features,
    passed: str,
) -> Changes | None:
    """What changed since an earlier day; None where there is none."""
    if then is None:
        return None
    bundle = champions["churn"].bundle if "churn" in champions else None
    return compare(
        now,
        then,
        bundle,
        lambda keys: build_by(engine, tables, keys, bundle.features if bundle else ()),
        passed,
    )


def choose_day(tables: Tables, as_of: Day) -> date:
    """The day to stand on; 'latest' is the day the book was drawn, after which nothing is known."""
    if as_of == "latest":
        return tables.last_day
    if as_of > tables.last_day:
        raise SettingsError(
            f"cannot score {as_of}: book '{tables.book}' ends on {tables.last_day}. "
            "Use that day or an earlier one, or ingest newer data."
        )
    return as_of


def _header(
    book: str, day: date, verdicts: Mapping[str, Verdict], champions: Mapping[str, Champion]
) -> Header:
    """The header of the day's list, as careful as the most careful champion."""
    churn, expansion = (verdicts[outcome] for outcome in PREFIX)
    bundles = [champion.bundle for champion in champions.values()]
    horizons = [bundle.lifetime.settings.horizon_months for bundle in bundles if bundle.lifetime]
    return Header(
        book, day, churn, expansion,
        max((bundle.trained_through for bundle in bundles), default=None),
        min((bundle.longest_lead_days for bundle in bundles), default=None),
        horizon_months=max(horizons, default=None),
        members={outcome: len(bag.members) for outcome, champion in champions.items() if isinstance(bag := champion.bundle.model, Bag)},
    )  # fmt: skip
