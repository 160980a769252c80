"""Short sentences about an account or a list that several outputs say alike."""

import pandas as pd

from churnml.listing.lifetime import WITHIN
from churnml.listing.metadata import ListMetadata
from churnml.listing.status import NOTICE
from churnml.text.number_format import counted, money, share
from churnml.text.width import plain

NAMED = 10  # accounts that a sentence names


def left_out(metadata: ListMetadata) -> str:
    """Who is missing from the list: terms that ended and are not followed yet, accounts whose rows were refused; nothing where nobody is."""
    return " ".join(filter(None, (_in_grace(metadata), _refused(metadata))))


def _in_grace(metadata: ListMetadata) -> str:
    grace = metadata.grace
    if not grace or not grace.accounts:
        return ""
    ended = f"term ended in the last {grace.days} days and whose next is not recorded"
    arr = "" if grace.arr_usd is None else f" ({money(grace.arr_usd)} ARR)"
    return f"Not on the list: {counted(grace.accounts, 'account')}{arr} whose {ended}."


def _refused(metadata: ListMetadata) -> str:
    """Who cannot be listed since the contracts delivered for them are faulty: to be mended at the source, not to be called."""
    if not metadata.refused:
        return ""
    each = [
        f"{plain(account.account_id)} ({'' if account.arr is None else f'{money(account.arr)} ARR, '}{account.reason})"
        for account in metadata.refused[:NAMED]
    ]
    more = f" and {len(metadata.refused) - NAMED} more" if len(metadata.refused) > NAMED else ""
    return f"Not on the list because their contract rows are faulty: {', '.join(each)}{more}."


def step(row: pd.Series) -> str:
    """An account's next step in one sentence: the advice, who, and by when."""
    return f"{plain(row['next_step']).rstrip('.')} ({plain(row['next_step_owner'])}, by {row['next_step_by']:%Y-%m-%d})."


def chance_to_leave(row: pd.Series, horizon_days: int) -> str:
    """The chance to leave within the horizon as a share; a notice that was given is no prediction and alone reads 100%, or 0% before its term ends."""
    chance = row[WITHIN[horizon_days]]
    return f"{chance:.0%}" if row["band"] == NOTICE else share(chance)
