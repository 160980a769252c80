"""The world, month by month: states act on adoption, adoption on renewals, renewals on seats and so on."""

from dataclasses import dataclass

import numpy as np

from churnml.data.sample.world import constants, renewal_decisions
from churnml.data.sample.world.accounts import Founders
from churnml.data.sample.world.calendar import Calendar, add_months
from churnml.data.sample.world.history import NEVER, AccountHistory, Decisions, Terms, joined
from churnml.data.sample.world.rng import Flags, Floats, Ints, stream
from churnml.data.sample.world.states import States


@dataclass
class Agreement:
    """Seats, price a seat and number of add-on products, one entry an account."""

    seats: Ints
    price: Floats
    extras: Ints

    def of(self, who: Ints) -> "Agreement":
        """The agreement of some of the accounts, as a copy."""
        return Agreement(self.seats[who], self.price[who], self.extras[who])


class World:
    """The accounts as they stand in one month, and the record of what they have signed and decided so far."""

    def __init__(self, seed: int, founders: Founders, states: States, calendar: Calendar) -> None:
        self.founders, self.states, self.calendar = founders, states, calendar
        self.choice_rng, self.terms_rng = stream(seed, "choice"), stream(seed, "terms")
        self.add_on_rng, self.decide_rng = stream(seed, "add-ons"), stream(seed, "decision details")
        accounts = len(founders.start)
        self.agreement = Agreement(founders.seats.copy(), founders.price.copy(), founders.extras.copy())
        self.term_start = founders.start.copy()
        self.end = add_months(founders.start, np.array(constants.RHYTHM_MONTHS)[founders.rhythm])
        self.leaves = np.full(accounts, NEVER)
        self.slack = np.zeros(accounts)
        self.memory: dict[str, Floats] = {}
        self.utilisation = np.zeros((accounts, calendar.months))
        self.seats = np.zeros((accounts, calendar.months), dtype=np.int64)
        self.terms: list[Terms] = []
        self.decisions: list[Decisions] = []
        ahead = self.terms_rng.integers(0, 20, size=accounts) * ~founders.is_rolling
        self._sign(np.arange(accounts), self.term_start - ahead, is_add_on=False)

    def live(self) -> AccountHistory:
        """What comes of the accounts by the end of the calendar."""
        for month in range(self.calendar.months):
            self._behave(month)
            self._remember(month)
            self._add_seats(month)
            self._renew(month)
        return AccountHistory(
            self.utilisation, self.seats, self.leaves, joined(self.terms), joined(self.decisions)
        )

    def _behave(self, month: int) -> None:
        """Adoption of the month from the slow states, the tenure, and the seats they have grown into."""
        states, by = self.states, constants.UTILISATION
        age = month - self.calendar.month_of(self.founders.start)
        self.slack = np.clip(
            self.slack + constants.GROWTH_STEP * states.growth[:, month] * (age > 0),
            constants.GROWTH_LEAST,
            constants.GROWTH_MOST,
        )
        stall = self.founders.is_stalled * np.exp(-np.maximum(age - 12, 0) / constants.STALL_FADE)
        level = (
            by["level"]
            + by["vitality"] * states.vitality[:, month]
            + by["decline"] * states.decline[:, month]
            + by["champion"] * states.champion[:, month]
            + by["stalled"] * stall
            + self.slack
        )
        ramp = np.array([*constants.RAMP, 1.0])[np.clip(age, 0, len(constants.RAMP))]
        self.utilisation[:, month] = (
            np.clip(level, constants.UTILISATION_LEAST, constants.UTILISATION_MOST) * ramp
        )
        self.seats[:, month] = self.agreement.seats

    def _remember(self, month: int) -> None:
        """Fold the month into what decisions look at: about the last half year, nearer months more."""
        states = self.states
        newest = {
            "utilisation": self.utilisation[:, month]
            if month
            else np.full(len(self.end), constants.ADOPTION_MEAN),
            "decline": states.decline[:, month],
            "friction": states.friction[:, month],
            "mood": states.mood[:, month],
            "lateness": states.lateness[:, month],
            "champion": states.champion[:, month],
            "breadth": states.breadth[:, month],
            "growth": states.growth[:, month],
        }
        for name, value in newest.items():
            old = self.memory.get(name, value)
            self.memory[name] = old + constants.MEMORY * (value - old)

    def _add_seats(self, month: int) -> None:
        """Some well-used accounts buy seats early in a term, in a contract that ends with the others."""
        first = self.calendar.month_starts[month]
        age = month - self.calendar.month_of(self.term_start)
        hazard = constants.ADD_ON_HAZARD * np.exp(constants.ADD_ON_ADOPTION * self._situation().adoption)
        buys = self.add_on_rng.random(len(age)) < hazard
        day = first + self.add_on_rng.integers(0, 28, size=len(age))
        ready = np.isin(age, constants.ADD_ON_MONTHS) & ~self.founders.is_rolling & (self.leaves == NEVER)
        who = np.flatnonzero(buys & ready)
        more = np.maximum(1, np.rint(constants.ADD_ON_SEATS * self.agreement.seats[who])).astype(np.int64)
        now = self.agreement
        self.terms.append(
            Terms(who, day[who], self.end[who], more, now.price[who], now.extras[who],
                  day[who] - self.add_on_rng.integers(0, 7, size=len(who)), np.ones(len(who), dtype=bool))
        )  # fmt: skip
        self._reseat(who, now.seats[who] + more)

    def _renew(self, month: int) -> None:
        """Accounts whose terms end this month decide; those who stay sign anew."""
        due = np.flatnonzero((self.calendar.month_of(self.end) == month) & (self.leaves == NEVER))
        decided = self._decide(due)
        self.decisions.append(decided)
        self.leaves[due] = decided.leaves
        stays = decided.outcome != renewal_decisions.CHURN
        who, rng = due[stays], self.terms_rng
        rolling = self.founders.is_rolling[who]
        new = renewed(
            rng, self.agreement.of(who), decided.outcome[stays], decided.is_price_rise[stays], rolling
        )
        late = (rng.random(len(who)) < constants.RENEWS_LATE) & ~rolling
        gap = np.where(late, rng.integers(*constants.LATE_DAYS, size=len(who)), 0)
        ahead = np.where(rolling | late, 1, rng.integers(0, constants.SIGNED_AHEAD + 1, size=len(who)))
        self.term_start[who] = self.end[who] + gap
        self.end[who] = add_months(
            self.term_start[who], np.array(constants.RHYTHM_MONTHS)[self.founders.rhythm[who]]
        )
        self.agreement.price[who], self.agreement.extras[who] = new.price, new.extras
        self._reseat(who, new.seats)
        self._sign(who, self.term_start[who] - ahead, is_add_on=False)

    def _decide(self, due: Ints) -> Decisions:
        rng, everyone = self.decide_rng, len(self.end)
        rolls = rng.random((5, everyone))[
            :, due
        ]  # drawn for all, so that one account's fate moves no other's
        rolling, dissatisfied = (
            self.founders.is_rolling[due],
            self.memory["mood"][due] < constants.DISSATISFIED_BELOW,
        )
        complains = rolls[0] < np.where(
            dissatisfied, constants.COMPLAINS, constants.COMPLAINS_ANYWAY
        ) / np.where(rolling, 12, 1)
        rise = (rolls[1] < constants.PRICE_RISE) & ~rolling
        now = self._situation(due, rise, complains)
        drives = renewal_decisions.churn_drives(now)
        probability = renewal_decisions.chances(now, drives)
        outcome = renewal_decisions.draw(self.choice_rng, probability)
        leaves, notice = _ways_out(self.end[due], outcome == renewal_decisions.CHURN, rolling, rolls[2:])
        return Decisions(
            account=due, renewal=self.end[due], term_start=self.term_start[due],
            probability=probability, outcome=outcome,
            drives=np.column_stack(list(drives.values())), decline=now.decline, is_dissatisfied=dissatisfied,
            has_complained=complains, is_price_rise=rise, leaves=leaves, notice=notice,
        )  # fmt: skip

    def _situation(
        self, due: Ints | None = None, rise: Flags | None = None, complains: Flags | None = None
    ) -> renewal_decisions.Situation:
        who = np.arange(len(self.end)) if due is None else due
        none = np.zeros(len(who), dtype=bool)
        return renewal_decisions.Situation(
            **{name: value[who] for name, value in self.memory.items()},
            segment=self.founders.segment[who],
            tenure_months=(self.end[who] - self.founders.start[who]) / 30.4,
            is_stalled=self.founders.is_stalled[who],
            is_price_rise=none if rise is None else rise,
            has_complained=none if complains is None else complains,
            is_rolling=self.founders.is_rolling[who],
        )

    def _reseat(self, who: Ints, seats: Ints) -> None:
        """New seats are empty at first: adoption falls when they are bought, rises when they are given up."""
        self.slack[who] -= constants.SEATS_RELIEF * np.log(seats / self.agreement.seats[who])
        self.agreement.seats[who] = seats

    def _sign(self, who: Ints, signed: Ints, *, is_add_on: bool) -> None:
        now = self.agreement.of(who)
        self.terms.append(
            Terms(who, self.term_start[who], self.end[who], now.seats, now.price, now.extras, signed,
                  np.full(len(who), is_add_on))
        )  # fmt: skip


