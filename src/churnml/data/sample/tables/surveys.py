"""surveys.csv: questions that most people do not answer."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.rng import logistic
from churnml.data.sample.world.timestamps import DAY, at_work, happenings, moment_text, synced
from churnml.data.sample.world.truth import Story

KINDS = ("NPS", "CES", "CSAT")
LOWEST, HIGHEST = np.array([0, 1, 1]), np.array([10, 7, 5])
RATES = (0.2, 0.05, 0.05)  # sent a month


def surveys(story: Story) -> pd.DataFrame:
    """One row a survey sent; those who drift away answer even less."""
    rng, states, today = story.stream("surveys"), story.states, story.calendar.last_day
    sent_out = [happenings(story, rng, np.full(states.mood.shape, rate)) for rate in RATES]
    kind = np.repeat(np.arange(len(KINDS)), [len(day) for _, _, day in sent_out])
    account, month, day = (np.concatenate(column) for column in zip(*sent_out, strict=True))
    sent = at_work(rng, day)
    order = np.lexsort((kind, account, sent))
    kind, account, month, sent = kind[order], account[order], month[order], sent[order]
    willing = (
        np.log(constants.SURVEY_ANSWERED / (1 - constants.SURVEY_ANSWERED))
        + 0.3 * states.vitality[account, month]
    )
    answered = sent + rng.integers(600, 9 * DAY, size=len(sent))
    answers = rng.random(len(sent)) < logistic(willing - states.decline[account, month])
    answers &= answered < np.minimum(today, story.history.leaves[account]) * DAY
    share = (
        0.7 + 0.1 * constants.SURVEY_MOOD * states.mood[account, month] + 0.1 * rng.standard_normal(len(sent))
    )
    score = np.clip(np.rint(LOWEST[kind] + (HIGHEST - LOWEST)[kind] * share), LOWEST[kind], HIGHEST[kind])
    who = rng.integers(0, np.maximum(1, story.history.seats[account, month]))
    ids = story.ids(account)
    return pd.DataFrame(
        {
            "Account ID": ids,
            "Survey": np.array(KINDS)[kind].tolist(),
            "Sent At": moment_text(sent),
            "Answered At": moment_text(answered, where=answers),
            "Score": np.where(answers, score.astype(np.int64).astype(str), "").tolist(),
            "Respondent": [f"{a}-{u:03d}" if y else "" for a, u, y in zip(ids, who, answers, strict=True)],
            "Synced At": moment_text(synced(rng, sent)),
        }
    )
