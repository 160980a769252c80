"""touches.csv: conversations. The team writes before renewals, healthy or not; customers when engaged."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.history import NEVER
from churnml.data.sample.world.rng import Floats, Ints, logistic
from churnml.data.sample.world.timestamps import DAY, at_work, happenings, moment_text, synced, yes_no
from churnml.data.sample.world.truth import Story

INBOUND, OUTBOUND = ("email", "call", "chat", "event"), ("email", "call", "business_review", "training")
INVITATIONS = ("business_review", "training", "event")


def touches(story: Story) -> pd.DataFrame:
    """One row a conversation: inbound, outbound, and the notices that announce a price rise."""
    rng, states = story.stream("touches"), story.states
    inbound = constants.INBOUND_RATE * np.exp(
        constants.INBOUND_VITALITY * states.vitality + constants.INBOUND_DECLINE * states.decline
    )
    who_in, _, day_in = happenings(story, story.stream("inbound"), inbound)
    who_out, _, day_out = happenings(story, story.stream("outbound"), _outreach(story))
    who_price, day_price = _price_notices(story)
    account = np.concatenate([who_in, who_out, who_price])
    day = np.concatenate([day_in, day_out, day_price])
    channel = np.concatenate(
        [
            np.array(INBOUND)[rng.choice(len(INBOUND), len(day_in), p=(0.5, 0.2, 0.2, 0.1))],
            np.array(OUTBOUND)[rng.choice(len(OUTBOUND), len(day_out), p=(0.55, 0.2, 0.15, 0.1))],
            np.full(len(day_price), "price_notice"),
        ]
    )
    is_inbound = np.arange(len(day)) < len(day_in)
    second = at_work(rng, day)
    order = np.lexsort((channel, account, second))
    account, channel, is_inbound, second = account[order], channel[order], is_inbound[order], second[order]
    month = story.calendar.month_of(second // DAY)
    shows_up = logistic(1.0 + 0.7 * states.vitality[account, month] - 1.6 * states.decline[account, month])
    tone = np.tanh(0.5 * states.mood[account, month] + 0.15 + 0.45 * rng.standard_normal(len(second)))
    has_tone = (rng.random(len(second)) < 0.5) & (channel != "price_notice")
    return pd.DataFrame(
        {
            "Account ID": story.ids(account),
            "Activity Date": moment_text(second),
            "Type": channel.tolist(),
            "Direction": np.where(is_inbound, "Inbound", "Outbound").tolist(),
            "Attended": yes_no(rng.random(len(second)) < shows_up, where=np.isin(channel, INVITATIONS)),
            "Tone": np.where(has_tone, np.char.mod("%.2f", tone), "").tolist(),
            "Synced At": moment_text(synced(rng, second)),
        }
    )


def _outreach(story: Story) -> Floats:
    """How often the team writes: more in the quarter before a renewal and to accounts with many seats."""
    made, months = story.history.decisions, np.arange(story.calendar.months)
    rate = np.full(story.history.seats.shape, constants.OUTBOUND_RATE)
    annual = ~story.founders.is_rolling[made.account]
    account, due = made.account[annual], story.calendar.month_of(made.renewal[annual])
    for before in range(1, 4):
        rate[account, np.clip(due - before, 0, len(months) - 1)] += constants.OUTBOUND_RENEWAL
    return rate * (np.maximum(story.history.seats, 1) / 8) ** constants.OUTBOUND_SEATS


def _price_notices(story: Story) -> tuple[Ints, Ints]:
    """One letter some months before each renewal at a higher list price."""
    made, rng = story.history.decisions, story.stream("price notices")
    ahead = rng.integers(*constants.PRICE_NOTICE_DAYS, size=len(made.account))
    day = np.where(made.is_price_rise, made.renewal - ahead, NEVER)
    keep = made.is_price_rise & story.is_served(made.account, day)
    return made.account[keep], day[keep]
