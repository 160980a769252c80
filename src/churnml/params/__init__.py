"""params.yaml, typed and frozen: every number churnml runs on, and no path.

One class a section. ``load_params`` overlays the sections that a book's ``book.yaml`` sets under ``params:``.
Unknown keys are refused, all at once, with the nearest known name.
"""

from churnml.params.book import Book, Features, Ingest, Kpis, Proof, Revenue, Sample, Snapshots
from churnml.params.crm import AS_OF, Crm, CrmField
from churnml.params.evaluation import Alarms, AlarmWords, Evaluate, Flat, Gate, Profit
from churnml.params.growth import Growth
from churnml.params.load import load_params, read_typed, read_yaml
from churnml.params.plays import Play, Plays
from churnml.params.reporting import Bands, Card, Forecast, Health, Lifetime, Record, Rule, Score
from churnml.params.root import Params
from churnml.params.section import Positive, Section, Share, did_you_mean
from churnml.params.training import Backtest, Calibrating, LightGBM, Logistic, Survival, Train, Tune

__all__ = [
    "AS_OF",
    "AlarmWords",
    "Alarms",
    "Backtest",
    "Bands",
    "Book",
    "Calibrating",
    "Card",
    "Crm",
    "CrmField",
    "Evaluate",
    "Features",
    "Flat",
    "Forecast",
    "Gate",
    "Growth",
    "Health",
    "Ingest",
    "Kpis",
    "Lifetime",
    "LightGBM",
    "Logistic",
    "Params",
    "Play",
    "Plays",
    "Positive",
    "Profit",
    "Proof",
    "Record",
    "Revenue",
    "Rule",
    "Sample",
    "Score",
    "Section",
    "Share",
    "Snapshots",
    "Survival",
    "Train",
    "Tune",
    "did_you_mean",
    "load_params",
    "read_typed",
    "read_yaml",
]
