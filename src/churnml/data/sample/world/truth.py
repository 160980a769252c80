"""The whole truth of a sample book, before anything of it is written down."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from churnml.data.sample.settings import SampleParams, check_span
from churnml.data.sample.world import constants, renewal_decisions
from churnml.data.sample.world.accounts import Founders, draw_founders
from churnml.data.sample.world.calendar import Calendar, calendar_of
from churnml.data.sample.world.history import AccountHistory
from churnml.data.sample.world.rng import Flags, Ints, stream
from churnml.data.sample.world.states import States, live_through
from churnml.data.sample.world.world import World


@dataclass(frozen=True)
class Story:
    """Who the accounts are, what they went through and what they decided."""

    seed: int
    calendar: Calendar
    founders: Founders
    states: States
    history: AccountHistory

    def stream(self, concern: str) -> np.random.Generator:
        """The random stream of one concern of this book."""
        return stream(self.seed, concern)

    def day_at(self, share: float) -> int:
        """The day on which a share of the book's days is over."""
        return self.calendar.first_day + int(share * (self.calendar.last_day - self.calendar.first_day))

    def is_served(self, account: Ints, day: Ints) -> Flags:
        """Whether each account is in service on each day, and the day lies inside the book."""
        served: Flags = (day >= self.founders.start[account]) & (day < self.history.leaves[account])
        return served & (day >= self.calendar.first_day) & (day < self.calendar.last_day)

    def ids(self, account: Ints) -> list[str]:
        """The account ids of these accounts."""
        names: list[str] = np.array(self.founders.account_id, dtype=object)[account].tolist()
        return names


def simulate(sample: SampleParams) -> Story:
    """The story that belongs to these settings."""
    check_span(sample)
    calendar = calendar_of(sample.first_day, sample.last_day)
    founders = draw_founders(sample.seed, sample.n_accounts, calendar)
    states = live_through(sample.seed, founders, calendar)
    life = World(sample.seed, founders, states, calendar).live()
    return Story(sample.seed, calendar, founders, states, life)


def truth(story: Story) -> pd.DataFrame:
    """One row a renewal decision inside the book: the true chances, what drove them, and what came of it."""
    made = story.history.decisions
    names = np.array(list(constants.CHURN))
    drives = pd.DataFrame(made.drives, columns=[f"drive_{name}" for name in names])
    is_silent = (made.decline > 0.5) & ~made.has_complained
    head = pd.DataFrame(
        {
            "account_id": story.ids(made.account),
            "renewal_date": made.renewal.astype("M8[D]").astype("M8[s]"),
            "term_start": made.term_start.astype("M8[D]").astype("M8[s]"),
            "is_rolling": story.founders.is_rolling[made.account],
            "p_churn": made.probability[:, renewal_decisions.CHURN],
            "p_contraction": made.probability[:, renewal_decisions.CONTRACTION],
            "p_expansion": made.probability[:, renewal_decisions.EXPANSION],
            "outcome": np.array(renewal_decisions.OUTCOMES)[made.outcome],
            "strongest_driver": names[np.argmax(made.drives - made.drives.mean(axis=0), axis=1)],
            "is_silent_decline": is_silent,
            "is_dissatisfied": made.is_dissatisfied,
            "has_complained": made.has_complained,
            "is_price_rise": made.is_price_rise,
        }
    )
    rows = pd.concat([head, drives], axis=1)[made.renewal < story.calendar.last_day]
    return rows.sort_values(["account_id", "renewal_date"], ignore_index=True)
