"""The true state of a world's accounts, and one week of it: the same step tells the history and every possible future."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from benchmarks.worlds.world import World

Array = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]
MEMORY = 26  # weeks of health and support that a late effect may come from
INDUSTRIES = ("retail", "software", "health", "education")
RISING = 0.3  # of the renewals, where terms are longer than a month, come at a higher price
GONE, THERE = 40, -1  # weeks after which a champion's leaving is forgotten; the mark of one who is there


@dataclass
class State:
    """Each account's state, arrays of (..., accounts); a leading axis holds futures."""

    fit: Array
    payer: Array
    industry: Days
    months: Days
    day_of_month: Days
    first_start: Days
    health: Array
    support: Array
    intent: Array
    appetite: Array
    past: Array  # (MEMORY, 2, ..., accounts): health and support of the weeks before, newest first
    champion_gone: Days  # weeks since the champion left, THERE while there
    champion: Days  # which champion it is, counted
    csm: Days
    csm_changed: Days  # weeks since
    is_live: npt.NDArray[np.bool_]
    has_left: npt.NDArray[np.bool_]
    term_start: Days
    term_end: Days
    seats: Array
    price: Array  # a seat and year
    price_rise: Array
    add_on_seats: Array

    def copies(self, n: int) -> "State":
        """The state n times over, as the first day of n futures."""
        tiled = {}
        for each in fields(self):
            value = getattr(self, each.name)
            shape = (MEMORY, 2, n, value.shape[-1]) if each.name == "past" else (n, value.shape[-1])
            tiled[each.name] = np.broadcast_to(
                value[:, :, None] if each.name == "past" else value, shape
            ).copy()
        return State(**tiled)

    @property
    def arr(self) -> Array:
        """What the live terms bring a year, in dollars."""
        return np.where(self.is_live, (self.seats + self.add_on_seats) * self.price, 0.0)


@dataclass
class Decisions:
    """The decisions of one week, by index into the state's arrays."""

    where: tuple[npt.NDArray[np.intp], ...]
    day: Days
    p_churn: Array
    p_growth: Array  # that ARR is higher afterwards: more seats, or a price rise
    drives: dict[str, Array]
    left: npt.NDArray[np.bool_]
    grew: npt.NDArray[np.bool_]
    failed: npt.NDArray[np.bool_]  # left because no charge went through
    paused: Days  # days of a pause before the next term, 0 for none


def later(days: Days, months: Days, day_of_month: Days) -> Days:
    """The day so many months after, on the account's day of the month (1 to 28)."""
    month = days.astype("M8[D]").astype("M8[M]") + months.astype("m8[M]")
    moved: Days = month.astype("M8[D]").astype(np.int64) + day_of_month - 1
    return moved


def born(world: World, first_day: int, rng: np.random.Generator) -> State:
    """The accounts before the first week; each buys on its own first day, some of them on the very first."""
    n, whole = world.n_accounts, world.weeks * 7
    months = rng.choice(np.array([*world.terms]), n, p=np.array([*world.terms.values()]))
    begins = (
        np.where(rng.random(n) < 0.45, rng.integers(0, 364, n) % whole, rng.integers(0, whole, n)) + first_day
    )
    day_of_month = rng.integers(1, 29, n)
    begins = later(begins, np.zeros(n, np.int64), day_of_month)
    zeros, ints = np.zeros(n), np.zeros(n, np.int64)
    return State(
        fit=rng.normal(size=n), payer=rng.normal(size=n), industry=rng.integers(0, len(INDUSTRIES), n), months=months.astype(np.int64),
        day_of_month=day_of_month, first_start=begins, health=rng.normal(size=n), support=rng.normal(size=n),
        intent=rng.normal(size=n), appetite=rng.normal(size=n), past=np.zeros((MEMORY, 2, n)), champion_gone=ints + THERE, champion=ints.copy(),
        csm=rng.integers(0, 6, n), csm_changed=ints + 200, is_live=zeros > 0, has_left=zeros > 0, term_start=begins.copy(), term_end=begins.copy(),
        seats=np.exp(rng.normal(2.4, 0.8, n)).round() + 2, price=np.exp(rng.normal(6.2, 0.3, n)).round(), price_rise=zeros.copy(), add_on_seats=zeros.copy(),
    )  # fmt: skip


def _wander(state: State, world: World, rng: np.random.Generator) -> None:
    """Moods and people, a week on."""
    state.past = np.concatenate([np.stack([state.health, state.support])[None], state.past[:-1]])
    for name, stays in (("health", 0.97), ("support", 0.93), ("intent", 0.85), ("appetite", 0.9)):
        value = getattr(state, name)
        setattr(state, name, stays * value + np.sqrt(1 - stays**2) * rng.normal(size=value.shape))
    shape = state.health.shape
    is_there = state.champion_gone == THERE
    leaves = is_there & (rng.random(shape) < 0.3 / 52)
    back = ~is_there & (state.champion_gone < GONE) & (rng.random(shape) < world.replaced_share / 12)
    state.champion_gone = np.where(
        leaves, 0, np.where(back, THERE, np.where(is_there, THERE, state.champion_gone + 1))
    )
    state.champion = state.champion + (back | (state.champion_gone > GONE))
    state.champion_gone = np.where(state.champion_gone > GONE, THERE, state.champion_gone)
    changed = rng.random(shape) < world.csm_changes_a_year / 52
    state.csm = np.where(changed, (state.csm + 1 + rng.integers(0, 5, shape)) % 6, state.csm)
    state.csm_changed = np.where(changed, 0, state.csm_changed + 1)


