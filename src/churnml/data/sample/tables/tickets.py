"""tickets.csv: what the help desk exports, from the day it opened. Most unhappy customers never appear in it."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.rng import Flags, Floats, Ints, Words, logistic
from churnml.data.sample.world.timestamps import (
    DAY,
    after_hours,
    at_work,
    happenings,
    moment_text,
    synced,
    texts,
)
from churnml.data.sample.world.truth import Story

TOPICS = ("how-to", "bug", "billing", "access", "integration")
REOPENED_AFTER = 2 * DAY
PRIORITIES = ("low", "normal", "high", "urgent")


def tickets(story: Story) -> pd.DataFrame:
    """One row a ticket: everyday questions, complaints, and what incidents bring in from across the book."""
    rng = story.stream("tickets")
    parts = [_everyday(story), _incidents(story), _complaints(story)]
    account, day = (np.concatenate(column) for column in zip(*(part[:2] for part in parts), strict=True))
    topic = np.concatenate([part[2] for part in parts])
    opened = at_work(rng, day)
    order = np.lexsort((account, opened))
    account, topic, opened = account[order], topic[order], opened[order]
    handled = _desk(story, rng, account, topic, opened)
    return handled[opened >= story.day_at(constants.DESK_OPENS) * DAY].reset_index(drop=True)


def _desk(story: Story, rng: np.random.Generator, account: Ints, topic: Words, opened: Ints) -> pd.DataFrame:
    """The tickets as the desk handled them: friction slows replies and solutions, and some never come."""
    month, today, many = story.calendar.month_of(opened // DAY), story.calendar.last_day, len(opened)
    friction = story.states.friction[account, month]
    is_complaint, is_outage = topic == "complaint", topic == "outage"
    replied = after_hours(
        rng, opened, constants.REPLY_HOURS * np.exp(constants.REPLY_FRICTION * friction), 0.6
    )
    pace = constants.SOLVE_FRICTION * np.where(is_outage, 0.0, friction)
    solved = after_hours(rng, replied, constants.SOLVE_HOURS * np.exp(pace), 0.7)
    is_solved = (
        rng.random(many) > logistic(constants.UNSOLVED + constants.UNSOLVED_FRICTION * friction)
    ) | is_outage
    escalated = is_complaint | (rng.random(many) < constants.ESCALATED)
    reopened = (rng.random(many) < constants.REOPENED) & is_solved
    solved_last = _solved_last(story, solved, reopened, constants.SOLVE_HOURS * np.exp(pace))
    rated = (rng.random(many) < constants.CSAT_ANSWERED) & is_solved
    rating = 3.6 + 0.7 * story.states.mood[account, month] - 0.3 * friction + 0.7 * rng.standard_normal(many)
    priority = np.where(is_complaint | is_outage, 2, rng.choice(3, many, p=(0.3, 0.55, 0.15))) + (
        rng.random(many) < 0.05
    )
    return pd.DataFrame(
        {
            "Ticket ID": [f"{n:08d}" for n in range(1, many + 1)],
            "Account ID": story.ids(account),
            "Created At": moment_text(opened),
            "First Reply At": moment_text(replied, before=today),
            "Solved At": moment_text(solved_last, before=today, where=is_solved),
            "Priority": np.array(PRIORITIES)[priority].tolist(),
            "Topic": topic.tolist(),
            "Escalated At": moment_text(replied + 3600, before=today, where=escalated),
            "Reopened At": moment_text(solved + REOPENED_AFTER, before=today, where=reopened),
            "CSAT Score": _scores(rating, rated & (solved + DAY < today * DAY)),
            "CSAT At": moment_text(solved + DAY, before=today, where=rated),
            "Synced At": moment_text(synced(rng, opened)),
        }
    )


def _solved_last(story: Story, solved: Ints, reopened: Flags, hours: Floats) -> Ints:
    """When each ticket was last solved: most of those that were opened again are solved anew, the others stay open."""
    rng = story.stream("solved again")
    again = reopened & (rng.random(len(solved)) < constants.SOLVED_AGAIN)
    anew = after_hours(rng, solved + REOPENED_AFTER, hours, 0.7)
    return np.where(again & (anew < story.calendar.last_day * DAY), anew, solved)


def _everyday(story: Story) -> tuple[Ints, Ints, Words]:
    """Ordinary questions: engaged and large accounts ask more."""
    rng, states = story.stream("questions"), story.states
    size = np.sqrt(np.maximum(story.history.seats, 1) / 8)
    engaged = np.exp(constants.TICKET_VITALITY * states.vitality - states.decline)
    account, _, day = happenings(story, rng, constants.TICKET_RATE * size * engaged)
    return account, day, np.array(TOPICS)[rng.choice(len(TOPICS), len(day), p=(0.4, 0.25, 0.12, 0.13, 0.1))]


def _incidents(story: Story) -> tuple[Ints, Ints, Words]:
    """Outages: a few days on which a good part of the whole book writes in, happy or not."""
    rng, calendar, everyone = story.stream("incidents"), story.calendar, len(story.founders.start)
    count = max(1, round(constants.INCIDENTS_A_YEAR * (calendar.last_day - calendar.first_day) / 365))
    days = np.sort(rng.integers(calendar.first_day, calendar.last_day - 7, size=count))
    writes = rng.random((count, everyone)) < constants.INCIDENT_TICKETS
    which, account = np.nonzero(writes)
    day = days[which] + rng.integers(0, 2, size=len(which))
    keep = story.is_served(account, day)
    return account[keep], day[keep], np.full(keep.sum(), "outage", dtype="U16")


def _complaints(story: Story) -> tuple[Ints, Ints, Words]:
    """One to three complaints in the terms of those who speak up; most of the dissatisfied say nothing."""
    rng, made = story.stream("complaints"), story.history.decisions
    speaks = np.flatnonzero(made.has_complained)
    which = np.repeat(speaks, rng.integers(1, 4, size=len(speaks)))
    length = np.minimum(made.renewal[which] - made.term_start[which], 270)
    before = (rng.uniform(0.1, 0.95, size=len(which)) * length).astype(np.int64)
    account, day = made.account[which], made.renewal[which] - before
    keep = story.is_served(account, day)
    return account[keep], day[keep], np.full(keep.sum(), "complaint", dtype="U16")


def _scores(rating: Floats, given: Flags) -> list[str]:
    """Whole marks from 1 to 5, empty where nobody answered."""
    return texts(np.where(given, np.clip(np.rint(rating), 1, 5).astype(np.int64).astype(str), ""))
