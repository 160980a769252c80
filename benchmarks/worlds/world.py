"""What makes one truth-known world differ from another: each mechanism is a setting, and each named world a few of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

CHURN: dict[str, float] = {
    "use": 0.8, "fit": 0.4, "support": 0.45, "price": 0.5, "champion": 0.9, "csm": 0.5, "intent": 0.7, "payment": 0.3,
}  # fmt: skip
GROWTH: Mapping[str, float] = {"appetite": 0.9, "use": 0.5}
NONE: Mapping[str, float] = {}


@dataclass(frozen=True, kw_only=True)
class World:
    """One world: who its accounts are, what moves them, and how their doings come to be written down.

    Effects are log-odds by one standard deviation of a driver (of a yes or no: by the yes). Weeks count back from the last day.
    """

    n_accounts: int = 1000
    weeks: int = 208
    terms: Mapping[int, float] = field(
        default_factory=lambda: {12: 1.0}
    )  # months, and the share of accounts on such terms
    base_churn: float = 0.13  # of a decision whose drivers are all at their mean
    base_growth: float = 0.20
    churn: Mapping[str, float] = field(default_factory=lambda: CHURN)
    growth: Mapping[str, float] = field(default_factory=lambda: GROWTH)
    level_change: float = 1.0  # what the odds of leaving are multiplied by...
    level_weeks: int = 52  # ...in so many weeks before the last day, and after it
    effect_delay_weeks: int = 0  # how much later use and support tell
    is_price_felt_in_low_use: bool = False
    are_early_tickets_engagement: bool = False
    dead_driver: str = ""  # the driver that tells nothing any more in the second half
    replaced_share: float = 0.5  # of the champions who leave
    csm_changes_a_year: float = 0.3
    bad_quarter_weeks: int = 0  # so many weeks ago an industry's bad quarter began; 0 for none
    renamed_kind_weeks: int = 0
    late_tickets_weeks: int = 0  # before the last day the ticket desk opened; 0 where it always was
    add_on_share: float = 0.0  # of the growth that comes as a line of its own, with seats
    rollup_share: float = 0.0  # of the accounts whose use comes by the week, without users
    free_weeks: int = 0  # of use before the first purchase
    failed_charge_share: float = 0.0  # of the decisions
    pause_share: float = 0.0


MONTHLY = World(
    terms={1: 1.0}, base_churn=0.035, base_growth=0.03, weeks=130, n_accounts=1200, free_weeks=8, failed_charge_share=0.02,
    pause_share=0.01, rollup_share=0.2, csm_changes_a_year=0.0,
    churn={"use": 0.6, "intent": 1.0, "champion": 0.4, "payment": 0.2},
)  # fmt: skip
ANNUAL = World()

CHOOSING: Mapping[str, World] = {
    "plain": ANNUAL,
    "doubling": replace(ANNUAL, level_change=2.3),
    "delayed": replace(ANNUAL, effect_delay_weeks=16, renamed_kind_weeks=90),
    "product-led": MONTHLY,
    "three-year": replace(ANNUAL, terms={12: 0.5, 36: 0.5}, weeks=260, add_on_share=0.6),
    "no signal": replace(ANNUAL, churn=NONE, growth=NONE),
}
"""Worlds on which settings may be chosen."""

JUDGING: Mapping[str, World] = {
    "halving": replace(ANNUAL, level_change=0.45, late_tickets_weeks=110),
    "interactions": replace(ANNUAL, is_price_felt_in_low_use=True, are_early_tickets_engagement=True, churn=CHURN | {"price": 0.9}),
    "red herring": replace(ANNUAL, dead_driver="use", churn=CHURN | {"support": 0.8, "payment": 0.6}),
    "people": replace(ANNUAL, churn=CHURN | {"champion": 1.6, "csm": 1.0, "use": 0.3}, csm_changes_a_year=0.6, replaced_share=0.4),
    "bad quarter": replace(ANNUAL, bad_quarter_weeks=40, add_on_share=0.5, rollup_share=0.3),
    "monthly shift": replace(MONTHLY, level_change=1.8, level_weeks=26, churn={"use": 0.3, "intent": 1.3, "payment": 0.5}),
    "mixed terms": replace(ANNUAL, terms={1: 0.4, 12: 0.4, 36: 0.2}, n_accounts=1400, base_churn=0.25, base_growth=0.3),
    "six months": replace(MONTHLY, weeks=30, n_accounts=1500, base_churn=0.06),
    "silence": replace(ANNUAL, churn=NONE, growth=NONE, n_accounts=1200, base_churn=0.16),
}  # fmt: skip
"""Worlds on which nothing is chosen: what is claimed is measured here."""

SEEDS: Mapping[str, int] = {name: 100 + place for place, name in enumerate([*CHOOSING, *JUDGING])}
"""The seed that each world is told from."""

CONCEPTS: Mapping[str, frozenset[str]] = {
    "use": frozenset({"adoption", "usage trend", "usage gaps", "feature breadth", "stickiness", "depth of use", "usage rhythm", "active users"}),
    "fit": frozenset({"adoption", "feature breadth", "depth of use", "stickiness", "active users"}),
    "support": frozenset({"support speed", "open tickets", "support satisfaction", "urgent tickets", "ticket topics"}),
    "price": frozenset({"price"}),
    "champion": frozenset({"people lost", "few hands"}),
    "csm": frozenset({"change of CSM"}),
    "intent": frozenset({"kinds of events"}),
    "payment": frozenset({"payment delays", "overdue invoices"}),
    "appetite": frozenset({"kinds of events"}),
}  # fmt: skip
"""Which concepts of a reason name a driver; written before a figure was looked at."""
