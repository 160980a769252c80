"""The whole of params.yaml."""

from churnml.params.book import Book, Features, Ingest, Kpis, Proof, Revenue, Sample, Snapshots
from churnml.params.evaluation import Alarms, Evaluate, Flat, Gate
from churnml.params.growth import Growth
from churnml.params.reporting import Card, Forecast, Health, Lifetime, Score
from churnml.params.section import Section
from churnml.params.training import Train


class Params(Section):
    """The whole of params.yaml."""

    book: Book
    sample: Sample
    ingest: Ingest
    revenue: Revenue
    snapshots: Snapshots
    features: Features
    proof: Proof
    alarms: Alarms
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
