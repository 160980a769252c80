"""The ledger, open decisions and outcomes in plain Python and slowly: one account, one day, every term looked at. Nothing here knows of SQL.

Rows are as a company keeps them: early renewals that name what they replace, lines that take away, notices, free terms, pauses, terms without
an end, accounts merged into others. Days are dates; a term is known from the day after it was signed, or after it began.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

NEVER = date(2200, 1, 1)
GAP = timedelta(days=31)


@dataclass(frozen=True)
class Term:
    """One row of contracts."""

    contract_id: str
    account_id: str
    start: date
    end: date | None
    arr: int
    product: str = "core"
    signed: date | None = None
    notice: date | None = None
    cancelled: date | None = None
    replaces: str | None = None
    paused: tuple[date, date] | None = None

    @property
    def known(self) -> date:
        return self.signed or self.start


@dataclass(frozen=True)
class Book:
    """Accounts, whom each was merged into, and their terms."""

    terms: tuple[Term, ...]
    merged: dict[str, str] = field(default_factory=dict)

    def survivor(self, account: str) -> str:
        while account in self.merged:
            account = self.merged[account]
        return account

    def of(self, account: str) -> list[Term]:
        """The terms of an account and of those merged into it."""
        return without_slips([t for t in self.terms if self.survivor(t.account_id) == account])

    def accounts(self) -> list[str]:
        return sorted({self.survivor(t.account_id) for t in self.terms})


def agreed(term: Term) -> date:
    return term.end or NEVER


def moved(term: Term, terms: list[Term]) -> tuple[date, date] | None:
    """The day to which the term's end moved and the day on which that was known: a replacement's start, or the end of a pause."""
    new = [n for n in terms if n.replaces == term.contract_id and term.start <= n.start < agreed(term)]
    if new:
        first = min(new, key=lambda n: (n.known, n.start))
        return first.start, first.known
    if term.arr > 0 and term.paused and term.end and term.paused[0] <= term.end < term.paused[1]:
        return term.paused[1], term.paused[0]
    return None


def stop(term: Term, terms: list[Term], seen: date | None = None) -> date:
    """The day on which service stops, as known on a day (all is known without one)."""
    end = agreed(term)
    move = amended_stop(term, terms) if term.arr < 0 else moved(term, terms)
    if move and (seen is None or move[1] < seen):
        end = move[0]
    if term.cancelled and (seen is None or term.cancelled < seen):
        end = min(end, term.cancelled)
    return end


def amended_stop(term: Term, terms: list[Term]) -> tuple[date, date] | None:
    """A line that takes away stops with the last of the terms that it may amend, known once all of those are known to stop."""
    bases = [
        b
        for b in terms
        if b.arr > 0 and b.product == term.product and b.start <= term.start and agreed(b) >= agreed(term)
    ]
    stops = [
        (stop(b, terms), [d for d in (b.known, b.cancelled, (moved(b, terms) or (None, None))[1]) if d])
        for b in bases
    ]
    last = max((day for day, _ in stops), default=NEVER)
    if last >= agreed(term):
        return None
    return max(last, term.start), max(max(days) for _, days in stops)


def without_slips(terms: list[Term]) -> list[Term]:
    """The terms without those of negative ARR that mirror a whole term known no earlier: a slip of the sign."""
    return [t for t in terms if t.arr >= 0 or not any(
        o.product == t.product and o.arr == -t.arr and o.start == t.start and o.end == t.end and o.known >= t.known for o in terms)]  # fmt: skip


def is_refused(terms: list[Term]) -> bool:
    """Whether the account's lines do not add up: a line amends no term, or takes away more than there is."""
    takes = [t for t in terms if t.arr < 0]
    if any(
        not any(
            b.arr > 0 and b.product == t.product and b.start <= t.start and agreed(b) >= agreed(t)
            for b in terms
        )
        for t in takes
    ):
        return True
    return bool(takes) and any(live_arr(terms, day) < 0 for day in edges(terms))


def edges(terms: list[Term]) -> list[date]:
    return sorted({day for t in terms for day in (t.start, stop(t, terms))})


def live_arr(terms: list[Term], day: date) -> int:
    return sum(t.arr for t in terms if t.start <= day < stop(t, terms))


def ledger_arr(terms: list[Term], day: date, grace: int) -> int:
    """ARR on a day; within a gap of at most the grace between two stretches, that of the one before."""
    if live_arr(terms, day):
        return live_arr(terms, day)
    before = max(
        (d for d in edges(terms) if d <= day and live_arr(terms, d - timedelta(days=1))), default=None
    )
    after = min((d for d in edges(terms) if d > day and live_arr(terms, d)), default=None)
    if before is None or after is None or (after - before).days > grace:
        return 0
    return live_arr(terms, before - timedelta(days=1))


def is_noticed(term: Term, terms: list[Term], day: date) -> bool:
    """Whether a notice stands on a day: given before it, and answered by no paid term known before it."""
    if not term.notice or term.notice >= day:
        return False
    answers = [s for s in terms if s is not term and s.arr > 0 and s.known < day and (s.signed or s.start) >= term.notice
               and s.start <= agreed(term) + GAP and (agreed(s) > agreed(term) or term.end is None)]  # fmt: skip
    return not any(s.product == term.product or starts_afresh(s, term, terms) for s in answers)


