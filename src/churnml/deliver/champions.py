"""The promoted models and what they say of the current book."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from churnml.data.tables import Tables
from churnml.errors import BundleError
from churnml.features.build import build
from churnml.features.catalog import CATALOG
from churnml.learn.bundle import Bundle, Scores
from churnml.learn.verdict import Verdict
from churnml.params import Features, Score


@dataclass(frozen=True)
class Champion:
    """One outcome's promoted bundle and its scores of the live accounts, in their order.

    ``told`` are the reasons where the scores were computed elsewhere, and came with them. ``before`` are the feature rows of an earlier
    day that were built beside them.
    """

    bundle: Bundle
    scores: Scores
    told: pd.DataFrame | None = None
    before: pd.DataFrame | None = None

    @property
    def seen(self) -> pd.DataFrame:
        """What the bundle saw of each account, by account id."""
        return self.scores.values.set_axis(self.scores.keys["account_id"].to_numpy(), axis=0)


def ask(
    champion: Path,
    verdicts: Mapping[str, Verdict],
    tables: Tables,
    accounts: pd.DataFrame,
    score: Score,
    engine: Features,
    earlier: pd.DataFrame | None = None,
) -> dict[str, Champion]:
    """The champion of each proven outcome, asked about the accounts; an unproven one is never asked.

    ``earlier`` are the accounts of another day whose rows are wanted too: building them together costs hardly more.

    Raises BundleError where an outcome is proven but its bundle is absent or damaged.
    """
    bundles = {
        verdict.outcome: _load(champion, verdict) for verdict in verdicts.values() if verdict.is_proven
    }
    wanted = {feature for bundle in bundles.values() for feature in bundle.features}
    # Both bundles read much the same columns: they are built once.
    features = [feature for feature in CATALOG if feature in wanted]
    if engine.engine == "spark" and bundles:
        from churnml.deliver.spark_scores import ask_on_spark

        return ask_on_spark(bundles, champion, tables, accounts, features, score, engine.spark_master)
    if earlier is None:
        built, before = build(tables, accounts, features), None
    else:
        both = build(tables, pd.concat([accounts, earlier], ignore_index=True), features)
        built, before = both[: len(accounts)], both[len(accounts) :].reset_index(drop=True)
    return {
        outcome: Champion(bundle, bundle.score_rows(built), before=before)
        for outcome, bundle in bundles.items()
    }


def _load(champion: Path, verdict: Verdict) -> Bundle:
    """The champion's bundle, after replaying its reference rows."""
    folder = champion / verdict.outcome
    if not folder.is_dir():
        raise BundleError(
            f"{verdict.outcome} is proven but '{folder}' is not there; run dvc repro register again."
        )
    bundle = Bundle.load(folder)
    bundle.replay()
    return bundle
