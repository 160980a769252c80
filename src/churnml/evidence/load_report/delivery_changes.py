"""What differs between a delivery and the one accepted before it, as facts: whether it is a fault is for whoever reads them."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from churnml.ingest.delivery_profile import month_digests
from churnml.results.delivery import Delivery, TableProfile

FEWER = 0.5  # of the rows of a usual month, below which a month is named
MOVED = 5  # times as much a row, from which a measure is named
USUAL = 12  # months that say what is usual
NAMED = 5


def changes(before: Delivery, now: Delivery) -> list[str]:
    """A sentence each: tables, columns, accounts and kinds that are gone or new, past months that changed, thin months, measures that moved."""
    if before == now:
        return ["the same rows as the last accepted delivery"]
    ends = f"the last accepted delivery ended before {before.last_day}, this one ends before {now.last_day}"
    found = [ends, *_gone_or_new("table", before.tables, now.tables, "")]
    found += _gone_or_new("account", before.accounts, now.accounts, "")
    for name in before.tables.keys() & now.tables.keys():
        then, profile = before.tables[name], now.tables[name]
        found += [
            f"{name}: {text}"
            for text in (
                *_gone_or_new("column", then.columns, profile.columns, " with a value"),
                *_past(then, profile, before.last_day),
                *_thin(then, profile, before.last_day, now.last_day),
                *_measures(then, profile, before.last_day),
                *_kinds(then, profile, before.last_day),
            )
        ]
    return found


def is_closed(month: str, last_day: str) -> bool:
    """Whether a month was over on a delivery's last day.

    >>> is_closed("2024-04", "2024-05-01"), is_closed("2024-05", "2024-05-20")
    (True, False)
    """
    return month < last_day[:7]


def _gone_or_new(noun: str, before: Sequence[str] | Mapping[str, object], now: Sequence[str] | Mapping[str, object], what: str) -> Iterator[str]:  # fmt: skip
    for state, names in (("gone", set(before) - set(now)), ("new", set(now) - set(before))):
        if names:
            yield f"{len(names):,} {noun}{'s' if len(names) > 1 else ''}{what} {state}: {_some(sorted(names))}"


def _some(names: Sequence[str]) -> str:
    """The first of some names, and how many more.

    >>> _some(["a", "b", "c", "d", "e", "f"])
    "'a', 'b', 'c', 'd', 'e' and 1 more"
    """
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:NAMED]) + more


def _past(before: TableProfile, now: TableProfile, last_day: str) -> Iterator[str]:
    """Months that were over when the earlier delivery was drawn, and hold other rows now."""
    then, today = month_digests(before), month_digests(now)
    changed = [
        month
        for month in sorted(then.keys() | today.keys())
        if is_closed(month, last_day) and then.get(month) != today.get(month)
    ]
    if changed:
        listed = [
            f"{month} ({then.get(month, (0, 0))[0]:,} rows, now {today.get(month, (0, 0))[0]:,})"
            for month in changed[-NAMED:]
        ]
        more = f", the newest of them {', '.join(listed)}" if len(changed) > NAMED else f": {', '.join(listed)}"  # fmt: skip
        yield f"{len(changed):,} past month{'s' if len(changed) > 1 else ''} hold{'' if len(changed) > 1 else 's'} other rows{more}"


def _thin(before: TableProfile, now: TableProfile, last_day: str, ends: str) -> Iterator[str]:
    """Months that the earlier delivery did not have whole, are over now, and have far fewer rows than is usual."""
    closed = [profile.rows for month, profile in sorted(before.months.items()) if is_closed(month, last_day)]
    usual = median(closed[-USUAL:]) if closed else 0
    first = last_day[:7]
    while is_closed(first, ends):
        rows = now.months[first].rows if first in now.months else 0
        if rows < FEWER * usual:
            yield f"{first} has {rows:,} rows, a usual month before it {usual:,.0f}"
        first = _next(first)


def _next(month: str) -> str:
    """The month after.

    >>> _next("2024-12")
    '2025-01'
    """
    year, number = map(int, month.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02}"


def _measures(before: TableProfile, now: TableProfile, last_day: str) -> Iterator[str]:
    """Measures whose sum over past months moved, or whose rows since hold many times as much or little."""
    for name in sorted({name for month in before.months.values() for name in month.sums}):
        old, past, since = (
            [month for key, month in profile.months.items() if is_closed(key, last_day) == closed and name in month.sums]
            for profile, closed in ((before, True), (now, True), (now, False))
        )  # fmt: skip
        then, today = (sum(month.sums[name] for month in months) for months in (old, past))
        if then and past and then != today:
            yield f"{name} of the past months adds up to {today:,.2f}, before {then:,.2f} (x{today / then:.4g})"
        rows, new = sum(month.rows for month in past), sum(month.rows for month in since)
        if today > 0 and new:
            times = (sum(month.sums[name] for month in since) / new) / (today / rows)
            if not 1 / MOVED < times < MOVED:
                yield f"{name} a row is {times:.4g} times as much since {last_day[:7]} as in the past months"


def _kinds(before: TableProfile, now: TableProfile, last_day: str) -> Iterator[str]:
    """Words that are new, and words that stood in the last whole month of the earlier delivery and came no more."""
    whole = [month for month in before.months if is_closed(month, last_day)]
    if not whole or not any(month > max(whole) for month in now.months):
        return
    for column, words in before.kinds.items():
        today = now.kinds.get(column, {})
        gone = [
            word
            for word, kind in words.items()
            if kind.last >= max(whole) and (word not in today or today[word].last <= max(whole))
        ]
        new = [word for word in today if word not in words]
        for state, names in (("comes no more", gone), ("is new", new)):
            if names:
                yield f"{column} {_some(names)} {state}"
