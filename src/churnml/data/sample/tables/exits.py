"""How terms end in an export: cancellations, notices, and notices that came to nothing."""

import numpy as np

from churnml.data.sample.world import constants, renewal_decisions
from churnml.data.sample.world.history import NEVER
from churnml.data.sample.world.rng import Ints
from churnml.data.sample.world.truth import Story


def exits(story: Story, account: Ints, end: Ints) -> tuple[Ints, Ints, Ints]:
    """For each contract row the day it was cancelled before its end, the day of notice, and the day that was taken back; else NEVER.

    Who gave notice and stayed signs anew all the same; a part of them takes the notice back in words before that.
    """
    made = story.history.decisions
    given, retracted = _taken_back(story)
    gone = made.outcome == renewal_decisions.CHURN
    decision = _decision(story, account, end)
    is_decided = decision >= 0
    leaves = np.where(is_decided & gone[decision], story.history.leaves[account], NEVER)
    notice = np.where(gone, made.notice, given)[decision]
    return (
        np.where(leaves < end, leaves, NEVER),
        np.where(is_decided, notice, NEVER),
        np.where(is_decided, retracted[decision], NEVER),
    )


def _decision(story: Story, account: Ints, end: Ints) -> Ints:
    """Which decision each contract row waits for, -1 where it lies after the calendar."""
    made = story.history.decisions
    key, asked = made.account * NEVER + made.renewal, account * NEVER + end
    order = np.argsort(key)
    place = np.minimum(np.searchsorted(key[order], asked), len(key) - 1)
    found: Ints = np.where(key[order][place] == asked, order[place], -1)
    return found


def _taken_back(story: Story) -> tuple[Ints, Ints]:
    """For each decision to stay the day of a notice given before it and the day it was retracted in words, else NEVER.

    The likelier somebody was to leave, the likelier a notice; all of it comes before the new term can be signed.
    """
    made, rng = story.history.decisions, story.stream("taken back")
    many = len(made.account)
    chance = constants.TAKES_BACK * made.probability[:, renewal_decisions.CHURN]
    stays = (made.outcome != renewal_decisions.CHURN) & ~story.founders.is_rolling[made.account]
    gives = stays & (rng.random(many) < chance)
    notice = made.renewal - rng.integers(*constants.TAKEN_BACK_NOTICE, size=many)
    retracts = gives & (rng.random(many) < constants.RETRACTS)
    back = notice + rng.integers(*constants.RETRACTS_AFTER, size=many)
    return np.where(gives, notice, NEVER), np.where(retracts, back, NEVER)
