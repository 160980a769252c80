"""Why an account stands where it stands, as facts a person can check.

A model's contributions are summed by concept. A concept speaks through one of its features: the one that
pulls the concept's way, whose declared direction agrees with the account's value, and which pulls hardest.
Where none agrees, the concept stays silent; so does a value that hardly differs from the typical one. A
feature without a declared direction is never a reason.

What is said is association, never cause: a fact about the account beside the typical account's.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.features.spec import Feature
from churnml.learn.bundle import Scores
from churnml.learn.logit import BoolArray, FloatArray

FOR, AGAINST = "reason", "against"


@dataclass(frozen=True)
class Evidence:
    """What may be said of each account (row) by each source of a reason (column).

    ``pull`` is the contribution towards the outcome, ``may_argue`` where value and declared direction
    agree, and ``say`` the sentence of one cell.
    """

    concepts: Sequence[str]
    pull: FloatArray
    may_argue: BoolArray
    say: Callable[[int, int], str]


def model_evidence(
    scores: Scores, features: Sequence[Feature], medians: Mapping[str, float | None], outcome: str,
    least_difference: float = 0.0,
) -> Evidence:  # fmt: skip
    """Evidence from a model's contributions; ``medians`` are the typical account's values.

    A number whose relative difference from the typical one is below ``least_difference`` says nothing.
    """
    features = [feature for feature in features if feature.column in scores.contributions]
    columns = [feature.column for feature in features]
    pull = scores.contributions[columns].to_numpy(dtype=float)
    typical = np.array([medians[column] for column in columns], dtype=float).tolist()  # None becomes NaN
    argues = [
        _argues(f, scores.values[f.column], median, f.lean(outcome), least_difference)
        for f, median in zip(features, typical, strict=True)
    ]
    cells = [scores.values[column].tolist() for column in columns]

    def say(row: int, column: int) -> str:
        feature = features[column]
        return sentence(feature, cells[column][row], typical[column] if has_value(feature) else None)

    concepts = [feature.concept for feature in features]
    direction = np.stack(argues, axis=1) * np.sign(pull)
    return Evidence(concepts, pull, direction > 0, say)


def sentence(
    feature: Feature, value: float | str, typical: float | None = None, beside: str = "typical account:"
) -> str:
    """One account's value as a plain fact, beside the typical account's where there is one.

    >>> users = Feature("f", "usage", "c", "users", "{value} active users", -1, 1, 0.0)
    >>> sentence(users, 1.0, 38.0)
    '1 active user; typical account: 38'
    """
    is_cap = bool(value) and value == feature.no_rows  # stands for 'not once within the window'
    fact = _singular(feature.say(f"{feature.format(value)} or more" if is_cap else value), feature.unit)
    return fact if typical is None else f"{fact}; {beside} {_singular(feature.format(typical), feature.unit)}"


def tell(evidence: Evidence, most_for: int, most_against: int, least_share: float = 0.0) -> pd.DataFrame:
    """One row an account: its strongest reasons towards the outcome and away from it, in order.

    Columns ``reason_1``, ``reason_1_concept``, ``reason_1_weight``, ..., ``against_1``, ...; text is empty
    where nothing is to say. A weight is the concept's share of all that pulls the same way; below
    ``least_share`` it is not told.
    """
    chosen = _spokesmen(evidence)
    chosen = chosen[chosen["weight"] >= least_share]
    told: dict[str, list[str] | FloatArray] = {}
    for side, most in ((FOR, most_for), (AGAINST, most_against)):
        ours = chosen[chosen["side"] == side].sort_values(
            ["row", "weight"], ascending=[True, False], kind="stable"
        )
        ours["place"] = ours.groupby("row").cumcount() + 1
        for place in range(1, most + 1):
            told |= _columns(f"{side}_{place}", ours[ours["place"] == place], evidence)
    return pd.DataFrame(told)


def _spokesmen(evidence: Evidence) -> pd.DataFrame:
    """Who speaks: one line for each account and concept that has a spokesman."""
    lines: list[tuple[int, int, str, float]] = []
    pulls = _by_concept(evidence)
    towards, away = np.clip(pulls, 0, None).sum(axis=1), np.clip(pulls, None, 0).sum(axis=1)
    for place, concept in enumerate(dict.fromkeys(evidence.concepts)):
        members = np.array([number for number, name in enumerate(evidence.concepts) if name == concept])
        total = pulls[:, place]
        same_way = evidence.pull[:, members] * np.sign(total)[:, None]
        voices = np.where(evidence.may_argue[:, members], same_way, 0)
        speaker, side = members[voices.argmax(axis=1)], np.where(total > 0, FOR, AGAINST)
        whole = np.where(total > 0, towards, away)
        rows = np.flatnonzero(voices.max(axis=1) > 0)
        weight = total[rows] / whole[rows]
        lines.extend(zip(rows, speaker[rows], side[rows], weight, strict=True))
    return pd.DataFrame(lines, columns=["row", "column", "side", "weight"])


def _by_concept(evidence: Evidence) -> FloatArray:
    """The summed pull of each concept, in the order in which concepts first appear."""
    names = list(dict.fromkeys(evidence.concepts))
    pulls = np.zeros((len(evidence.pull), len(names)))
    for place, concept in enumerate(evidence.concepts):
        pulls[:, names.index(concept)] += evidence.pull[:, place]
    return pulls


def _columns(name: str, speakers: pd.DataFrame, evidence: Evidence) -> dict[str, list[str] | FloatArray]:
    """The text, concept and weight columns of one place on the list, over all accounts."""
    accounts = len(evidence.pull)
    text, concept, weight = [""] * accounts, [""] * accounts, np.full(accounts, np.nan)
    for row, column, share in zip(speakers["row"], speakers["column"], speakers["weight"], strict=True):
        text[row], concept[row], weight[row] = evidence.say(row, column), evidence.concepts[column], share
    return {name: text, f"{name}_concept": concept, f"{name}_weight": weight}


def _argues(
    feature: Feature, values: pd.Series, median: float, lean: int, least_difference: float
) -> FloatArray:
    """The way each account's value leans: 1 towards the outcome, -1 away, 0 where it says nothing."""
    if feature.is_category or lean == 0:
        return np.zeros(len(values))
    numbers = values.to_numpy(dtype=float)
    if not has_value(feature):
        return np.where(numbers == 1, float(lean), 0.0)
    difference = numbers - median
    is_clear = np.abs(difference) >= least_difference * np.maximum(np.abs(numbers), abs(median))
    away = np.where(is_clear, np.sign(difference), 0.0)  # an unknown value is never clear
    if away.any():  # a value that reads like the typical one says nothing
        typical = feature.format(median)
        for row in np.flatnonzero(away):
            away[row] *= feature.format(float(numbers[row])) != typical
    return away * lean


def has_value(feature: Feature) -> bool:
    """Whether the phrase tells a value; 'notice given' does not, and is said only where it holds."""
    return "{value}" in feature.phrase


def _singular(text: str, unit: str) -> str:
    """The text with its unit in the singular after a 1: '1 tickets open' becomes '1 ticket open'."""
    return re.sub(rf"(?<![\d.,-])1 ((?:[a-z]+ )?){re.escape(unit)}\b", rf"1 \1{unit.removesuffix('s')}", text)
