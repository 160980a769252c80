"""actions.csv: what the team did with earlier lists. Accounts are chosen at random, nothing comes of it."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants, names
from churnml.data.sample.world.timestamps import day_text, happenings, texts, yes_no
from churnml.data.sample.world.truth import Story

ACTIONS = ("call", "training", "executive_review", "discount_offer")
RESULTS = ("reached", "no answer", "meeting booked", "declined")
NOTES = (
    "",
    "",
    "",
    "asked for a roadmap, waits for reply",
    'said "maybe next quarter"',
    "neuer Ansprechpartner",
)


def actions(story: Story) -> pd.DataFrame:
    """One row an action of the book's last year; a tenth were held out, to learn what an action is worth."""
    rng = story.stream("actions")
    account, _, day = happenings(story, rng, np.full(story.history.seats.shape, constants.ACTION_RATE))
    recent = day >= story.calendar.last_day - constants.ACTION_DAYS
    account, day = account[recent], day[recent]
    order = np.lexsort((account, day))
    account, day = account[order], day[order]
    held_out = rng.random(len(day)) < constants.HELD_OUT

    def pick(words: tuple[str, ...]) -> list[str]:
        drawn = np.array(words, dtype=object)[rng.integers(len(words), size=len(day))]
        return texts(np.where(held_out, "", drawn))

    return pd.DataFrame(
        {
            "Account ID": story.ids(account),
            "Date": day_text(day),
            "Action": np.array(ACTIONS)[rng.integers(len(ACTIONS), size=len(day))].tolist(),
            "CSM Owner": np.array(names.MANAGERS)[rng.integers(len(names.MANAGERS), size=len(day))].tolist(),
            "Result": pick(RESULTS),
            "Note": pick(NOTES),
            "Held Out": yes_no(held_out),
        }
    )
