"""The reasons shown of each account: who speaks for a concept, how much it weighs, and in what order.

Contributions are summed by concept. A concept speaks through one of its sources: the one that pulls the concept's way, whose declared
direction agrees with the account's value, and which pulls hardest. Where none agrees, the concept stays silent; so does a value that
hardly differs. A feature without a declared direction is never a reason. What is said is association, never cause.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.explain.evidence import Evidence
from churnml.learn.arrays import BoolArray, FloatArray

FOR, AGAINST = "reason", "against"
DETAILS = ("concept", "weight", "confirmed")
"""What stands beside each reason's text: ``<reason>_concept`` and so on."""


@dataclass(frozen=True)
class Selection:
    """How much is told: how many reasons a side, from which share of what pulls the same way, and when a weight means anything."""

    most_for: int
    most_against: int
    least_share: float = 0.0
    least_distance: float = 0.0


def select_reasons(
    evidence: Evidence, selection: Selection, always: Mapping[str, BoolArray] | None = None
) -> pd.DataFrame:
    """One row an account: its strongest reasons towards the outcome and away from it, in order.

    Columns ``reason_1``, ``reason_1_concept``, ``reason_1_weight``, ``reason_1_confirmed``, ..., ``against_1``, ...; text is empty where
    nothing is to say. A weight is the concept's share of the account's whole distance from the base rate: with those that point the
    other way, which are negative, all weights of an account sum to 1. It is NaN for rules, and where contributions all but cancel out (a distance
    below ``least_distance`` of them). ``confirmed`` is NaN without a bag. A reason that carries less than ``least_share`` of what pulls its
    way is not told, nor one beyond the most; ``always`` names concepts that are told all the same where they argue, in the last place.
    """
    chosen = _representatives(evidence, selection.least_distance)
    columns: dict[str, list[str] | FloatArray] = {}
    for side, most in ((FOR, selection.most_for), (AGAINST, selection.most_against)):
        ours = chosen[chosen["side"] == side].copy()
        ours["is_always"] = False
        for concept, rows in (always or {}).items():
            ours["is_always"] |= (ours["concept"] == concept) & rows[ours["row"].to_numpy(dtype=int)]
        for rank, group in enumerate(_by_rank(ours, most, selection.least_share), start=1):
            columns |= _columns(f"{side}_{rank}", group, evidence)
    return pd.DataFrame(columns)


def _by_rank(ours: pd.DataFrame, most: int, least_share: float) -> list[pd.DataFrame]:
    """The lines of each place in turn, strongest first; one that is always told takes the last place where it comes too late."""
    ours = ours[(ours["share"] >= least_share) | ours["is_always"]]
    ours = ours.sort_values(["row", "share"], ascending=[True, False], kind="stable")
    order = ours.groupby("row").cumcount().to_numpy(dtype=float)
    order[(order >= most) & ours["is_always"].to_numpy(dtype=bool)] = most - 1.5
    ours = ours.assign(order=order).sort_values(["row", "order"], kind="stable")
    rank = ours.groupby("row").cumcount()
    return [ours[rank == number] for number in range(most)]


def _representatives(evidence: Evidence, least_distance: float) -> pd.DataFrame:
    """Who speaks: one line for each account and concept that has a spokesman."""
    concept_contributions = evidence.concept_contributions
    distance, magnitude = concept_contributions.sum(axis=1), np.abs(concept_contributions).sum(axis=1)
    is_near = (np.abs(distance) <= least_distance * magnitude) | (not evidence.is_weighed)
    towards, away = (
        np.clip(concept_contributions, 0, None).sum(axis=1),
        np.clip(concept_contributions, None, 0).sum(axis=1),
    )
    lines = []
    for position, concept in enumerate(evidence.names):
        members = np.array([number for number, name in enumerate(evidence.concepts) if name == concept])
        total = concept_contributions[:, position]
        same_way = evidence.contribution[:, members] * np.sign(total)[:, None]
        candidates = np.where(evidence.may_argue[:, members], same_way, 0)
        rows = np.flatnonzero(candidates.max(axis=1) > 0)
        same_way_total = np.where(total > 0, towards, away)[rows]
        weight = np.divide(total[rows], distance[rows], out=np.full(len(rows), np.nan), where=~is_near[rows])
        lines.append(pd.DataFrame({
            "row": rows, "concept": concept, "column": members[candidates.argmax(axis=1)][rows],
            "side": np.where(total > 0, FOR, AGAINST)[rows], "share": total[rows] / same_way_total, "weight": weight,
            "confirmed": np.nan if evidence.confirmed is None else evidence.confirmed[rows, position],
        }))  # fmt: skip
    return pd.concat(lines, ignore_index=True) if lines else _no_representatives()


def _no_representatives() -> pd.DataFrame:
    numbers = dict.fromkeys(("row", "column", "share", "weight", "confirmed"), np.empty(0))
    return pd.DataFrame(numbers | {"concept": [], "side": []})


def _columns(
    reason: str, representatives: pd.DataFrame, evidence: Evidence
) -> dict[str, list[str] | FloatArray]:
    accounts = len(evidence.contribution)
    text, concept = [""] * accounts, [""] * accounts
    weight, confirmed = np.full(accounts, np.nan), np.full(accounts, np.nan)
    for row, column, own, share, count in zip(
        *(representatives[name] for name in ("row", "column", "concept", "weight", "confirmed")), strict=True
    ):
        text[int(row)], concept[int(row)] = evidence.sentence(int(row), int(column)), own
        weight[int(row)], confirmed[int(row)] = share, count
    return {
        reason: text,
        f"{reason}_concept": concept,
        f"{reason}_weight": weight,
        f"{reason}_confirmed": confirmed,
    }
