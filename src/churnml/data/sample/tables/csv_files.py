"""Writing the book as its owner would export it: CSV files of text, usage in monthly Parquet parts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from churnml.data.sample.world import constants
from churnml.data.sample.world.rng import Ints
from churnml.data.sample.world.truth import Story

GHOSTS = tuple(f"98{n:05d}" for n in range(50))  # account ids in the usage log that no other table knows


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """One CSV file, the same bytes everywhere."""
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def write_parquet(table: pa.Table, path: Path) -> None:
    """One Parquet file, the same bytes for the same rows."""
    pq.write_table(table, path, compression="zstd", row_group_size=1_000_000)


def usage_table(story: Story, rows: pd.DataFrame) -> pa.Table:
    """The usage log's own columns; account and user numbers written out as the ids people see."""
    ids = [*story.founders.account_id, *GHOSTS]
    account, user = rows["account"].to_numpy(), rows["user"].to_numpy()
    width = int(user.max(initial=0)) + 1
    seen, code = np.unique(account * width + user, return_inverse=True)
    people = [f"{ids[pair // width]}-{pair % width:03d}" for pair in seen]
    return pa.table(
        {
            "account_id": _spelt(account, ids),
            "user_id": _spelt(code, people),
            "feature": _spelt(_named(story, rows), (*constants.FEATURES, constants.RENAMED_TO)),
            "day": pa.array(rows["day"].to_numpy().astype("M8[D]")),
            "events": pa.array(rows["events"].to_numpy().astype(np.int32)),
            "loaded_at": pa.array(rows["loaded"].to_numpy().astype("M8[s]").astype("M8[us]")),
        }
    )


def _named(story: Story, rows: pd.DataFrame) -> Ints:
    """Which name each row's feature bore on its day: one of them was renamed."""
    feature = rows["feature"].to_numpy()
    is_new = (feature == constants.FEATURES.index(constants.RENAMED)) & (
        rows["day"].to_numpy() >= story.day_at(constants.RENAMED_FROM)
    )
    return np.where(is_new, len(constants.FEATURES), feature)


def _spelt(codes: Ints, words: list[str] | tuple[str, ...]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(codes))
