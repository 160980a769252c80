"""What may be said of each account by each source of a reason, whoever judged it: a model or the health rules."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from churnml.learn.arrays import BoolArray, FloatArray


@dataclass(frozen=True)
class Evidence:
    """What may be said of each account (row) by each source of a reason (column): arrays of shape (accounts, sources).

    ``contribution`` is the contribution towards the outcome, ``may_argue`` where value and declared direction
    agree, and ``sentence`` the sentence of one cell. ``confirmed`` counts, by account and concept, the members of a bag that argue the way
    the whole does; None where there is no bag. ``is_weighed`` is false where contributions are points of a rule and no distance.
    """

    concepts: Sequence[str]
    contribution: FloatArray
    may_argue: BoolArray
    sentence: Callable[[int, int], str]
    confirmed: FloatArray | None = None
    is_weighed: bool = True

    @property
    def names(self) -> list[str]:
        """The concepts, each once, in the order in which they first appear."""
        return list(dict.fromkeys(self.concepts))

    @property
    def concept_contributions(self) -> FloatArray:
        """The summed contribution of each concept, an account a row, in the order of ``names``."""
        return by_concept(self.contribution, self.concepts)


def by_concept(contribution: FloatArray, concepts: Sequence[str]) -> FloatArray:
    """The contributions, shape (accounts, sources), summed to (accounts, concepts), in the order in which concepts first appear.

    >>> by_concept(np.array([[1.0, 2.0, 4.0]]), ["use", "money", "use"]).tolist()
    [[5.0, 2.0]]
    """
    names = list(dict.fromkeys(concepts))
    summed = np.zeros((len(contribution), len(names)))
    for position, concept in enumerate(concepts):
        summed[:, names.index(concept)] += contribution[:, position]
    return summed
