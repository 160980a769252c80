"""What earlier lists, and the backtest, said of each account: the history of its score."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from churnml.listing.as_of import day_folders
from churnml.listing.columns import FILE

PUBLISHED, HINDSIGHT, BACKTEST = "published", "in hindsight", "in the backtest"
COLUMNS = ["account_id", "as_of", "churn_probability", "source"]


def past_scores(
    lists: Path, as_of: date, weeks: int, backtest: Path | None = None, model: str | None = None
) -> pd.DataFrame:
    """Each account's chances to leave as given before the day, at most ``weeks`` back: ``account_id, as_of, churn_probability, source``.

    Of the lists of one week the latest is read. A list that cannot be read, or gives no chance, is passed over: the past
    must not keep today's list from being published.
    """
    since = as_of - timedelta(weeks=weeks)
    scores = [_read(folder, day) for day, folder in _one_a_week(lists, since, as_of)]
    if backtest is not None and model is not None and backtest.is_file():
        scores.append(_out_of_fold(backtest, model, since, as_of))
    scores = [frame for frame in scores if len(frame)]
    if not scores:
        return pd.DataFrame({name: [] for name in COLUMNS})
    joined = pd.concat(scores, ignore_index=True).dropna(subset="churn_probability")
    return joined.sort_values(["account_id", "as_of", "source"], kind="stable", ignore_index=True)


def _one_a_week(lists: Path, since: date, as_of: date) -> Iterator[tuple[date, Path]]:
    """The latest published folder of each week before the day, oldest first."""
    latest: dict[int, tuple[date, Path]] = {}
    for day, folder in day_folders(lists, before=as_of).items():
        if since <= day and (folder / f"{FILE}.parquet").is_file():
            latest[(as_of - day).days // 7] = (day, folder)
    yield from sorted(latest.values())


def _read(folder: Path, day: date) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(folder / f"{FILE}.parquet", columns=["account_id", "churn_probability"])
        header = json.loads((table.schema.metadata or {}).get(b"churnml.header", b"{}"))
    except (OSError, ValueError, pa.ArrowException):
        return pd.DataFrame({name: [] for name in COLUMNS})
    source = HINDSIGHT if header.get("hindsight") else PUBLISHED
    scores: pd.DataFrame = table.to_pandas().assign(as_of=pd.Timestamp(day), source=source)
    return scores[COLUMNS]


def _out_of_fold(backtest: Path, model: str, since: date, as_of: date) -> pd.DataFrame:
    """The judged model's predictions of the backtest, each of the nearest renewal."""
    chance = f"probability_{model}"
    filters = [
        ("outcome", "==", "churn"),
        ("as_of", ">=", pd.Timestamp(since)),
        ("as_of", "<", pd.Timestamp(as_of)),
    ]
    try:
        predictions = pd.read_parquet(
            backtest, columns=["account_id", "as_of", "renewal", chance], filters=filters
        )
    except (OSError, ValueError, KeyError):  # a backtest of other models
        return pd.DataFrame({name: [] for name in COLUMNS})
    nearest = predictions.sort_values("renewal", kind="stable").drop_duplicates(["account_id", "as_of"])
    scores: pd.DataFrame = nearest.rename(columns={chance: "churn_probability"}).assign(source=BACKTEST)[
        COLUMNS
    ]
    return scores
