"""The whole of params.yaml."""

from pathlib import Path
from typing import Any

from churnml.params.book import Book, Ingest, Sample
from churnml.params.card import Card
from churnml.params.evaluate import Evaluate, Gate
from churnml.params.features import Features, LeakageTest
from churnml.params.flat import Flat
from churnml.params.forecast import Forecast
from churnml.params.health import Health, Lifetime
from churnml.params.kpis import Kpis
from churnml.params.leakage import Leakage
from churnml.params.load import overlaid, typed, where
from churnml.params.renamed import with_new_names
from churnml.params.score import Growth, Score
from churnml.params.section import Section
from churnml.params.snapshots import Revenue, Snapshots
from churnml.params.train import Train


class Params(Section):
    """The whole of params.yaml."""

    book: Book
    sample: Sample
    ingest: Ingest
    revenue: Revenue
    snapshots: Snapshots
    features: Features
    leakage_test: LeakageTest
    leakage: Leakage
    train: Train
    evaluate: Evaluate
    gate: Gate
    flat: Flat
    card: Card
    health: Health
    lifetime: Lifetime
    score: Score
    growth: Growth
    forecast: Forecast
    kpis: Kpis


def load_params(path: Path, overlay: dict[str, Any] | None = None) -> Params:
    """The settings in force: ``path`` with the book's own settings laid over it.

    Raises SettingsError naming every unknown key (with the nearest known one, or its new name) and every bad value at once.
    """
    raw, faults = with_new_names(overlaid(path, overlay))
    return typed(raw, Params, where(path, overlay), {}, faults)