def starts_afresh(term: Term, noticed: Term, terms: list[Term]) -> bool:
    """Whether a term of another product takes the place of the noticed one, and goes on from none of its own product."""
    return term.start >= agreed(noticed) - GAP and not any(
        e is not term and e.arr > 0 and e.product == term.product and e.start < term.start and e.known <= term.known
        and agreed(e) >= term.start - GAP for e in terms)  # fmt: skip


def has_notice(terms: list[Term], day: date) -> bool:
    live = [t for t in terms if t.arr > 0 and t.known < day and t.start <= day < stop(t, terms, day)]
    return bool(live) and all(is_noticed(t, terms, day) for t in live)


def open_decisions(
    terms: list[Term], day: date, rolling: float, grace: int, horizon: int
) -> set[tuple[date, bool]]:
    """The renewals that are open on a day, each with whether it is a rolling account's assumed one."""
    known = [t for t in terms if t.known < day and t.arr > 0]
    stops = {t: stop(t, terms, day) for t in known}
    short = {t for t in known if t.end is None or (t.end - t.start).days < rolling}
    has_rolling = any(
        t.start <= day <= stops[t] + timedelta(days=0 if has_said_no(t, terms, day) else min(3, grace))
        for t in short
    )
    following = min((t.start for t in known if t.start > day), default=None)
    bridged = {
        t for t in known if t.start <= day and following and following <= stops[t] + timedelta(days=grace)
    }
    has_rolling = has_rolling or bool(bridged & short)
    if not has_rolling and not bridged and not any(t.start <= day < stops[t] for t in known):
        return set()
    ends = {end_known(t, terms, day) for t in known if t not in short and stops[t] > day}
    about = timedelta(days=grace)
    settled = {
        e
        for e in ends
        if any(n.start > day and e - about <= n.start <= e + about and stops[n] > e for n in known)
    }
    if ends:
        return {(e, False) for e in ends - settled}
    return {(day + timedelta(days=horizon), True)} if has_rolling else set()


def has_said_no(term: Term, terms: list[Term], day: date) -> bool:
    """Whether a term was cancelled, or notice of it stands, as known on a day: its next charge is not waited for."""
    return bool(term.cancelled and term.cancelled < day) or is_noticed(term, terms, day)


def end_known(term: Term, terms: list[Term], day: date) -> date:
    return stop(
        replace(term, cancelled=None),
        [t if t is not term else replace(term, cancelled=None) for t in terms],
        day,
    )


def judged(
    terms: list[Term], renewal: date, grace: int, rolling: float, is_rolling: bool
) -> tuple[date, date]:
    """The day on which an outcome is read, and that from whose end on it is known.

    A horizon is read on its day. A decision is read when its grace is over, or half-way to the next one, counted from the first day of
    that grace on which the account pays; who is gone by then has left when the grace after the last day is over.
    """
    paid = [t for t in terms if t.arr > 0]
    waited = [renewal + timedelta(days=n) for n in range(grace + 1)]
    read = renewal if is_rolling else waited[-1]
    pays = next((day for day in waited if is_paid(paid, terms, day)), None)
    if pays and not is_rolling:
        live = [t for t in paid if t.start <= pays < stop(t, terms)]
        decided = [t for t in live if t.end and (t.end - t.start).days >= rolling] or live
        ends = [max(agreed(t), (moved(t, terms) or (agreed(t),))[0]) for t in decided]
        read = min(read, pays + (min(ends) - pays) // 2 // timedelta(days=1) * timedelta(days=1))
    known = waited[-1]
    if not is_paid(paid, terms, read):
        last = max((stop(t, terms) for t in paid if t.start <= read), default=read)
        known = max(known, last + timedelta(days=grace))
    return read, known


def is_paid(paid: list[Term], terms: list[Term], day: date) -> bool:
    return any(t.start <= day < stop(t, terms) for t in paid)


def outcome(terms: list[Term], day: date, read: date, grace: int, tolerance: float) -> tuple[int, int, str]:
    """ARR as known on the day, ARR on the day of judgement, and what became of it."""
    seen = [(t, stop(t, terms, day)) for t in terms if t.known < day]
    known = [(t, end) for t, end in seen if t.start <= day]
    following = min((t.start for t, _ in seen if t.start > day and t.arr > 0), default=None)
    last = max((end for _, end in known), default=NEVER)
    before = sum(t.arr for t, end in known if day < end) if any(day < end for _, end in known) else sum(
        t.arr for t, end in known if end == last and (day <= end + timedelta(days=min(3, grace)) or (following and following <= end + timedelta(days=grace))))  # fmt: skip
    after = ledger_arr(terms, read, grace)
    if after == 0:
        return before, after, "churn"
    if after > before * (1 + tolerance):
        return before, after, "expansion"
    return before, after, "contraction" if after < before * (1 - tolerance) else "flat"
