"""The current book, scored and published: the one road for ``churnml score`` and for the stage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

from churnml.data.snapshots import current, in_grace
from churnml.data.tables import Tables
from churnml.deliver.assemble import make_list
from churnml.deliver.champions import Champion, ask
from churnml.deliver.edition import Edition
from churnml.deliver.header import Grace, Header, read_verdicts
from churnml.deliver.outputs import write_outputs
from churnml.deliver.publish import publish
from churnml.deliver.risk_list import PREFIX
from churnml.deliver.timelines import read_timelines
from churnml.errors import NotEnoughError, SettingsError
from churnml.learn.verdict import Verdict
from churnml.params import Features, Health, Revenue, Score, Snapshots

Day = date | Literal["latest"]
LOCAL = Features()


def score_book(
    tables: Path, champion: Path, lists: Path,
    score: Score, health: Health, revenue: Revenue, snapshots: Snapshots, as_of: Day, features: Features = LOCAL,
    daily: Path | None = None, backtest: Path | None = None,
) -> Path:  # fmt: skip
    """The published folder ``lists/<as_of>``: the list as CSV, XLSX and Parquet, and ``summary.json``.

    An outcome without a proven verdict gets no probability; its side is ranked by the rules health score
    and says so.

    ``features`` says where the features are built and the champions asked: here, or on Spark, with the same list. ``daily`` is
    where usage is kept by account and day, if it is, ``backtest`` the out-of-fold predictions that the page shows as
    the past of a score.

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
    verdicts = read_verdicts(champion / "verdicts.json")
    champions = ask(champion, {side: verdicts[side] for side in PREFIX}, book, accounts, score, features)
    header = _header(book.book, day, verdicts, champions)
    listed, columns = make_list(
        book, header, accounts, champions, score, health, revenue, snapshots, features
    )
    missing = in_grace(book, day, revenue)
    header = replace(
        header,
        has_rules=bool(listed["health_rules"].notna().any()),
        grace=Grace(len(missing), float(missing["arr_usd"].sum()), revenue.grace_days),
    )
    timelines = read_timelines(
        book, listed, day, score.timeline_weeks, revenue, lists, backtest, header.churn.model
    )
    edition = Edition(listed, columns, header, champions, timelines)
    publish(lists / day.isoformat(), lambda folder: write_outputs(folder, edition))
    return lists / day.isoformat()


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
    )  # fmt: skip
