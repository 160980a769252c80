"""The book's expected loss then and now, and what lies between, in dollars that sum."""

from collections.abc import Iterator

import pandas as pd

from churnml.history.list_facts import Facts
from churnml.history.phrases import apportion
from churnml.listing.status import NOTICE

OPENING, CLOSING = "opening", "closing"
MOVED = {
    "joined": "accounts that came", "judged": "judged for the first time", "left": "accounts that went",
    "grace": "term ended, next not recorded", "notice": "notices of cancellation", "arr": "ARR that changed",
    "data": "what accounts did (data)", "calendar": "renewals that came nearer (calendar)", "model": "a refit of the model",
    "unsplit": "not split (another model)",
}  # fmt: skip
"""What may move the expected loss, in words."""


def in_dollars(now: Facts, then: Facts, split: pd.DataFrame) -> pd.DataFrame:
    """Columns ``part`` and ``usd``: the opening expected loss, each of MOVED, the closing; opening and moves sum to the closing.

    All are whole cents, and each account's loss is as the list has it. Of an account judged on both days, change of p x mean ARR and change of
    ARR x mean p sum to the change; 'notice' is what the data's part holds of notices given or taken back, 'grace' what the
    accounts in grace held, which may yet renew, and 'unsplit' the change of p where no model says its parts. Empty without probabilities.
    """
    rows = now.rows[["arr_usd", "within", "standing"]].join(split)
    rows = rows.join(then.rows[["arr_usd", "within", "standing"]], how="outer", rsuffix="_before")
    if rows["arr_usd"].isna().all() or rows["within"].isna().all() or rows["within_before"].isna().all():
        return pd.DataFrame({"part": pd.Series(dtype=object), "usd": pd.Series(dtype=float)})
    is_in_grace = pd.Series(rows.index.isin(now.in_grace), index=rows.index)
    return pd.DataFrame(list(_lines(rows, is_in_grace)), columns=["part", "usd"])


def _lines(rows: pd.DataFrame, is_in_grace: pd.Series) -> Iterator[tuple[str, float]]:
    p1, p0 = rows["within"], rows["within_before"]
    a1, a0 = rows["arr_usd"], rows["arr_usd_before"]
    loss, loss_before = (p1 * a1).round(2), (p0 * a0).round(2)
    is_judged_twice = p1.notna() & p0.notna()
    arr = ((a1 - a0) * (p1 + p0) / 2).where(is_judged_twice, 0.0)
    mean = (a1 + a0) / 2
    calendar, model = ((rows[f"change_{part}"] * mean).fillna(0.0) for part in ("calendar", "model"))
    rest = (loss - loss_before - arr - calendar - model).where(is_judged_twice, 0.0)
    has_notice_changed = (rows["standing"] == NOTICE) != (rows["standing_before"] == NOTICE)
    is_split, has_left = rows["change"].notna(), a1.isna()
    moved = {
        "joined": loss[a0.isna()].sum(),
        "judged": loss[a0.notna() & p0.isna()].sum() - loss_before[a1.notna() & p1.isna()].sum(),
        "left": -loss_before[has_left & ~is_in_grace].sum(), "grace": -loss_before[has_left & is_in_grace].sum(),
        "notice": rest[has_notice_changed].sum(), "arr": arr.sum(), "data": rest[~has_notice_changed & is_split].sum(),
        "calendar": calendar.sum(), "model": model.sum(), "unsplit": rest[~has_notice_changed & ~is_split].sum(),
    }  # fmt: skip
    opening, closing = (round(float(losses.sum()), 2) for losses in (loss_before, loss))
    cents = apportion([100 * float(moved[part]) for part in MOVED], round(100 * (closing - opening)))
    yield OPENING, opening
    yield from ((part, rounded / 100) for part, rounded in zip(MOVED, cents, strict=True))
    yield CLOSING, closing
