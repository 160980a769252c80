"""The book in use cut down to so many ripe renewals: what a small company would have brought."""

from datetime import date

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.features.catalog import CATALOG
from churnml.learn.dataset import RENEWAL, Dataset
from churnml.paths import Paths


def book_in_use(places: Paths) -> tuple[Dataset, date]:
    """The snapshots the pipeline made of the book in use, and the day its history ends."""
    features = pd.read_parquet(places.path("featurize", "out"))
    outcomes = pd.read_parquet(places.path("label", "outcomes"))
    return Dataset.join(features, outcomes, CATALOG), Tables(places.path("ingest", "tables")).last_day


def cut(dataset: Dataset, renewals: int, by: date, seed: int) -> Dataset:
    """Randomly drawn whole accounts, as many as hold so many renewals ripe by a day (or just more)."""
    keys = dataset.ripe(by).keys.drop_duplicates(RENEWAL)
    size = keys.groupby("account_id").size()
    drawn = np.random.default_rng(seed).permutation(size.index.to_numpy(dtype=object))
    enough = int(np.searchsorted(size[drawn].cumsum().to_numpy(), renewals)) + 1
    return dataset.where(np.isin(dataset.accounts, drawn[:enough]))
