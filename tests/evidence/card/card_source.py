"""The source of a card of a small planted book with hostile names, for the tests of the card."""

from dataclasses import replace
from datetime import date

import pandas as pd

from churnml.evidence.card.history import past_of
from churnml.evidence.card.pictures.timeline import timeline_picture
from churnml.evidence.card.source import Settings, Source, scored
from churnml.features.catalog import CATALOG
from churnml.learn.selection.model_selection import measure
from churnml.learn.selection.promotion import judge, judge_all
from churnml.params.root import load_params
from churnml.results.stored import NotEnough
from tests.books import make_tables, term
from tests.learn.planted import EVALUATE, GATE, HEALTH, LAST_DAY, TRAIN, book, learn

HOSTILE = '<script>document.title="taken"</script>'
FORMULA = '=HYPERLINK("http://evil.example","Refund")'
NAMES = {"small": HOSTILE, "large": FORMULA}


def settings(root):
    """The settings of params.yaml, with the small book's own for training and judging."""
    params = load_params(root / "params.yaml")
    card = params.card.model_copy(update={"n_snapshots": 150, "n_columns": 4})
    return Settings(params.revenue, params.snapshots, TRAIN, EVALUATE, card)


def make_source(root, folder):
    """One outcome's source, learned by two quick families."""
    dataset = book(accounts=250)
    train = TRAIN.model_copy(update={"candidates": ("rules", "logistic")})
    bundles, predictions = learn(dataset, "churn", train, HEALTH, LAST_DAY)
    predictions = predictions.assign(segment=predictions["segment"].replace(NAMES))
    metrics = measure(predictions, EVALUATE, "churn")
    terms = [term(f"{n:05d}", f"{year}-01-0{1 + n % 9}", f"{year + 1}-01-0{1 + n % 9}", 1000 + n)
             for n in range(20) for year in range(2021, 2025) if n % 7 or year < 2023]  # fmt: skip
    terms.append(
        term("00020", "2024-12-05", "2025-12-05", 1000)
    )  # somebody new, so that the export reaches its last day
    tables = make_tables(
        folder,
        {"accounts": [{"account_id": f"{n:05d}"} for n in range(21)], "contracts": terms},
        last_day=date(2025, 1, 1),
    )
    outcomes = pd.concat([dataset.keys, dataset.outcomes], axis=1)
    past = past_of(tables, outcomes, 30, set(predictions["cutoff"].dt.date))
    chosen, features = bundles["logistic"], pd.concat([dataset.keys, dataset.rows], axis=1)
    given = settings(root)
    return Source(
        settings=given, tables=tables, outcome="churn", verdict=judge(metrics, GATE), metrics=metrics,
        outcomes=outcomes, predictions=predictions, past=past, timeline=timeline_picture(past),
        scores=scored(chosen, predictions, features, given.card), bundle=chosen, alarms=[], catalogue=CATALOG,
    )  # fmt: skip


def without_model(source):
    """The same book with too little history for a model."""
    lack = NotEnough("12 ripe renewals, fewer than 60 (train.backtest.min_ripe)", {"outcome": "churn"})
    return replace(
        source,
        verdict=judge_all({"churn": lack}, GATE)["churn"],
        metrics=lack,
        predictions=source.predictions.head(0),
        scores=None,
        bundle=None,
    )
