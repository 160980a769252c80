"""What changed since an earlier day: account by account, on and off the list, and for the book in dollars."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from churnml.errors import ChurnmlError
from churnml.history.dollars import CLOSING, MOVED, OPENING, in_dollars
from churnml.history.list_facts import Facts
from churnml.history.moves import ON_LIST, moves, off_the_list
from churnml.history.phrases import apportion
from churnml.learn.arrays import FloatArray
from churnml.learn.artifact.bundle import Bundle
from churnml.listing.columns import CHANGE, PARTS
from churnml.listing.horizon import leaves_within
from churnml.listing.status import NOTICE
from churnml.text.number_format import money, signed_money

Rebuild = Callable[[pd.DataFrame], pd.DataFrame]
"""From keys of an earlier day to their feature rows as of that day."""

P = "within"
"""The chance to leave within the list's horizon: what a change is of."""

COLUMNS = ("change", *(f"change_{part}" for part in PARTS))


@dataclass(frozen=True)
class Changes:
    """What changed since a day.

    ``by_account`` has the columns CHANGE of the list, by account id; ``dollars`` are ``part`` and ``usd``, opening and moves summing to
    the closing; ``off`` are the accounts no longer among those to call, with why; ``lines`` say it in sentences.
    """

    since: date
    is_looked_back: bool
    by_account: pd.DataFrame
    dollars: pd.DataFrame
    off: pd.DataFrame
    lines: Sequence[str]

    @property
    def new_to_call(self) -> int:
        """How many accounts are new among those to call."""
        return int((self.by_account["movement"] == ON_LIST).sum())

    @property
    def against(self) -> str:
        """What today is compared with, in words; without chances it is the order, a model's or the rules', that looks back."""
        by = "model" if len(self.dollars) or self.by_account["change"].notna().any() else "order"
        return (
            f"{self.since}, looked back with today's {by}"
            if self.is_looked_back
            else f"the list of {self.since}"
        )

    @property
    def brief(self) -> str:
        """The changes in one line."""
        usd = self.dollars.set_index("part")["usd"]
        loss = f"expected loss {signed_money(usd[CLOSING] - usd[OPENING])}; " if len(usd) else ""
        return f"Since {self.against}: {loss}{self.new_to_call:,} new among those to call, {len(self.off):,} off."


def compare(
    now: Facts, then: Facts, bundle: Bundle | None, rebuild: Rebuild | None = None, passed: str = ""
) -> Changes:
    """What changed between two days' facts, with today's churn model (None where none is proven).

    ``passed`` says in words which newer lists could not be compared with.
    """
    parts = split(now, then, bundle, rebuild)
    dollars, off = in_dollars(now, then, parts), off_the_list(now, then)
    changes = Changes(then.day, then.is_looked_back, parts.join(moves(now, then)), dollars, off, ())
    return Changes(
        then.day, then.is_looked_back, changes.by_account, dollars, off, [*_lines(changes), *filter(None, [passed])],
    )  # fmt: skip


def with_changes(book: pd.DataFrame, changes: Changes | None) -> pd.DataFrame:
    """A book's rows with the columns CHANGE; empty where there is nothing to compare with."""
    blank = {column.name: "" if column.kind == "text" else np.nan for column in CHANGE}
    if changes is None:
        return book.assign(**blank)
    by_account = changes.by_account.reindex(book["account_id"])
    return book.assign(**{name: by_account[name].to_numpy() for name in blank})


def rounded_dollars(dollars: pd.DataFrame) -> dict[str, int]:
    """Opening, what moved it and closing in whole dollars that still sum: as every page and sentence tells them."""
    usd = dollars.set_index("part")["usd"]
    opening, closing = round(usd[OPENING]), round(usd[CLOSING])
    parts = [part for part in MOVED if part in usd]
    moved = apportion(usd[parts].tolist(), closing - opening)
    shown = {part: rounded for part, rounded in zip(parts, moved, strict=True) if rounded}
    return {OPENING: opening, **shown, CLOSING: closing}


def _lines(changes: Changes) -> Iterator[str]:
    yield f"Compared with {changes.against}."
    if len(changes.dollars):
        usd = rounded_dollars(changes.dollars)
        moved = ", ".join(
            f"{signed_money(usd[part])} {words}" for part, words in MOVED.items() if part in usd
        )
        yield f"Expected loss went from {money(usd[OPENING])} to {money(usd[CLOSING])}" + (
            f": {moved}." if moved else "."
        )
    off = Counter(str(why).partition(":")[0] for why in changes.off["why"])
    why = ", ".join(
        f"{count:,} {words}" for words, count in sorted(off.items(), key=lambda item: (-item[1], item[0]))
    )
    yield f"{changes.new_to_call:,} new among those to call, {len(changes.off):,} off" + (
        f": {why}." if why else "."
    )


