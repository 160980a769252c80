"""Every outcome's card in one folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.data.tables import Tables
from churnml.deliver.card.compose import compose
from churnml.deliver.card.past import Past, past_of
from churnml.deliver.card.pictures.timeline import timeline_picture
from churnml.deliver.card.render import to_html, to_markdown
from churnml.deliver.card.source import Settings, Source, load_bundle, scored
from churnml.deliver.publish import publish
from churnml.features.catalog import CATALOG
from churnml.learn.verdict import Verdict


def sources(
    settings: Settings, tables: Path, outcomes: pd.DataFrame, features: pd.DataFrame, backtest: pd.DataFrame,
    bundles: Path, metrics: Mapping[str, Any], verdicts: Mapping[str, Any],
) -> list[Source]:  # fmt: skip
    """What each outcome's card is written from, in the order of the verdicts."""
    book, folds = Tables(tables), settings.train.backtest
    past = past_of(book, outcomes, settings.revenue.grace_days, folds.folds, folds.step_months)
    drawn = timeline_picture(past)
    return [
        _source(settings, book, outcomes, features, backtest, bundles, metrics[outcome], Verdict.from_dict(stored), past, drawn)
        for outcome, stored in verdicts.items()
    ]  # fmt: skip


def _source(
    settings: Settings, book: Tables, outcomes: pd.DataFrame, features: pd.DataFrame, backtest: pd.DataFrame,
    bundles: Path, metrics: Mapping[str, Any], verdict: Verdict, past: Past, timeline: str,
) -> Source:  # fmt: skip
    predictions = backtest[backtest["outcome"] == verdict.outcome].reset_index(drop=True)
    bundle = load_bundle(bundles, verdict)
    scores = scored(bundle, predictions, features, settings.card)
    return Source(
        settings,
        book,
        verdict.outcome,
        verdict,
        metrics,
        outcomes,
        predictions,
        past,
        timeline,
        scores,
        bundle,
        CATALOG,
    )


def write_cards(sources: Sequence[Source], folder: Path) -> None:
    """Writes every outcome's card, replacing what the folder held."""

    def fill(fresh: Path) -> None:
        for source in sources:
            write_card(source, fresh)

    publish(folder, fill)


def write_card(source: Source, folder: Path) -> None:
    """Writes ``<outcome>.html``, ``<outcome>.md`` and the Markdown's pictures in ``<outcome>/``."""
    card = compose(source)
    below = folder / source.outcome
    below.mkdir(parents=True, exist_ok=True)
    for picture in card.pictures:
        (below / f"{picture.name}.svg").write_text(picture.svg, encoding="utf-8")
    (folder / f"{source.outcome}.html").write_text(to_html(card), encoding="utf-8")
    (folder / f"{source.outcome}.md").write_text(to_markdown(card, source.outcome), encoding="utf-8")
