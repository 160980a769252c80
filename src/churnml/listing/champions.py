"""The promoted models, and those that only order, with what they say of the current book."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from churnml.data.tables import Tables
from churnml.errors import BundleError
from churnml.features.build import build
from churnml.features.catalog import CATALOG
from churnml.learn.artifact.bundle import Bundle, Scores
from churnml.params.features import Features
from churnml.results.verdict import Verdict


@dataclass(frozen=True)
class Champion:
    """One outcome's bundle and its scores of the live accounts, in their order: promoted, or of an unproven outcome the one that orders.

    ``past`` holds what it says of the same accounts so many days ago, in the same order; nothing is known there of an account that
    was no customer yet, or too new to be judged. ``before`` are the feature rows of an earlier day that were built beside them.
    """

    bundle: Bundle
    scores: Scores
    past: Mapping[int, Scores] = field(default_factory=dict)
    before: pd.DataFrame | None = None

    @property
    def seen(self) -> pd.DataFrame:
        """What the bundle saw of each account, by account id."""
        return self.scores.values.set_axis(self.scores.keys["account_id"].to_numpy(), axis=0)


def ask(
    champion: Path, verdicts: Mapping[str, Verdict], tables: Tables, accounts: pd.DataFrame, past_days: Sequence[int],
    engine: Features, min_history_days: int = 0, earlier: pd.DataFrame | None = None,
) -> dict[str, Champion]:  # fmt: skip
    """The bundle of each outcome that a model orders, asked about the accounts today and some days ago; of one not proven only the order counts.

    ``earlier`` are the accounts of another day whose rows are wanted too: building them together costs hardly more.

    Raises BundleError where an outcome is ordered by a model but its bundle is absent or damaged.
    """
    bundles = {
        verdict.outcome: _load(champion, verdict) for verdict in verdicts.values() if verdict.orders_by_model
    }
    if not bundles:
        return {}
    wanted = {feature for bundle in bundles.values() for feature in bundle.features}
    # Both bundles read much the same columns: they are built once, for all days.
    features = [feature for feature in CATALOG if feature in wanted]
    snapshots = snapshots_of(accounts, past_days)
    if engine.engine == "spark":
        from churnml.listing.spark import ask_on_spark

        scores = ask_on_spark(bundles, champion, tables, snapshots, features, engine.spark_master)
        before = None
    else:
        built = build(
            tables,
            snapshots if earlier is None else pd.concat([snapshots, earlier], ignore_index=True),
            features,
        )
        before = None if earlier is None else built[len(snapshots) :].reset_index(drop=True)
        scores = {outcome: bundle.score_rows(built[: len(snapshots)]) for outcome, bundle in bundles.items()}
    return {
        outcome: replace(champion_of(bundle, scores[outcome], past_days, min_history_days), before=before)
        for outcome, bundle in bundles.items()
    }


def snapshots_of(accounts: pd.DataFrame, past_days: Sequence[int]) -> pd.DataFrame:
    """The accounts as they are looked at today, then so many days ago, each time as far from a renewal as today."""
    backs = [pd.Timedelta(days=days) for days in (0, *past_days)]
    return pd.concat(
        [
            accounts.assign(as_of=accounts["as_of"] - back, renewal=accounts["renewal"] - back)
            for back in backs
        ],
        ignore_index=True,
    )


def champion_of(bundle: Bundle, scores: Scores, past_days: Sequence[int], min_history_days: int) -> Champion:
    """The bundle with its scores of the snapshots that ``snapshots_of`` gave, parted by day."""
    days = (0, *past_days)
    block = np.arange(len(scores.log_odds)) // (len(scores.log_odds) // len(days))
    now, *past = (scores.of(block == position) for position in range(len(days)))
    then = (_as_customer(scores, min_history_days) for scores in past)
    return Champion(bundle, now, dict(zip(past_days, then, strict=True)))


def _as_customer(scores: Scores, min_history_days: int) -> Scores:
    """The scores with nothing known of accounts that were no customers yet, or for too short a time."""
    if "tenure_days" not in scores.values:
        return scores
    is_new = ~(scores.values["tenure_days"].to_numpy(dtype=float) >= min_history_days)
    values, contributions = (
        frame.mask(np.broadcast_to(is_new[:, None], frame.shape))
        for frame in (scores.values, scores.contributions)
    )
    return replace(scores, values=values, contributions=contributions)


def _load(champion: Path, verdict: Verdict) -> Bundle:
    """The outcome's bundle, after replaying its reference rows."""
    folder = champion / verdict.outcome
    if not folder.is_dir():
        raise BundleError(
            f"{verdict.outcome} is {'proven' if verdict.is_proven else 'ordered by a model'} but '{folder}' is not there; "
            "run dvc repro register again."
        )
    bundle = Bundle.load(folder)
    bundle.replay()
    return bundle
