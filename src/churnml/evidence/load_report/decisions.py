"""How many decisions of the past are known, and how narrow an interval they can carry, before anything is trained."""

from dataclasses import dataclass
from statistics import NormalDist

import pandas as pd

from churnml.data.snapshots import history
from churnml.data.tables import Tables
from churnml.errors import NotEnoughError
from churnml.outcomes import CHURN, label
from churnml.params.snapshots import Revenue, Snapshots

AUC = 0.7
"""The ROC-AUC for which the width is given: what churn models of real books reach."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Renewals that accounts came to, those of them whose outcome is known, and by outcome how they ended; ``lacking`` says why there are none.

    ``involuntary`` counts those that ended in churn by a charge that failed.
    """

    renewals: int
    ripe: int
    ended: dict[str, int]
    first: str = ""
    last: str = ""
    lacking: str = ""
    involuntary: int = 0

    @property
    def leavers(self) -> int:
        """Decisions that ended in churn."""
        return self.ended.get(CHURN, 0)

    def half_width(self, confidence: float) -> float | None:
        """Half the width of the interval of a ROC-AUC of AUC over all of them; None where one side is empty."""
        stayers = self.ripe - self.leavers
        if not self.leavers or not stayers:
            return None
        return NormalDist().inv_cdf((1 + confidence) / 2) * auc_error(AUC, self.leavers, stayers)


def auc_error(auc: float, positives: int, negatives: int) -> float:
    """The standard error of a ROC-AUC from the two counts alone.

    Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", *Radiology* 143 (1982),
    29-36, with Q1 = A / (2 - A) and Q2 = 2 A^2 / (1 + A): exact where both sides' scores are exponential, a little wide elsewhere.

    >>> round(auc_error(0.7, 40, 160), 3), round(auc_error(0.7, 400, 1600), 3)
    (0.05, 0.016)
    """
    both, same = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (positives - 1) * (both - auc**2) + (negatives - 1) * (same - auc**2)
    return float((spread / (positives * negatives)) ** 0.5)


def past_decisions(tables: Tables, revenue: Revenue, snapshots: Snapshots) -> Decisions:
    """The book's renewals, each once: one that is looked at on several days is one decision."""
    try:
        looks = history(tables, revenue, snapshots)
    except NotEnoughError as error:
        return Decisions(0, 0, {}, lacking=str(error))
    once = looks.drop_duplicates(["account_id", "renewal"], keep="last").reset_index(drop=True)
    found = label(tables, once, revenue)
    ripe = found[found["is_ripe"].astype(bool)]
    days = pd.to_datetime(ripe["renewal"]).dt.date
    span = (str(days.min()), str(days.max())) if len(ripe) else ("", "")
    return Decisions(
        len(found),
        len(ripe),
        {str(k): int(n) for k, n in ripe["outcome"].value_counts().items()},
        *span,
        involuntary=int(ripe["is_involuntary"].sum()),
    )
