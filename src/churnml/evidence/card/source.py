"""What one outcome's card is written from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from churnml.data.snapshots import KEYS
from churnml.data.tables import Tables
from churnml.evidence.card.history import Past
from churnml.features.spec import Feature
from churnml.learn.artifact.bundle import Bundle, Scores
from churnml.params.card import Card
from churnml.params.evaluate import Evaluate
from churnml.params.snapshots import Revenue, Snapshots
from churnml.params.train import Train
from churnml.results.metrics import ModelMetrics, OutcomeMetrics
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict


@dataclass(frozen=True)
class Settings:
    """The sections of params.yaml that a card states."""

    revenue: Revenue
    snapshots: Snapshots
    train: Train
    evaluate: Evaluate
    card: Card


@dataclass(frozen=True)
class Source:
    """One outcome of one book.

    ``metrics`` and ``predictions`` are the outcome's; the latter empty where nothing was fitted. ``timeline`` is the drawing of ``past``. ``scores`` are the judged bundle's
    of some of the predicted snapshots, with ``features`` in its order; None where there is no bundle. ``alarms`` is what the
    audit says of the outcome, ``catalogue`` are the columns
    the book could have had.
    """

    settings: Settings
    tables: Tables
    outcome: str
    verdict: Verdict
    metrics: OutcomeMetrics | NotEnough
    outcomes: pd.DataFrame
    predictions: pd.DataFrame
    past: Past
    timeline: str
    scores: Scores | None
    bundle: Bundle | None
    alarms: Sequence[str]
    catalogue: Sequence[Feature]

    @property
    def measured(self) -> OutcomeMetrics:
        """The outcome's metrics, for sections that are written only where a model was judged."""
        assert isinstance(self.metrics, OutcomeMetrics)
        return self.metrics

    @property
    def judged(self) -> ModelMetrics:
        """The judged model's metrics; without a figure where there is none."""
        models = self.metrics.models if isinstance(self.metrics, OutcomeMetrics) else {}
        return models.get(str(self.verdict.model), ModelMetrics({}))

    @property
    def confidence(self) -> str:
        """The intervals' confidence in words."""
        known = self.metrics if isinstance(self.metrics, OutcomeMetrics) else self.settings.evaluate
        return f"{known.confidence:.0%}"


def load_bundle(bundles: Path, verdict: Verdict) -> Bundle | None:
    """The judged model's bundle; None where nothing was fitted or the judged one keeps none."""
    folder = bundles / verdict.outcome / str(verdict.model)
    return Bundle.load(folder) if verdict.model and folder.is_dir() else None


def scored(
    bundle: Bundle | None, predictions: pd.DataFrame, features: pd.DataFrame, card: Card
) -> Scores | None:
    """The bundle's scores of some predicted snapshots: the last look at each renewal, drawn by a fixed seed."""
    if bundle is None or predictions.empty:
        return None
    last = predictions.sort_values(["account_id", "renewal", "as_of"], kind="stable").drop_duplicates(
        ["account_id", "renewal"], keep="last"
    )
    drawn = last.sample(min(card.n_snapshots, len(last)), random_state=card.seed).sort_values(
        KEYS, kind="stable"
    )
    lacking = [column for column in bundle.columns if column not in features]
    rows = drawn[KEYS].merge(features, on=KEYS, how="inner", validate="one_to_one")
    return None if lacking or rows.empty else bundle.score_rows(rows)