def drivers(state: State, world: World, day: int, last_day: int) -> dict[str, Array]:
    """What each driver is for each account on a day, before its effect."""
    lag = world.effect_delay_weeks
    health, support = (
        (state.past[lag - 1, 0], state.past[lag - 1, 1]) if lag else (state.health, state.support)
    )
    if world.are_early_tickets_engagement:
        support = np.where(day - state.first_start < 400, -support, support)
    price = state.price_rise / 0.1
    values = {
        "use": -health, "fit": -state.fit, "support": support, "payment": state.payer, "intent": state.intent,
        "price": np.where(health < 0, 2.0, 0.0) * price if world.is_price_felt_in_low_use else price,
        "champion": (state.champion_gone != THERE).astype(float), "csm": (state.csm_changed < 26).astype(float), "appetite": state.appetite,
    }  # fmt: skip
    if world.dead_driver and day > last_day - world.weeks * 7 // 2:
        values[world.dead_driver] = np.zeros_like(values[world.dead_driver])
    return values


def chances(state: State, world: World, day: int, last_day: int) -> tuple[Array, Array, dict[str, Array]]:
    """P(churn) and P(growth) of a decision on a day, and what each driver adds to the log-odds of churn."""
    values = drivers(state, world, day, last_day)
    drives = {name: effect * values[name] for name, effect in world.churn.items()}
    odds = np.log(world.base_churn / (1 - world.base_churn)) + sum(
        drives.values(), np.zeros_like(state.health)
    )
    if day >= last_day - world.level_weeks * 7:
        odds = odds + np.log(world.level_change)
    if world.bad_quarter_weeks and 0 <= day - (last_day - world.bad_quarter_weeks * 7) < 91:
        odds = odds + np.where(state.industry == 0, 1.2, 0.0)
    shorter = 0.7 * np.log(state.months / max(world.terms))  # a month's decision carries less than a year's
    odds, signs = odds + shorter, {"use": -1.0}
    growth = (
        np.log(world.base_growth / (1 - world.base_growth))
        + shorter
        + sum(
            (signs.get(name, 1.0) * effect * values[name] for name, effect in world.growth.items()),
            np.zeros_like(odds),
        )
    )
    return 1 / (1 + np.exp(-odds)), 1 / (1 + np.exp(-growth)), drives


def step(state: State, world: World, day: int, last_day: int, rng: np.random.Generator) -> Decisions:
    """The decisions of the week that begins on a day, after moving the state on by it."""
    _wander(state, world, rng)
    begins = ~state.is_live & ~state.has_left & (state.first_start < day + 7)
    state.is_live |= begins
    state.term_end = np.where(
        begins, later(state.first_start, state.months, state.day_of_month), state.term_end
    )
    due = state.is_live & (state.term_end >= day) & (state.term_end < day + 7)
    where = np.nonzero(due)
    p_churn, p_growth, drives = chances(state, world, day, last_day)
    n = len(where[0])
    draw = rng.random((5, n))
    failed = draw[0] < world.failed_charge_share * np.exp(0.5 * state.payer[where]) * 0.5
    left = failed | (draw[1] < p_churn[where])
    grew = ~left & (draw[2] < p_growth[where])
    paused = np.where(~left & ~grew & (draw[3] < world.pause_share), 28, 0)
    rises = (draw[4] < RISING) & (max(world.terms) > 1)
    stays = 1 - p_churn[where]
    p_more = stays * (1 - (1 - p_growth[where]) * (1 - RISING * (max(world.terms) > 1)))
    found = Decisions(where, state.term_end[where].copy(), p_churn[where], p_more,
                      {name: value[where] for name, value in drives.items()}, left, ~left & (grew | rises), failed, paused)  # fmt: skip
    _renew(state, world, found, grew, rises, rng)
    return found


def _renew(state: State, world: World, made: Decisions, grew: npt.NDArray[np.bool_], rises: npt.NDArray[np.bool_],
           rng: np.random.Generator) -> None:  # fmt: skip
    where, stays, n = made.where, ~made.left, len(grew)
    more = np.where(grew, np.maximum(1, (state.seats[where] * rng.uniform(0.1, 0.5, n)).round()), 0)
    is_add_on = grew & (rng.random(n) < world.add_on_share)
    rise = np.where(rises, rng.uniform(0.08, 0.25, n), 0.0)
    state.seats[where] += np.where(is_add_on, 0, more)
    state.add_on_seats[where] += np.where(is_add_on, more, 0)
    state.price_rise[where] = np.where(stays, rise, state.price_rise[where])
    state.price[where] *= np.where(stays, 1 + rise, 1)
    state.is_live[where] = stays
    state.has_left[where] = ~stays
    begins = made.day + made.paused
    state.term_start[where] = begins
    state.term_end[where] = np.where(
        stays, later(begins, state.months[where], state.day_of_month[where]), made.day
    )


def weeks_of(world: World, first_day: int) -> Iterator[tuple[int, int]]:
    """Each week's number and first day."""
    return ((week, first_day + 7 * week) for week in range(world.weeks))
