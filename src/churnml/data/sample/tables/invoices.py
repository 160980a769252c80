"""invoices.csv: what billing exports, credit notes among the invoices."""

import numpy as np
import pandas as pd

from churnml.data.sample.world import constants
from churnml.data.sample.world.calendar import add_months
from churnml.data.sample.world.rng import Floats, Ints
from churnml.data.sample.world.timestamps import DAY, day_text, moment_text, money_text, synced
from churnml.data.sample.world.truth import Story


def invoices(story: Story) -> pd.DataFrame:
    """One row an invoice issued before today: monthly on rolling terms, else quarterly or yearly ahead."""
    terms, today, rng = story.history.terms, story.calendar.last_day, story.stream("invoices")
    quarterly = rng.random(len(story.founders.start)) < constants.PAID_QUARTERLY
    every = np.where(story.founders.is_rolling, 1, np.where(quarterly, 3, 12))[terms.account]
    term, issued = _schedule(terms.start, terms.end, every)
    account = terms.account[term]
    due_now = (issued < np.minimum(today, story.history.leaves[account])) & (terms.signed[term] < today)
    term, issued, account = term[due_now], issued[due_now], account[due_now]
    order = np.lexsort((account, issued))
    term, issued, account = term[order], issued[order], account[order]
    lateness = story.states.lateness[account, story.calendar.month_of(issued)]
    wait = (
        constants.PAID_AFTER
        + constants.PAID_LATENESS * lateness
        + constants.PAID_SPREAD * rng.standard_normal(len(issued))
    )
    yearly = terms.seats[term] * terms.price[term] * (1 + constants.EXTRA_PRICE * terms.extras[term])
    amount = yearly * every[term] / 12
    billed = pd.DataFrame(
        {
            "Invoice No": [f"INV-{n:07d}" for n in range(1, len(issued) + 1)],
            "Account ID": story.ids(account),
            "Issue Date": day_text(issued),
            "Due Date": day_text(issued + constants.INVOICE_DUE),
            "Paid Date": day_text(issued + np.maximum(1, np.rint(wait)).astype(np.int64), before=today),
            "Amount (USD)": money_text(amount),
            "Synced At": moment_text(synced(rng, issued * DAY + 6 * 3600)),
        }
    )
    written = pd.concat([billed, _credit_notes(story, account, issued, amount)])
    return written.sort_values("Issue Date", kind="stable", ignore_index=True)


def _credit_notes(story: Story, account: Ints, issued: Ints, amount: Floats) -> pd.DataFrame:
    """Part of a few invoices, given back some weeks later: due at once, as billing prints it, and never paid."""
    rng, many = story.stream("credit notes"), len(issued)
    day = issued + rng.integers(*constants.CREDIT_DAYS, size=many)
    share = rng.choice(constants.CREDIT_SHARES, size=many)
    given = (rng.random(many) < constants.CREDITED) & story.is_served(account, day)
    account, day, back = account[given], day[given], (amount * share)[given]
    return pd.DataFrame(
        {
            "Invoice No": [f"CN-{n:07d}" for n in range(1, len(day) + 1)],
            "Account ID": story.ids(account),
            "Issue Date": day_text(day),
            "Due Date": day_text(day),
            "Paid Date": "",
            "Amount (USD)": money_text(-back),
            "Synced At": moment_text(synced(rng, day * DAY + 6 * 3600)),
        }
    )


def _schedule(start: Ints, end: Ints, every: Ints) -> tuple[Ints, Ints]:
    """Terms and issue days: the first day of a term and every so many months after, until it ends."""
    most = np.maximum(1, np.ceil((end - start) / 28 / every)).astype(np.int64)
    term = np.repeat(np.arange(len(start)), most)
    place = np.arange(len(term)) - np.repeat(np.cumsum(most) - most, most)
    issued = np.where(place == 0, start[term], add_months(start[term], place * every[term]))
    inside = issued < end[term]
    return term[inside], issued[inside]
