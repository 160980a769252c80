"""A published list against an earlier one: the one it was compared with, or any other that was published."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.errors import BundleError, PublishError
from churnml.features.engines import build_by
from churnml.history.changes import Changes, compare, with_changes
from churnml.history.changes_file import read_changes
from churnml.history.list_facts import Facts, read_facts
from churnml.history.track_record import Record
from churnml.learn.artifact.bundle import REPLAY_TOLERANCE, Bundle
from churnml.listing.columns import read_list
from churnml.listing.metadata import ListMetadata
from churnml.listing.status import allowed
from churnml.params.features import Features

REFITTED = (
    "The model that made this list is no longer the promoted one: changes are told without their parts. "
    "Score the day again for those (churnml score)."
)

Comparison = tuple[Changes | None, Record | None, pd.DataFrame, ListMetadata]


def compare_published(
    folder: Path, earlier: Path | None, engine: Features, champion: Path, tables: Path, daily: Path
) -> Comparison:
    """The changes of a published list, its track record, the list with those changes, and its header.

    Against ``earlier``, or without it against the day the list was compared with when it was made. Raises PublishError where a
    day was not published, is not earlier, or cannot be compared with.
    """
    listed, metadata = read_list(folder)
    stored, record = read_changes(folder, listed)
    if earlier is None:
        return stored, record, listed, metadata
    now, then = _facts(folder), _facts(earlier)
    if then.day >= now.day:
        raise PublishError(f"{then.day} is not before {now.day}: name an earlier day with --since.")
    if then.horizon_days != now.horizon_days:
        raise PublishError(
            f"the list of {then.day} goes by leaving within {then.horizon_days} days, that of {now.day} within {now.horizon_days}: "
            "score the earlier day again (churnml score --as-of), or set score.horizon_days as it was."
        )
    bundle, refit_note = _bundle(now, champion, metadata)
    book = Tables(tables, daily)
    features = bundle.features if bundle else ()
    changes = compare(now, then, bundle, lambda keys: build_by(engine, book, keys, features), refit_note)
    return changes, record, with_changes(listed, changes), replace(metadata, changed=changes.brief)


def _facts(folder: Path) -> Facts:
    try:
        return read_facts(folder)
    except PublishError as error:
        if not folder.is_dir():
            raise PublishError(f"no list of {folder.name} was published in '{folder.parent}'.") from None
        raise PublishError(f"the list of {folder.name} cannot be compared with: {error}.") from None


def _bundle(now: Facts, champion: Path, metadata: ListMetadata) -> tuple[Bundle | None, str]:
    """The promoted churn model if it says of the list's accounts what the list says; else None, and in words why."""
    if not metadata.churn.is_proven:
        return None, ""
    try:
        bundle = Bundle.load(champion / "churn")
    except BundleError:
        return None, REFITTED
    seen = now.seen(bundle.columns)
    if set(bundle.columns) - set(seen):
        return None, REFITTED
    chance = allowed("churn", bundle.probability(seen), now.rows["standing"])
    listed = now.rows["churn_probability"].to_numpy(dtype=float)
    is_same = np.allclose(chance, listed, rtol=0, atol=REPLAY_TOLERANCE, equal_nan=True)
    return (bundle, "") if is_same else (None, REFITTED)
