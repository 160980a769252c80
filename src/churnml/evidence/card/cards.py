"""Every outcome's card in one folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from churnml.atomic import publish
from churnml.data.tables import Tables
from churnml.errors import ChurnmlError
from churnml.evidence.card.blocks import Card
from churnml.evidence.card.compose import compose
from churnml.evidence.card.history import Past, past_of
from churnml.evidence.card.markup import block_markdown, templates
from churnml.evidence.card.pictures.timeline import timeline_picture
from churnml.evidence.card.source import Settings, Source, load_bundle, scored
from churnml.evidence.leakage import alarm_lines, vouched
from churnml.evidence.no_prices import without_dollars
from churnml.features.catalog import CATALOG
from churnml.results.alarms import Audit
from churnml.results.metrics import OutcomeMetrics
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict
from churnml.text.markdown import safe, table

PAGE = "card.html.j2"


@dataclass(frozen=True)
class Evidence:
    """What the stages before the card left, read: frames of all outcomes, and results by outcome."""

    tables: Tables
    outcomes: pd.DataFrame
    features: pd.DataFrame
    backtest: pd.DataFrame
    bundles: Path
    metrics: Mapping[str, OutcomeMetrics | NotEnough]
    verdicts: Mapping[str, Verdict]
    audits: Mapping[str, Audit]


def sources(settings: Settings, evidence: Evidence) -> list[Source]:
    """What each outcome's card is written from, in the order of the verdicts. Raises ChurnmlError where metrics lack one of them."""
    absent = [outcome for outcome in evidence.verdicts if outcome not in evidence.metrics]
    if absent:
        raise ChurnmlError(
            f"the metrics know nothing of {', '.join(absent)}: run evaluate again (dvc repro)."
        )
    cutoffs = set(pd.to_datetime(evidence.backtest.get("cutoff", pd.Series())).dt.date)
    past = past_of(evidence.tables, evidence.outcomes, settings.revenue.grace_days, cutoffs)
    drawn = timeline_picture(past, evidence.tables.is_priced)
    return [_source(settings, evidence, verdict, past, drawn) for verdict in evidence.verdicts.values()]


def _source(settings: Settings, evidence: Evidence, verdict: Verdict, past: Past, timeline: str) -> Source:
    outcome, backtest = verdict.outcome, evidence.backtest
    predictions = backtest[backtest["outcome"] == outcome].reset_index(drop=True)
    metrics = evidence.metrics if evidence.tables.is_priced else without_dollars(evidence.metrics)
    bundle, audit = load_bundle(evidence.bundles, verdict), evidence.audits.get(outcome)
    return Source(
        settings=settings, tables=evidence.tables, outcome=outcome, verdict=verdict,
        metrics=metrics[outcome], outcomes=evidence.outcomes, predictions=predictions, past=past,
        timeline=timeline, scores=scored(bundle, predictions, evidence.features, settings.card), bundle=bundle,
        alarms=[*alarm_lines(audit), *vouched(audit)] if audit else [], catalogue=CATALOG,
    )  # fmt: skip


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


def to_html(card: Card) -> str:
    """The card as HTML: styles inside, pictures as data, no script; whatever comes from the book is escaped."""
    return templates().get_template(PAGE).render(card=card)


def to_markdown(card: Card, folder: str) -> str:
    """The card as Markdown, whose pictures lie in ``folder`` beside it."""
    lines = [f"- {safe(text)}" for text in card.says]
    tiles = table(
        ("", "", ""), [(safe(t.label), f"**{safe(t.value)}**", safe(t.note)) for t in card.tiles], "lrl"
    )
    parts = [
        f"# {safe(card.title)}", safe(card.subtitle), f"**{safe(card.verdict)}**", "\n".join(lines), *([tiles] if card.tiles else []),
        "## What this does not say", "\n".join(f"- {safe(text)}" for text in card.says_not),
    ]  # fmt: skip
    for section in card.sections:
        parts += [f"## {safe(section.title)}", *(block_markdown(block, folder) for block in section.blocks)]
    return "\n\n".join(parts) + "\n"