def _ways_out(end: Ints, is_churn: Flags, is_rolling: Flags, rolls: Floats) -> tuple[Ints, Ints]:
    """The day service stops and the day of notice: most just do not renew, a few leave before the end."""
    low, high = constants.EARLY_DAYS
    early = is_churn & ~is_rolling & (rolls[0] < constants.CANCELS_EARLY)
    leaves = np.where(early, end - (low + rolls[1] * (high - low)).astype(np.int64), end)
    low, high = constants.NOTICE_DAYS
    notice = np.where(
        early, leaves - constants.EARLY_NOTICE_DAYS, end - (low + rolls[1] * (high - low)).astype(np.int64)
    )
    gives = early | (is_churn & ~is_rolling & (rolls[2] < constants.GIVES_NOTICE))
    return np.where(is_churn, leaves, NEVER), np.where(gives, notice, NEVER)


def renewed(
    rng: np.random.Generator, old: Agreement, outcome: Ints, is_price_rise: Flags, is_rolling: Flags
) -> Agreement:
    """The agreement after each renewal's outcome.

    An announced price rise sticks only where the account grows; those who renew flat bargain it away,
    so that 'flat' means the same money within the outcome's tolerance. Rolling prices stand still when
    flat: monthly indexation would add up to an expansion that nobody decided.
    """
    shape = old.seats.shape
    grows, shrinks = outcome == renewal_decisions.EXPANSION, outcome == renewal_decisions.CONTRACTION
    by_product = (
        grows & (rng.random(shape) < constants.BUYS_PRODUCT) & (old.extras < len(constants.PRODUCTS) - 1)
    )
    more = np.maximum(1, np.rint(old.seats * rng.uniform(*constants.GROWS_BY, size=shape))).astype(np.int64)
    seats = old.seats + np.where(grows & ~by_product, more, 0)

    drops = shrinks & (rng.random(shape) < constants.DROPS_PRODUCT) & (old.extras > 0)
    fewer = np.floor(old.seats * (1 - rng.uniform(*constants.SHRINKS_BY, size=shape))).astype(np.int64)
    seats = np.where(shrinks & ~drops, np.maximum(1, fewer), seats)
    discounted = shrinks & ~drops & (seats == old.seats)

    price = np.where(discounted, old.price * (1 - constants.DISCOUNT), old.price)
    price = np.where(grows & is_price_rise, price * (1 + constants.PRICE_RISE_BY), price)
    flat = (outcome == renewal_decisions.FLAT) & ~is_rolling
    price = np.where(flat, price * (1 + rng.uniform(0, constants.INDEXATION, size=shape)), price)
    return Agreement(seats, np.asarray(np.round(price, 2), dtype=np.float64), old.extras + by_product - drops)
