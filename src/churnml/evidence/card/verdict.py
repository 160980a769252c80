"""What is said first: the verdict, what it means to somebody who signs for money, and what it does not say."""

from collections.abc import Iterator

from churnml.evidence.card.blocks import Tile
from churnml.evidence.card.metric_names import cell, figure
from churnml.evidence.card.source import Source
from churnml.evidence.charts.backtest_charts import title_of
from churnml.learn.candidates import MODELS
from churnml.listing.metadata import words
from churnml.results.metrics import ModelMetrics
from churnml.text.outcome_words import outcome_words

LISTED = ("churn", "expansion")
"""The outcomes by which a list is ranked."""

TRUST = {
    "A": "The ranking can carry decisions on single accounts, beside a person who knows them.",
    "B": "The ranking can carry the plan of whom to call; single accounts deserve a second look.",
    "C": "The ranking beats guessing and every simple rule; use it to order the work, not to forecast.",
    "D": "The ranking is better than chance and than every simple rule, and not much more.",
}


def headline(source: Source) -> str:
    """The verdict's own sentence."""
    text = words(source.verdict)
    return text[0].upper() + text[1:]


def says(source: Source) -> list[str]:
    """What the verdict means, in sentences that need no statistics."""
    if not source.judged.figures:
        return [f"There is no model. {_instead(source)}"]
    return list(_says(source))


def _says(source: Source) -> Iterator[str]:
    verdict, confidence = source.verdict, source.confidence
    if verdict.is_proven:
        yield TRUST.get(str(verdict.grade), "")
        if source.measured.chances and source.measured.chances.are_off:
            yield "Its chances were off (see 'Does 20 % mean 20 %?'): the order can be trusted more than the letter says, the dollars less."
    else:
        yield f"Nothing is proven, so nothing was registered. {_instead(source)}"
    auc, spoken = cell("roc_auc", source.judged.figures.get("roc_auc")), outcome_words(source.outcome)
    yield (
        f"Show the model {spoken.pair}: how often it puts the first higher is its ROC-AUC, {auc.line}. "
        f"A coin gets 0.5. The range is what the same customers, drawn again, would give in {confidence} of the draws.{_pooled(source)}"
    )
    share, key = source.settings.evaluate.capacity_share, "arr_captured_at_capacity"
    caught = source.judged.figures.get(key)
    largest = source.measured.models.get("base_rate", ModelMetrics({})).figures.get(key)
    if caught and largest:
        is_priced = source.tables.is_priced
        others = (
            f"; calling the largest accounts first reaches {figure(key, largest.value)}" if is_priced else ""
        )
        yield (
            f"Calling the first {share:.0%} of the list would have reached {cell(key, caught).line} of "
            f"{spoken.arr if is_priced else spoken.many}{others}."
        )
    yield (
        "Every figure comes from predictions made before the outcome was known, by a model that had seen nothing later: "
        f"at each of {len(source.measured.counts.folds)} cutoffs it learned from what was known on that day and was asked about what followed."
    )


def _pooled(source: Source) -> str:
    """That the pairs are of one fold, and what all folds pooled would give."""
    found = source.judged.figures.get("pooled_roc_auc")
    if found is None or found.value is None:
        return ""
    return (
        " Both stand before the same fold's model, as on a list, and each fold weighs by its pairs; the verdict goes by that. "
        f"With all folds pooled it is {cell('pooled_roc_auc', found).line}: a pair may then be of two days, and the level of the chances counts, too."
    )


def says_not(source: Source) -> list[str]:
    """What nobody may read into the verdict."""
    leads = source.settings.snapshots.lead_days
    return [
        "It does not say that a call will change anything: the figures are about finding accounts, not about keeping or winning them.",
        "It does not say why: what stands beside an account is associated with the outcome, and need not cause it.",
        f"It does not reach beyond renewals {max(leads)} days ahead, nor to a market, a price or a product unlike those of the past.",
    ]


def _instead(source: Source) -> str:
    """What a list does without a proven model; only churn and expansion have a side of it."""
    if source.outcome not in LISTED:
        return "No list ranks by it, and no account is given a probability of it."
    if source.verdict.orders_by_model and source.verdict.ranking:
        used = MODELS[source.verdict.ranking.model].sentence
        return f"The list takes from {used} its order alone, since nothing ordered more pairs right: no account is given a probability."
    return "The list is ranked by the rules health score, which is a judgement and not a measurement, and says so."


def tiles(source: Source) -> list[Tile]:
    """The figures to be seen first."""
    if not source.judged.figures:
        return []
    counts, judged = source.measured.counts, source.judged.figures
    named = {
        "roc_auc": "ROC-AUC",
        "arr_captured_at_capacity": f"{'ARR caught' if source.tables.is_priced else 'Caught'} by calling {source.settings.evaluate.capacity_share:.0%}",
        **({"recall_at_90_days": "Found 90 days ahead"} if "recall_at_90_days" in judged else {}),
        "calibration_slope": "Calibration slope, 1 is right",
    }
    figures = {name: cell(key, judged.get(key)) for key, name in named.items()}
    return [
        *(Tile(name, each.text, each.note) for name, each in figures.items()),
        Tile("Renewals judged", f"{counts.renewals:,}", f"{counts.renewals_with_outcome:,} with {source.outcome}"),
    ]  # fmt: skip


def subtitle(source: Source) -> str:
    """Book, day and model on one line."""
    named = f"judged: {title_of(source.verdict.model)}" if source.verdict.model else "no model"
    return f"Book {source.tables.book}, data until {source.tables.last_day} · {named}"
