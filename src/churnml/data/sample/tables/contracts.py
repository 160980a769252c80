"""accounts.csv and contracts.csv: what the CRM exports about who they are and what they signed."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants, names, renewal_decisions
from churnml.data.sample.world.history import NEVER
from churnml.data.sample.world.rng import Ints
from churnml.data.sample.world.timestamps import DAY, day_text, moment_text, money_text, synced, texts
from churnml.data.sample.world.truth import Story


def contracts(story: Story) -> pd.DataFrame:
    """One row a product and term that was signed before today."""
    terms, founders, today, rng = (
        story.history.terms,
        story.founders,
        story.calendar.last_day,
        story.stream("contracts"),
    )
    order = np.lexsort((terms.account, terms.is_add_on, terms.signed))
    order = order[terms.signed[order] < today]
    row = np.repeat(order, 1 + terms.extras[order])
    product = np.concatenate([np.arange(1 + count) for count in terms.extras[order]])
    account, is_core = terms.account[row], product == 0
    arr = terms.seats[row] * terms.price[row] * np.where(is_core, 1.0, constants.EXTRA_PRICE)
    cancelled, notice = _exits(story, account, terms.end[row])
    renews_itself = founders.is_rolling | (rng.random(len(founders.start)) < 0.7)
    discount, discount_ends = _discounts(story, terms.start[row], terms.end[row])
    year = terms.signed[row].astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    return pd.DataFrame(
        {
            "Contract Number": [f"C-{y}-{n:06d}" for n, y in enumerate(year, start=1)],
            "Account ID": story.ids(account),
            "Start Date": day_text(terms.start[row]),
            "End Date": day_text(terms.end[row]),
            "ARR (USD)": money_text(arr),
            # Add-on products are sold by account, so only the core row carries seats.
            "Seats": np.where(is_core, terms.seats[row].astype(str), "").tolist(),
            "Plan": np.array(constants.PLANS)[founders.plan[account]].tolist(),
            "Product": np.array(constants.PRODUCTS)[product].tolist(),
            "Currency": "USD",
            "Auto Renew": np.where(renews_itself[account], "true", "false").tolist(),
            "Signed Date": day_text(terms.signed[row]),
            "Notice Date": day_text(notice, before=today),
            "Cancellation Date": day_text(cancelled, before=today),
            "Synced At": moment_text(synced(rng, terms.signed[row] * DAY + 20 * 3600)),
            "Discount": discount,
            "Discount Until": discount_ends,
        }
    )


def _discounts(story: Story, start: Ints, end: Ints) -> tuple[list[str], list[str]]:
    """For each contract row its discount and, where that ends before the term, the day; empty where there is none."""
    rng, many = story.stream("discounts"), len(start)
    given = (rng.random(many) < constants.DISCOUNTED) & (end - start > constants.DISCOUNT_DAYS[0])
    share = rng.choice(constants.DISCOUNT_SHARES, size=many)
    until = start + rng.integers(*constants.DISCOUNT_DAYS, size=many)
    ends = given & (rng.random(many) < constants.DISCOUNT_ENDS) & (until < end)
    return texts(np.where(given, np.char.mod("%.2f", share), "")), texts(np.where(ends, day_text(until), ""))


def _exits(story: Story, account: Ints, end: Ints) -> tuple[Ints, Ints]:
    """For each contract row: the day it was cancelled before its end and the day of notice, else NEVER."""
    made = story.history.decisions
    gone = made.outcome == renewal_decisions.CHURN
    # An account leaves at most once, so the account alone finds its last renewal.
    renewal, notice = np.full(len(story.founders.start), NEVER), np.full(len(story.founders.start), NEVER)
    renewal[made.account[gone]], notice[made.account[gone]] = made.renewal[gone], made.notice[gone]
    is_last = end == renewal[account]
    leaves = story.history.leaves[account]
    return np.where(is_last & (leaves < end), leaves, NEVER), np.where(is_last, notice[account], NEVER)


def accounts(story: Story) -> pd.DataFrame:
    """One row an account, and one more each time it grew into a larger segment."""
    founders, today, rng = story.founders, story.calendar.last_day, story.stream("accounts")
    account, segment, since = _segments(story)
    known = since < today
    account, segment, since = account[known], segment[known], since[known]
    order = np.lexsort((since, account))
    account, segment, since = account[order], segment[order], since[order]
    everyone = len(founders.start)
    label, manager = names.companies(rng, everyone), rng.integers(len(names.MANAGERS), size=everyone)
    return pd.DataFrame(
        {
            "Account ID": story.ids(account),
            "Account Name": np.array(label, dtype=object)[account].tolist(),
            "Customer Since": day_text(founders.start[account]),
            "Segment": np.array(constants.SEGMENTS)[segment].tolist(),
            "Industry": np.array(constants.INDUSTRIES)[founders.industry[account]].tolist(),
            "Region": np.array(constants.REGIONS)[founders.region[account]].tolist(),
            "CSM Owner": np.array(names.MANAGERS)[manager[account]].tolist(),
            "CRM ID": names.crm_ids(rng, everyone)[account].tolist(),
            "Valid From": day_text(since),
        }
    )


def _segments(story: Story) -> tuple[Ints, Ints, Ints]:
    """Accounts, segments and the day each segment began: the start, or the term that outgrew the last one."""
    terms, first = story.history.terms, story.founders.segment
    base = np.flatnonzero(~terms.is_add_on)
    base = base[np.lexsort((terms.start[base], terms.account[base]))]
    account, seats = terms.account[base], terms.seats[base]
    grown = np.searchsorted(np.array(constants.SEGMENT_FROM_SEATS), seats, side="right") - 1
    is_first = np.r_[True, account[1:] != account[:-1]]
    # The seats an account signed with first never move it; only outgrowing its own segment does.
    segment = np.where(is_first, first[account], np.maximum(grown, first[account]))
    running = pd.Series(segment).groupby(account).cummax().to_numpy()
    changed = is_first | (running != np.r_[-1, running[:-1]])
    return account[changed], running[changed], terms.start[base][changed]
