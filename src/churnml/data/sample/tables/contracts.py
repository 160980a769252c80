"""accounts.csv and contracts.csv: what the CRM exports about who they are and what they signed."""

import numpy as np
import pandas as pd

from churnml.data.sample.tables.exits import exits
from churnml.data.sample.world import constants, names
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
    cancelled, notice, retracted = exits(story, account, terms.end[row])
    renews_itself = founders.is_rolling | (rng.random(len(founders.start)) < 0.7)
    discount, discount_ends = _discounts(story, terms.start[row], terms.end[row])
    year = terms.signed[row].astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    signed = pd.DataFrame(
        {
            "Contract Number": [f"C-{y}-{n:06d}" for n, y in enumerate(year, start=1)],
            "Account ID": story.ids(account),
            "Start Date": day_text(terms.start[row]),
            "End Date": day_text(terms.end[row]),
            "ARR (USD)": money_text(arr),
            "Seats": _seats(story, account, product, terms.seats[row]),
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
    return pd.concat([signed, _without_notice(story, signed, retracted)], ignore_index=True)


def _seats(story: Story, account: Ints, product: Ints, seats: Ints) -> list[str]:
    """What each row carries: Core the account's seats; an add-on those of its users where it sells them by seat, else none."""
    rng, everyone = story.stream("seated add-ons"), len(story.founders.start)
    by_seat = rng.random(everyone) < constants.SEATED
    share = rng.uniform(*constants.SEATED_SHARE, size=everyone)
    users = np.maximum(1, (seats * share[account]).astype(np.int64))
    has_users = by_seat[account] & np.isin(np.array(constants.PRODUCTS)[product], constants.SEATED_PRODUCTS)
    carried = np.where(product == 0, seats, users).astype(str)
    return texts(np.where((product == 0) | has_users, carried, ""))


def _without_notice(story: Story, signed: pd.DataFrame, retracted: Ints) -> pd.DataFrame:
    """The rows again whose notice was taken back in words, as the CRM delivered them after that."""
    rows, rng = retracted < story.calendar.last_day, story.stream("retracted")
    known = moment_text(synced(rng, retracted[rows] * DAY + 12 * 3600))
    return signed[rows].assign(**{"Notice Date": "", "Synced At": known})


def _discounts(story: Story, start: Ints, end: Ints) -> tuple[list[str], list[str]]:
    """For each contract row its discount and, where that ends before the term, the day; empty where there is none."""
    rng, many = story.stream("discounts"), len(start)
    given = (rng.random(many) < constants.DISCOUNTED) & (end - start > constants.DISCOUNT_DAYS[0])
    share = rng.choice(constants.DISCOUNT_SHARES, size=many)
    until = start + rng.integers(*constants.DISCOUNT_DAYS, size=many)
    ends = given & (rng.random(many) < constants.DISCOUNT_ENDS) & (until < end)
    return texts(np.where(given, np.char.mod("%.2f", share), "")), texts(np.where(ends, day_text(until), ""))


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
