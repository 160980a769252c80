"""milestones.csv: the onboarding plan of each account and how far it got."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.timestamps import day_text
from churnml.data.sample.world.truth import Story


def milestones(story: Story) -> pd.DataFrame:
    """One row a planned milestone; a stalled onboarding meets the first few and no more."""
    founders, today, rng = story.founders, story.calendar.last_day, story.stream("milestones")
    steps, offsets = list(constants.ONBOARDING), np.array(list(constants.ONBOARDING.values()))
    account = np.repeat(np.arange(len(founders.start)), len(steps))
    step = np.tile(np.arange(len(steps)), len(founders.start))
    due = founders.start[account] + offsets[step]
    slips = np.where(founders.is_stalled[account], 1.9, 0.95) * np.exp(0.25 * rng.standard_normal(len(step)))
    achieved = founders.start[account] + np.maximum(1, np.rint(offsets[step] * slips)).astype(np.int64)
    met = ~founders.is_stalled[account] | (step < constants.STALL_FROM)
    seen = met & (achieved < np.minimum(today, story.history.leaves[account]))
    return pd.DataFrame(
        {
            "Account ID": story.ids(account),
            "Milestone": np.array(steps)[step].tolist(),
            "Planned On": day_text(founders.start[account]),
            "Target Date": day_text(due),
            "Completed Date": np.where(seen, day_text(achieved), "").tolist(),
        }
    )
