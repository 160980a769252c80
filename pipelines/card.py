"""Stage card: each outcome's model card, the headline figures and the curves by which runs are compared."""

from pathlib import Path

from churnml.data.tables import Tables
from churnml.evidence.card.cards import Evidence, sources, write_cards
from churnml.evidence.card.curves import write_curves
from churnml.evidence.card.source import Settings
from churnml.evidence.headline import compared_figures
from churnml.evidence.headline import headline as headline_of
from churnml.params.card import Card
from churnml.params.evaluate import Evaluate
from churnml.params.snapshots import Revenue, Snapshots
from churnml.params.train import Train
from churnml.results.alarms import AUDITS
from churnml.results.metrics import METRICS
from churnml.results.stored import read_json, write_json
from churnml.results.verdict import VERDICTS
from pipelines.stage import read_frame, run


def card(
    revenue: Revenue, snapshots: Snapshots, train: Train, evaluate: Evaluate, card: Card, tables: Path, features: Path,
    outcomes: Path, backtest: Path, bundles: Path, metrics: Path, verdicts: Path, audit: Path, cards: Path, headline: Path,
    figures: Path, plots: Path,
) -> None:  # fmt: skip
    """Writes Markdown and HTML for people, and JSON and CSV for ``dvc metrics`` and ``dvc plots``."""
    settings = Settings(revenue, snapshots, train, evaluate, card)
    measured, judged = read_json(metrics, METRICS), read_json(verdicts, VERDICTS)
    frames = (read_frame(outcomes), read_frame(features), read_frame(backtest))
    evidence = Evidence(Tables(tables), *frames, bundles, measured, judged, read_json(audit, AUDITS))
    found = sources(settings, evidence)
    write_cards(found, cards)
    compared = compared_figures(measured, judged)
    write_json(compared, figures)
    write_json(headline_of(compared), headline)
    write_curves(found, plots)


if __name__ == "__main__":
    run(card)
