"""The current book, scored and published: the one road for ``churnml score`` and for the stage."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from churnml.atomic import publish
from churnml.data.snapshots import current, in_grace, waited_days
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.features.engines import build_by
from churnml.formats.crm import read_crm
from churnml.history.changes import Changes, compare, with_changes
from churnml.history.list_facts import Facts, facts_of, newest_before, remembered
from churnml.history.look_back import accounts_before, look_back
from churnml.history.timelines import read_timelines
from churnml.history.track_record import track_record
from churnml.learn.models.base import Bag
from churnml.learn.term_kinds import known_to_all
from churnml.list_snapshot import ListSnapshot
from churnml.listing.as_of import Day, choose_day, mark_newest
from churnml.listing.build import make_list
from churnml.listing.capacity import call_list
from churnml.listing.champions import Champion, ask
from churnml.listing.columns import PREFIX, conform, schema
from churnml.listing.horizon import base_rate
from churnml.listing.lifetime import WITHIN
from churnml.listing.list_settings import ListSettings
from churnml.listing.metadata import Grace, ListMetadata, Refused, read_verdicts
from churnml.listing.next_steps import read_plays
from churnml.listing.top_drivers import top_drivers
from churnml.params.crm import Crm
from churnml.params.plays import Plays
from churnml.publish.outputs import write_outputs
from churnml.results.verdict import Verdict


def score_book(
    tables: Path, champion: Path, lists: Path, settings: ListSettings, as_of: Day, daily: Path | None = None,
    backtest: Path | None = None,
) -> Path:  # fmt: skip
    """The published folder ``lists/<as_of>``: the list in every form of ``OUTPUTS``.

    An outcome without a proven verdict gets no probability; its side is ranked by what ordered best in the backtest, a model or the
    rules health score, and says so. ``daily`` is where usage is kept by account and day, if it is; ``backtest`` the out-of-fold predictions that the page
    shows as the past of a score.

    Raises SettingsError for a day after the book's end, a fault in the team's files or where Spark cannot start, NotEnoughError where
    no account is live, BundleError for a champion that is missing or damaged, PublishError where the folder cannot be written whole.
    """
    team = _team_files(settings)
    book = Tables(tables, daily)
    day = choose_day(book, as_of)
    accounts = current(book, day, settings.revenue, settings.snapshots)
    if accounts.empty:
        raise NotEnoughError(
            f"book '{book.book}' has no live contract on {day}: choose another day with --as-of."
        )
    list_snapshot = snapshot_of(book, accounts, champion, lists, settings, *team, backtest=backtest)
    publish(lists / day.isoformat(), lambda folder: write_outputs(folder, list_snapshot))
    if as_of == "latest":
        mark_newest(lists, day)
    return lists / day.isoformat()


def snapshot_of(
    book: Tables, accounts: pd.DataFrame, champion: Path, lists: Path, settings: ListSettings,
    plays: Plays | None = None, crm: Crm | None = None, backtest: Path | None = None,
) -> ListSnapshot:  # fmt: skip
    """All that the list of the accounts' day says of them, beside the newest earlier list, or an earlier day looked back at."""
    day = accounts["as_of"].iloc[0].date()
    verdicts = read_verdicts(champion / "verdicts.json")
    days = settings.score.horizon_days
    then, passed = newest_before(lists, day, days, book.mapping)
    earlier = None if then else accounts_before(book, day, settings)
    asked = ask(
        champion, {side: verdicts[side] for side in PREFIX}, book, accounts, settings.score.past_days, settings.features,
        settings.snapshots.min_history_days, earlier,
    )  # fmt: skip
    champions = {side: one for side, one in asked.items() if verdicts[side].is_proven}
    orders = {side: one for side, one in asked.items() if side not in champions}
    metadata = replace(_header(book.book, day, verdicts, asked), is_priced=book.is_priced, horizon_days=days)
    if earlier is not None:
        then = look_back(book, earlier, champions, settings, metadata.churn.is_proven, orders)
    readings = remembered(then, day, settings.score.bands)
    exact, columns, growing = make_list(
        book, metadata, accounts, champions, settings, readings, plays, orders
    )
    missing = in_grace(book, day, settings.revenue)
    facts = facts_of(
        day, exact, days, [c.seen for c in champions.values()], is_hindsight=bool(metadata.hindsight), in_grace=missing["account_id"],
        mapping=book.mapping,
    )  # fmt: skip
    changes = _changes(facts, then, champions, book, settings, passed)
    listed = conform(with_changes(exact, changes), columns)
    metadata = replace(
        metadata,
        call_list=call_list(listed),
        has_rules=bool(listed["health_rules"].notna().any()),
        grace=_grace(missing, book, day, settings),
        changed=changes.brief if changes else "",
        refused=tuple(Refused(**account) for account in book.left_out) if day == book.last_day else (),
        base_rate=base_rate(exact, WITHIN[days]),
    )
    record = track_record(lists, day, book, settings.revenue, settings.score.track_record)
    timelines = read_timelines(
        book, listed, day, settings.score.timeline_weeks, settings.revenue, lists, backtest,
        metadata.churn.model if metadata.churn.is_proven else None,
    )  # fmt: skip
    return ListSnapshot(
        listed, columns, metadata, champions, facts, changes, record, growing, top_drivers(listed), crm, timelines
    )  # fmt: skip


def _grace(missing: pd.DataFrame, book: Tables, day: date, settings: ListSettings) -> Grace:
    arr = float(missing["arr_usd"].sum()) if book.is_priced else None
    return Grace(len(missing), arr, waited_days(missing, day, settings.revenue.grace_days))


def _team_files(settings: ListSettings) -> tuple[Plays | None, Crm | None]:
    score, components = settings.score, tuple(settings.health.components)
    plays = read_plays(settings.plays, components) if settings.plays else None
    columns = schema(score.max_reasons_for, score.max_reasons_against, components, days=score.horizon_days)
    return plays, read_crm(settings.crm, columns) if settings.crm else None


def _changes(
    now: Facts, then: Facts | None, champions: Mapping[str, Champion], tables: Tables, settings: ListSettings, passed: str
) -> Changes | None:  # fmt: skip
    """What changed since an earlier day; None where there is none."""
    if then is None:
        return None
    bundle = champions["churn"].bundle if "churn" in champions else None
    features = bundle.features if bundle else ()
    return compare(
        now, then, bundle, lambda keys: build_by(settings.features, tables, keys, features), passed
    )


def _header(
    book: str, day: date, verdicts: Mapping[str, Verdict], champions: Mapping[str, Champion]
) -> ListMetadata:
    churn, expansion = (verdicts[outcome] for outcome in PREFIX)
    bundles = [champion.bundle for champion in champions.values()]
    horizons = [bundle.lifetime.settings.horizon_months for bundle in bundles if bundle.lifetime]
    return ListMetadata(
        book, day, churn, expansion,
        max((bundle.trained_through for bundle in bundles), default=None),
        known_to_all(bundle.longest_lead_days for bundle in bundles),
        horizon_months=max(horizons, default=None),
        members={outcome: len(bag.members) for outcome, champion in champions.items() if isinstance(bag := champion.bundle.model, Bag)},
    )  # fmt: skip
