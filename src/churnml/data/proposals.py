"""Settings derived from a book's own terms, gaps and history, beside those in force, each with its reason.

The rules are few: a decision is looked at from no nearer than a thirteenth of a term and no further than a term; the grace bridges late
renewals and late cancellations and never reaches half-way to the next decision; a backtest leaves history to learn from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from churnml.data.tables import Tables
from churnml.data.term_shape import Shape, shape_of
from churnml.params.root import Params
from churnml.text.number_format import counted

GRACES = (3, 7, 10, 15, 21, 30, 45, 60)
HORIZONS = (90, 60, 30)
MONTH_DAYS, WEEK_DAYS = 30.44, 7
FURTHER, SEEN, TESTED = 0.05, 0.1, 0.85
"""Of the gaps a grace closes, the share that one twice as long may close besides; of the decisions, the share a lead must see; of the
months with decisions, the share that a backtest may test on."""


@dataclass(frozen=True)
class Proposal:
    """What a setting is, what it would be if derived from the book, and why in one sentence."""

    setting: str
    in_force: Any
    proposed: Any
    why: str

    @property
    def differs(self) -> bool:
        """Whether the book asks for another value than the one in force."""
        return bool(self.in_force != self.proposed)


def propose(tables: Tables, params: Params) -> list[Proposal]:
    """Each setting that follows from the book's terms; empty where no term has ended yet."""
    shape = shape_of(tables.connect(), tables.last_day, params.revenue.min_fixed_term_days)
    return list(_proposals(shape, params)) if shape else []


def as_yaml(proposals: Sequence[Proposal]) -> list[str]:
    """Lines for ``book.yaml``: the settings that the book asks for and that are not in force, each below its reason; none if all fit."""
    wanted = [proposal for proposal in proposals if proposal.differs]
    if not wanted:
        return []
    tree: dict[str, Any] = {}
    for proposal in wanted:
        *sections, name = proposal.setting.split(".")
        node = tree
        for section in sections:
            node = node.setdefault(section, {})
        node[name] = proposal
    head = "settings that fit this book's terms better than those in force; to use them, lay them into its book.yaml:"
    return [head, "params:", *_nested(tree, 2)]


def _nested(tree: dict[str, Any], indent: int) -> Iterator[str]:
    pad = " " * indent
    for name, value in tree.items():
        if isinstance(value, dict):
            yield f"{pad}{name}:"
            yield from _nested(value, indent + 2)
        else:
            yield f"{pad}# in force {_flow(value.in_force)}. {value.why}"
            yield f"{pad}{name}: {_flow(value.proposed)}"


def _flow(value: Any) -> str:
    plain = list(value) if isinstance(value, tuple) else value
    return str(yaml.safe_dump(plain, default_flow_style=True, width=200)).removesuffix("...\n").strip()


def _proposals(shape: Shape, params: Params) -> Iterator[Proposal]:
    question = _question(shape, params)
    yield question
    if params.revenue.question == "horizon":
        yield _grace(shape, params)
        yield _history(shape, params)
        yield from _rolling(shape, shape.accounts, params)
        yield from _folds(shape, params)
        return
    yield _fixed(shape, params)
    yield _grace(shape, params)
    leads = _leads(shape, params)
    yield leads
    yield _history(shape, params)
    if shape.short_accounts and shape.fixed_days:
        yield from _rolling(shape, shape.short_accounts, params)
    yield _survival(leads.proposed, shape, params)
    yield from _folds(shape, params)


def _question(shape: Shape, params: Params) -> Proposal:
    """A horizon for all where too few decisions fell to learn from, and it gives enough."""
    in_force, needed = params.revenue.question, params.train.backtest.min_ripe
    looks = shape.accounts * shape.history_days // params.snapshots.rolling_every_days
    few = shape.decisions < needed <= looks
    why = f"{counted(shape.decisions, 'decision')} fell by the last day, and a model needs {needed} (train.backtest.min_ripe)"
    ask = (
        f"; 'horizon' asks of all {shape.accounts:,} accounts, time and again, who leaves in the days to come"
        if few
        else ""
    )
    return Proposal("revenue.question", in_force, "horizon" if few else in_force, f"{why}{ask}.")


def _fixed(shape: Shape, params: Params) -> Proposal:
    in_force = params.revenue.min_fixed_term_days
    why = f"Of {shape.accounts:,} accounts with a term that ended, {shape.short_accounts:,} are usually on terms under {in_force} days."
    ask = " With every end a decision, those are asked about too." if shape.fixed_days < in_force else ""
    return Proposal("revenue.min_fixed_term_days", in_force, shape.fixed_days, why + ask)