def split(now: Facts, then: Facts, bundle: Bundle | None, rebuild: Rebuild | None = None) -> pd.DataFrame:
    """The change of each of today's accounts and its three parts, by account; NaN where it was not judged on both days.

    With f the chance to leave within the horizon by today's models, D the account's data and C its calendar columns, 0 then and 1 now:
    model = f(D0, C0) - p0; calendar and data share f(D1, C1) - f(D0, C0) by the mean of both orders (Shapley), so that neither
    gains by going first. The calendar moves only where the same renewal came nearer; where it is another one, or a notice of
    cancellation was given or taken back, all but the model's part is data.

    Where the earlier rows lack a column that today's model reads, ``rebuild`` makes them; if it cannot, all is the model's part.
    """
    changes = pd.DataFrame(np.nan, index=now.rows.index, columns=list(COLUMNS))
    judged_twice = now.rows.index[
        now.rows[P].notna() & now.rows.index.isin(then.rows.index[then.rows[P].notna()])
    ]
    if bundle is None or not len(judged_twice):
        return changes
    today, before = now.rows.loc[judged_twice], then.rows.loc[judged_twice]
    p1, p0 = (rows[P].to_numpy(dtype=float) for rows in (today, before))
    had, has = ((rows["standing"] == NOTICE).to_numpy() for rows in (before, today))
    is_nearer = (today["renewal"] == before["renewal"]).to_numpy() & ~had & ~has
    seen = _seen(then, before, bundle, rebuild)
    if seen is None:
        start, nearer = p1, np.zeros(len(judged_twice))
    else:
        start, nearer = _paths(
            (before, seen), (today, now.seen(_read(bundle)).loc[judged_twice]), p1, bundle, now.horizon_days
        )
        start = np.where(had, p0, start)  # a notice is a fact, whatever a model would say
    calendar = np.where(is_nearer, nearer, 0.0)
    parts = {"data": p1 - start - calendar, "calendar": calendar, "model": start - p0}
    changes.loc[judged_twice, "change"] = p1 - p0
    for part in PARTS:
        changes.loc[judged_twice, f"change_{part}"] = parts[part]
    return changes


def _paths(
    before: tuple[pd.DataFrame, pd.DataFrame], today: tuple[pd.DataFrame, pd.DataFrame], p1: FloatArray, bundle: Bundle, days: int
) -> tuple[FloatArray, FloatArray]:  # fmt: skip
    """f(D0, C0), and the calendar's part of f(D1, C1) - f(D0, C0) as the mean of going first and going last.

    Of either day the facts, which say how far the renewal lay ahead, and what the models saw.
    """
    (keys0, rows0), (keys1, rows1) = before, today
    moves = [feature.column for feature in bundle.features if feature.is_calendar and feature.is_input]
    rows0 = rows0.astype(rows1.dtypes.to_dict())
    rows = pd.concat([rows0, rows0.assign(**rows1[moves]), rows1.assign(**rows0[moves])], ignore_index=True)
    keys = pd.concat([keys0, keys1, keys0], ignore_index=True)
    chance = leaves_within(bundle.lifetime, keys, rows, bundle.probability(rows), days)
    start, moved_first, moved_last = np.split(chance, 3)
    return start, ((moved_first - start) + (p1 - moved_last)) / 2


def _read(bundle: Bundle) -> list[str]:
    """What today's model and its survival model read."""
    return [feature.column for feature in bundle.features]


def _seen(then: Facts, before: pd.DataFrame, bundle: Bundle, rebuild: Rebuild | None) -> pd.DataFrame | None:
    """What today's model reads, as it stood then: as stored, else built again; None where neither can be had."""
    columns = _read(bundle)
    stored = then.seen(columns)
    if set(columns) <= set(stored):
        return stored.loc[before.index, columns]
    if rebuild is None:
        return None
    keys = before[["renewal", "lead_days"]].assign(as_of=pd.Timestamp(then.day)).reset_index()
    try:
        return rebuild(keys)[columns].set_axis(before.index)
    except ChurnmlError:
        return None
