"""An edition of the report as large as asked: the sample book's published list, its rows repeated under new ids."""

from dataclasses import replace

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.formats.growth_files import read_growth
from churnml.history.timelines import Timelines, read_timelines
from churnml.list_snapshot import ListSnapshot
from churnml.listing.columns import HEALTH_COMPONENT, read_list, schema
from churnml.listing.top_drivers import top_drivers
from churnml.paths import Paths, newest


def sample_snapshot(places: Paths) -> ListSnapshot:
    """The newest published list of the book in use with its growth lists, roadblocks and timelines; what changed is left out."""
    lists = places.path("score", "lists")
    listed, metadata = read_list(newest(lists))
    growth, _ = read_growth(newest(lists))
    params, _ = places.settings("score")
    parts = [
        column.removeprefix(HEALTH_COMPONENT) for column in listed if column.startswith(HEALTH_COMPONENT)
    ]
    columns = schema(params.score.max_reasons_for, params.score.max_reasons_against, parts)
    timelines = read_timelines(
        Tables(places.path("score", "tables")), listed, metadata.as_of, params.score.timeline_weeks,
        params.revenue, lists, places.path("score", "backtest"), metadata.churn.model,
    )  # fmt: skip
    return ListSnapshot(
        listed, columns, metadata, growth=growth, top_drivers=top_drivers(listed), timelines=timelines
    )


def enlarged(list_snapshot: ListSnapshot, accounts: int) -> ListSnapshot:
    """The edition with that many accounts: rows repeat, ids do not, and the order stays the list's."""
    listed, lines = list_snapshot.listed, list_snapshot.timelines
    assert lines is not None
    take = np.sort(np.resize(np.arange(len(listed)), accounts))
    again = pd.Series(take).groupby(take).cumcount()
    larger = listed.iloc[take].reset_index(drop=True)
    larger["account_id"] = [
        i if not n else f"{i}-{n}" for i, n in zip(larger["account_id"], again, strict=True)
    ]
    larger["rank"] = np.arange(1, accounts + 1)
    origin = pd.DataFrame(
        {"account_id": listed["account_id"].to_numpy()[take], "new_id": larger["account_id"]}
    )
    return replace(list_snapshot, listed=larger, timelines=_repeated(lines, take, origin))


def _repeated(lines: Timelines, take: np.ndarray, origin: pd.DataFrame) -> Timelines:
    weekly = {
        name: None if (values := getattr(lines, name)) is None else values[take]
        for name in ("usage", "users", "tickets")
    }
    marks, scores = (
        frame.merge(origin, on="account_id").drop(columns="account_id").rename(columns={"new_id": "account_id"})
        for frame in (lines.marks, lines.scores)
    )  # fmt: skip
    return replace(lines, marks=marks, scores=scores, **weekly)
