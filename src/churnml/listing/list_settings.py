"""All that a list is made by: the sections of params.yaml it reads, and the team's own files."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from churnml.params.evaluate import Profit
from churnml.params.features import Features
from churnml.params.health import Health
from churnml.params.score import Growth, Score
from churnml.params.snapshots import Revenue, Snapshots

if TYPE_CHECKING:
    from churnml.params.root import Params

LOCAL = Features()


@dataclass(frozen=True)
class ListSettings:
    """The settings of a list; what has a default may be left out, and what it adds is then missing from the list.

    ``features`` says where the features are built and the champions asked: here, or on Spark, with the same list. ``profit`` says
    what a call costs and brings, ``growth`` what counts as ready for more. ``plays`` and ``crm`` are the team's files of next steps
    and of the CRM's fields.
    """

    score: Score
    health: Health
    revenue: Revenue
    snapshots: Snapshots
    features: Features = LOCAL
    profit: Profit | None = None
    growth: Growth | None = None
    plays: Path | None = None
    crm: Path | None = None

    @classmethod
    def of(cls, params: "Params", plays: Path | None = None, crm: Path | None = None) -> "ListSettings":
        """The settings that params.yaml and the book give."""
        return cls(
            params.score, params.health, params.revenue, params.snapshots, params.features,
            params.evaluate.profit, params.growth, plays, crm,
        )  # fmt: skip