def _grace(shape: Shape, params: Params) -> Proposal:
    """The least grace after which hardly any further gap closes, below half a term; the one in force where it does as much."""
    in_force, limit = params.revenue.grace_days, shape.half_term
    late = shape.closed(limit)
    fitting = [days for days in GRACES if days <= limit] or [limit]
    enough = [
        days
        for days in fitting
        if 2 * shape.closed(days) >= late
        and shape.closed(min(2 * days, limit)) <= (1 + FURTHER) * shape.closed(days)
    ]
    least = (enough[0] if enough else in_force) if late else 0
    if in_force > limit:
        proposed = enough[0] if enough and late else fitting[-1]
        why = f"The shortest usual term is {shape.shortest_days} days: from its half on a grace bridges terms that were missed, and no outcome is read later"
    elif in_force < least:
        proposed, why = (
            least,
            f"Within {in_force} days {shape.closed(in_force):,} late renewals and cancellations show",
        )
    else:
        proposed, why = (
            in_force,
            f"It is less than half the shortest usual term of {shape.shortest_days} days",
        )
    shown = (
        f"; of {len(shape.late):,} renewals and cancellations after the term's end, {shape.closed(proposed):,} came within {proposed} days"
        if shape.late
        else ""
    )
    return Proposal("revenue.grace_days", in_force, proposed, f"{why}{shown}.")


def _leads(shape: Shape, params: Params) -> Proposal:
    in_force = params.snapshots.lead_days
    wanted = tuple(lead for lead, seen in shape.seen.items() if seen >= SEEN * shape.decisions)
    wanted = wanted or tuple(shape.seen)[:1]
    unseen = [lead for lead in in_force if not wanted[0] <= lead <= wanted[-1]]
    why = f"A usual term is {shape.term_days} days and {shape.decisions:,} decisions fell by the last day"
    if unseen:
        why += (
            f"; {', '.join(map(str, unseen))} days ahead few of them were open, or their account hardly known"
        )
    return Proposal("snapshots.lead_days", in_force, wanted if unseen else in_force, f"{why}.")


def _history(shape: Shape, params: Params) -> Proposal:
    in_force = params.snapshots.min_history_days
    most = shape.term_days // 2 // WEEK_DAYS * WEEK_DAYS
    why = f"Half a usual term is {shape.term_days // 2} days: an account known for longer has passed the first half of its first term."
    return Proposal("snapshots.min_history_days", in_force, min(in_force, most), why)


def _rolling(shape: Shape, accounts: int, params: Params) -> Iterator[Proposal]:
    """How far ahead accounts without a renewal are asked about: a quarter of the history at most."""
    asked, every = params.snapshots.rolling_horizon_days, params.snapshots.rolling_every_days
    horizon = next((days for days in (asked, *HORIZONS) if 4 * days <= shape.history_days), HORIZONS[-1])
    why = f"{counted(accounts, 'account')} {'is' if accounts == 1 else 'are'} asked about over a horizon and the history is {shape.history_days:,} days: four such stretches must fit in."
    yield Proposal("snapshots.rolling_horizon_days", asked, min(asked, horizon), why)
    weeks = round(horizon / WEEK_DAYS) * WEEK_DAYS
    yield Proposal(
        "snapshots.rolling_every_days",
        every,
        every if horizon >= asked else weeks,
        "One stretch begins as the one before ends.",
    )


def _survival(leads: tuple[int, ...], shape: Shape, params: Params) -> Proposal:
    """The leads next to a quarter and three quarters of a term, where one in force is no lead of the snapshots."""
    in_force = params.train.survival.lead_days
    near = {min(leads, key=lambda lead: abs(4 * lead - share * shape.term_days)) for share in (1, 3)}
    proposed = in_force if set(in_force) <= set(leads) else tuple(sorted(near))
    return Proposal(
        "train.survival.lead_days",
        in_force,
        proposed,
        "The survival model is fitted on days that snapshots.lead_days has.",
    )


def _folds(shape: Shape, params: Params) -> Iterator[Proposal]:
    """Folds that leave history to train on: half of the months with decisions are tested, unless those in force leave a fifth."""
    asked = params.train.backtest
    months = shape.decided_days / MONTH_DAYS
    steps, step = asked.n_folds, asked.step_months
    if steps * step > TESTED * months:
        step = next((size for size in (step, 3, 2, 1) if 4 * size <= months / 2), 1)
        steps = max(1, min(steps, int(months / 2 / step)))
    fits = (steps, step) == (asked.n_folds, asked.step_months)
    why = f"Decisions fell in the last {counted(months, 'month')}; {counted(asked.n_folds, 'fold')} of {counted(asked.step_months, 'month')} "
    why += "leave history to train on." if fits else "leave too little before them to train on."
    yield Proposal("train.backtest.n_folds", asked.n_folds, steps, why)
    yield Proposal(
        "train.backtest.step_months",
        asked.step_months,
        step,
        "As for n_folds." if fits else "So that some folds fit in.",
    )
