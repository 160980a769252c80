"""How a world's use, tickets and contacts come to be written down: rows that a company's own systems would hold, drawn from the history."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.worlds.history import History
from benchmarks.worlds.state import THERE

KINDS = {
    "view": 2.0,
    "edit": 1.2,
    "report": 0.5,
    "api_call": 0.4,
    "invite": 0.12,
    "full_export": 0.1,
}  # events a week and seat ** 0.6
RENAMED = ("edit", "compose")
MOST_ROWS = 4  # a kind and week


def days(numbers: npt.NDArray[np.int64]) -> pd.Series:
    """Day numbers as dates in text, blank for -1."""
    text = pd.Series(numbers.astype("M8[D]").astype(str))
    return text.where(pd.Series(numbers) >= 0, "")


def created(history: History) -> npt.NDArray[np.int64]:
    """The day on which each account was created: before its first purchase where use is free."""
    early = np.random.default_rng([history.seed, 7]).integers(
        0, history.world.free_weeks * 7 + 1, history.world.n_accounts
    )
    found: npt.NDArray[np.int64] = history.state.first_start - early
    return found


def usage(history: History) -> pd.DataFrame:
    """Rows of use, by the day and user; by the week and without users for some accounts."""
    world, rng = history.world, np.random.default_rng([history.seed, 2])
    at = history.first_day + 7 * np.arange(world.weeks)
    is_there = history.weekly["is_live"].astype(bool) | (
        (at[:, None] >= created(history)) & (at[:, None] < history.state.first_start)
    )
    week, account = np.nonzero(is_there)
    size = history.weekly["seats"][week, account] ** 0.6
    mood = np.exp(0.3 * history.state.fit[account] + 0.5 * history.weekly["health"][week, account])
    mood *= np.where(history.weekly["champion_gone"][week, account] == THERE, 1.0, 0.8)
    own = {
        "invite": np.exp(0.9 * history.weekly["appetite"][week, account]) / mood,
        "full_export": np.exp(0.9 * history.weekly["intent"][week, account]) / mood,
    }
    parts = []
    for kind, rate in KINDS.items():
        count = rng.poisson(rate * size * mood * own.get(kind, 1.0))
        rows = np.minimum(count, MOST_ROWS)
        which = np.repeat(np.arange(len(count)), rows)
        first = np.concatenate([[0], np.cumsum(rows)[:-1]])
        nth = np.arange(len(which)) - first[which]
        quantity = count[which] // rows[which] + (nth < count[which] % rows[which])
        day = at[week[which]] + rng.integers(0, 7, len(which))
        parts.append(pd.DataFrame({"account": account[which], "week": week[which], "day": day, "feature": kind, "quantity": quantity,
                                   "user_id": _users(history, week[which], account[which], rng)}))  # fmt: skip
    used = pd.concat(parts, ignore_index=True)
    used = used[(used["day"] >= created(history)[used["account"]]) & (used["day"] < history.last_day)]
    if world.renamed_kind_weeks:
        late = (used["feature"] == RENAMED[0]) & (
            used["day"] >= history.last_day - 7 * world.renamed_kind_weeks
        )
        used.loc[late, "feature"] = RENAMED[1]
    return _written(history, used, rng)


def _users(
    history: History, week: npt.NDArray[np.intp], account: npt.NDArray[np.intp], rng: np.random.Generator
) -> npt.NDArray[np.object_]:
    """Who did it: two times in five the champion, while there is one; else anybody of half the seats."""
    seats = np.maximum(2, history.weekly["seats"][week, account] * 0.5).astype(int)
    champion = (rng.random(len(week)) < 0.4) & (history.weekly["champion_gone"][week, account] == THERE)
    others = np.char.add("u", rng.integers(0, seats).astype(str))
    return np.where(
        champion, np.char.add("c", history.weekly["champion"][week, account].astype(int).astype(str)), others
    ).astype(object)


def _written(history: History, rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    by_week = (rng.random(history.world.n_accounts) < history.world.rollup_share)[rows["account"]]
    start = history.first_day + 7 * rows["week"].to_numpy()
    single = rows[~by_week]
    listed = pd.DataFrame({"account_id": history.ids(single["account"].to_numpy()), "occurred_at": days(single["day"].to_numpy()).to_numpy(),
                           "user_id": single["user_id"].to_numpy(), "feature": single["feature"].to_numpy(), "quantity": single["quantity"].to_numpy()})  # fmt: skip
    if not by_week.any():
        return listed
    sums = rows[by_week].assign(start=start[by_week]).groupby(["account", "start", "feature"]).agg(
        quantity=("quantity", "sum"), active_users=("user_id", "nunique")
    ).reset_index()  # fmt: skip
    sums = sums[sums["start"] + 7 <= history.last_day]
    weekly = pd.DataFrame({"account_id": history.ids(sums["account"].to_numpy()), "occurred_at": days(sums["start"].to_numpy()).to_numpy(), "feature": sums["feature"],
                           "quantity": sums["quantity"], "period_start": days(sums["start"].to_numpy()).to_numpy(),
                           "period_end": days(sums["start"].to_numpy() + 7).to_numpy(), "active_users": sums["active_users"]})  # fmt: skip
    return pd.concat([listed, weekly], ignore_index=True)


def tickets(history: History) -> pd.DataFrame:
    """Tickets: more, and slower to solve, the heavier the support's load."""
    rng, world = np.random.default_rng([history.seed, 3]), history.world
    week, account = np.nonzero(history.weekly["is_live"])
    load = history.weekly["support"][week, account]
    which = np.repeat(np.arange(len(week)), rng.poisson(0.12 * np.exp(0.8 * load)))
    opened = history.first_day + 7 * week[which] + rng.integers(0, 7, len(which))
    solved = opened + np.ceil(rng.exponential(3, len(which)) * np.exp(0.5 * load[which])).astype(int)
    csat = (
        np.clip(np.round(4.2 - 0.8 * load[which] + rng.normal(0, 0.8, len(which))), 1, 5)
        .astype(int)
        .astype(str)
    )
    answers = (rng.random(len(which)) < 0.4) & (solved < history.last_day)
    rows = pd.DataFrame({
        "ticket_id": [f"T{n}" for n in range(len(which))], "account_id": history.ids(account[which]), "opened_at": days(opened),
        "resolved_at": days(np.where(solved < history.last_day, solved, -1)), "priority": np.where(rng.random(len(which)) < 0.2, "urgent", "normal"),
        "csat": np.where(answers, csat, ""), "csat_at": days(np.where(answers, solved, -1)),
    })  # fmt: skip
    since = history.last_day - 7 * (world.late_tickets_weeks or world.weeks)
    return rows[(opened >= since) & (opened < history.last_day)]


def touches(history: History) -> pd.DataFrame:
    """Contacts, begun by either side."""
    rng = np.random.default_rng([history.seed, 4])
    week, account = np.nonzero(history.weekly["is_live"])
    which = np.repeat(np.arange(len(week)), rng.poisson(0.08, len(week)))
    day = history.first_day + 7 * week[which] + rng.integers(0, 7, len(which))
    rows = pd.DataFrame({"account_id": history.ids(account[which]), "occurred_at": days(day), "channel": rng.choice(["mail", "call"], len(which)),
                         "is_customer_initiated": rng.random(len(which)) < 0.4})  # fmt: skip
    return rows[day < history.last_day]


def today(history: History) -> date:
    """The last day, as a date."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + history.last_day)
