"""The reasons of the book: from the champion, or from the health rules where there is none, behind what is known for sure."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from churnml.explain.by_model import model_evidence
from churnml.explain.by_rules import rule_evidence
from churnml.explain.context import AccountContext
from churnml.explain.select import AGAINST, FOR, Selection, select_reasons
from churnml.explain.vs_history import MOVE
from churnml.explain.vs_peers import Similar
from churnml.features.catalog import CATALOG
from churnml.listing.champions import Champion
from churnml.listing.status import lead_with_facts
from churnml.params.health import Health
from churnml.params.score import Score


def reasons_of_book(
    outcome: str, champion: Champion | None, rows: pd.DataFrame, known: pd.DataFrame,
    health: Health, score: Score, silence: Sequence[str],
) -> pd.DataFrame:  # fmt: skip
    """The columns of ``select_reasons`` for each account; ``rows`` are the features the health rules read, ``known`` what is known for sure."""
    selection = Selection(
        score.max_reasons_for, score.max_reasons_against, score.min_reason_share, score.min_reason_distance
    )
    always = {}
    if champion:
        evidence = model_evidence(context_of(outcome, champion, score.min_reason_difference, silence))
        is_silent = np.array([bool(words) for words in silence], dtype=bool)
        is_likelier = champion.scores.probability >= champion.bundle.base_rate
        always = {MOVE: is_silent & is_likelier} if outcome == "churn" else {}
    else:
        words = {feature.column: feature for feature in CATALOG}
        evidence = rule_evidence(rows, health, words, is_risk=outcome == "churn")
    return lead_with_facts(
        select_reasons(evidence, selection, always), known, FOR if outcome == "churn" else AGAINST
    )


def context_of(
    outcome: str, champion: Champion, least_difference: float, silence: Sequence[str] = ()
) -> AccountContext:
    """All that the champion's reasons are made of."""
    bundle, values = champion.bundle, champion.scores.values
    numbers = [f.column for f in bundle.features if f.column in values and not f.is_category]
    similar = Similar.of(values, numbers, bundle.medians)
    moving = [f.column for f in bundle.features if f.noun and f.column in numbers]
    similar_past = {ago: Similar.of(then.values, moving, {}) for ago, then in champion.past.items()}
    return AccountContext(
        outcome, bundle.features, champion.scores, similar, champion.past, bundle.model, least_difference, silence,
        similar_past,
    )  # fmt: skip
