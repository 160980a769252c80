"""What churnml claims of a world, beside what is true of it: one row of figures a world."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.worlds import out_of_time
from benchmarks.worlds.futures import Futures
from benchmarks.worlds.history import History
from churnml.paths import Paths

Array = npt.NDArray[np.float64]

YEAR, SOON, GROUPS = 365, 90, 10
ORDERS = (
    "rank",
    "churn_probability",
    "churn_probability_90d",
    "churn_probability_180d",
    "churn_probability_365d",
    "expected_loss_usd",
    "health_fitted",
    "health_rules",
    "lead_days",
)
LOWER_IS_WORSE = ("rank", "health_rules", "health_fitted", "lead_days")


@dataclass(frozen=True)
class Judged:
    """A world, its futures, the project that churnml ran in, its list in the order of the futures' accounts, and how
    many refits are asked for.
    """

    history: History
    futures: Futures
    paths: Paths
    listed: pd.DataFrame
    refits: int = 0


Claim = Callable[[Judged], float | str]


def expected_auc(score: Array, chance: Array) -> float:
    """How many of 100 pairs of one who leaves and one who stays a score orders right, over all futures: ROC-AUC with each account
    counted as a leaver with its true chance and as a stayer with the rest; ties count half. NaN scores stand at the middle.
    """
    score = np.where(np.isnan(score), np.nanmedian(score) if np.isfinite(score).any() else 0.0, score)
    _, level = np.unique(score, return_inverse=True)
    leaves, stays = np.bincount(level, chance), np.bincount(level, 1 - chance)
    below = np.concatenate([[0.0], np.cumsum(stays)[:-1]])
    return float((leaves * (below + stays / 2)).sum() / (leaves.sum() * stays.sum()))


def ceiling(futures: Futures, days: int) -> float:
    """The expected AUC of the true chances: told by one half of the futures, judged by the other."""
    left = futures.left_after <= days
    half = len(left) // 2
    return expected_auc(left[:half].mean(axis=0), left[half:].mean(axis=0))


def used_auc(case: Judged, *, days: int) -> float:
    """The expected AUC of the list's own order."""
    return expected_auc(-case.listed["rank"].to_numpy(float), case.futures.leaves_within(days))


def ceiling_auc(case: Judged, *, days: int) -> float:
    """What could be known on the day."""
    return ceiling(case.futures, days)


def ordering(case: Judged, days: int) -> str:
    """The column that puts the list in order before dollars are multiplied: the chance to leave within so many days, or, where none is told, the rank."""
    chance = f"churn_probability_{days}d"
    return chance if case.listed[chance].notna().any() else "rank"


def column_auc(case: Judged, name: str, days: int) -> float:
    """The expected AUC of one of the list's columns."""
    values = case.listed[name].to_numpy(float) * (-1 if name in LOWER_IS_WORSE else 1)
    return expected_auc(values, case.futures.leaves_within(days))


def horizon_auc(case: Judged, *, days: int) -> float:
    """The expected AUC of the column that orders the list at a horizon of so many days."""
    return column_auc(case, ordering(case, days), days)


def best_column(case: Judged, *, days: int) -> str:
    """The column of the list, but for the one that orders it, that orders leaving within so many days best, and its expected AUC."""
    others = [name for name in ORDERS if name != ordering(case, days) and case.listed[name].notna().any()]
    found = {name: column_auc(case, name, days) for name in others}
    name = max(found, key=lambda each: found[each])
    return f"{name} {found[name]:.3f}"


def _with_truth(case: Judged, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of dated decisions beside their truth; a look at a monthly account spans several decisions, whose chances are no one figure."""
    if rows.empty:
        return rows
    decisions = case.history.decisions
    decisions = decisions[case.history.state.months[decisions["account"].to_numpy()] > 1]
    truth = decisions.assign(
        account_id=case.history.ids(decisions["account"].to_numpy()), renewal=decisions["day"].to_numpy().astype("M8[D]").astype("M8[ns]"),
    )  # fmt: skip
    return rows.astype({"renewal": "M8[ns]"}).merge(truth, on=["account_id", "renewal"])


def labels(case: Judged) -> float:
    """The share of the dated decisions whose outcome, as churnml labels it, is what truly came."""
    outcomes = pd.read_parquet(case.paths.path("label", "outcomes"))
    dated = _with_truth(
        case,
        outcomes[outcomes["is_ripe"]].drop_duplicates(["account_id", "renewal"]),
    )
    came = np.where(dated["left"], "churn", np.where(dated["grew"], "expansion", "flat"))
    return float((dated["outcome"] == came).mean())


def decision_share(case: Judged, *, outcome: str, model: str = "") -> float:
    """The share of the reachable signal that a model (without a name the one that ranks) found at the decisions of the backtest's test snapshots."""
    rows = pd.read_parquet(case.paths.path("train", "backtest")).query("outcome == @outcome")
    column = f"log_odds_{model or out_of_time.ranks(case.paths, outcome)}"
    if column not in rows or rows[column].isna().all():
        return float("nan")
    rows = _with_truth(case, rows)
    if rows.empty:
        return float("nan")
    chance = rows[{"churn": "p_churn", "expansion": "p_growth"}[outcome]].to_numpy()
    came = rows["is_outcome"].to_numpy(float)
    reachable = expected_auc(chance, came)
    return (
        (expected_auc(rows[column].to_numpy(), came) - 0.5) / (reachable - 0.5)
        if reachable > 0.52
        else float("nan")
    )


def dollars(case: Judged) -> float:
    """What the list expects to lose within a year, as a share of what is truly expected to be lost."""
    lost = (case.listed["churn_probability_365d"] * case.listed["arr_usd"]).sum(min_count=1)
    return float(lost / (case.futures.leaves_within(YEAR) * case.futures.arr).sum())


def covered(case: Judged, *, which: str) -> float:
    """The share of the futures whose year ends inside the forecast's interval."""
    claimed = _year(case.paths)[which]
    came = case.futures.retention()[("grr", "nrr").index(which)]
    return float(((came >= claimed["low"]) & (came <= claimed["high"])).mean())


def width(case: Judged, *, which: str) -> float:
    """How many times as wide the forecast's interval is as the futures' own q10 to q90."""
    claimed = _year(case.paths)[which]
    low, high = np.quantile(case.futures.retention()[("grr", "nrr").index(which)], [0.1, 0.9])
    return float((claimed["high"] - claimed["low"]) / (high - low))


def agreement(case: Judged) -> float:
    """The list's expected loss within a year, as a share of the forecast's."""
    return float(
        (case.listed["churn_probability_365d"] * case.listed["arr_usd"]).sum(min_count=1)
        / _year(case.paths)["churn_usd"]
    )


def calibration_error(case: Judged) -> float:
    """The mean distance, over tenths of the list, between the chance within a year that is listed and the true one."""
    listed = case.listed["churn_probability_365d"].reset_index(drop=True).dropna()
    if listed.empty:
        return float("nan")
    true = pd.Series(case.futures.leaves_within(YEAR))[listed.index]
    tenth = listed.rank(method="first").mul(GROUPS).div(len(listed) + 1).astype(int)
    return float((listed - true).groupby(tenth).mean().abs().mean())


def of_backtest(case: Judged, *, claim: Callable[[Paths, str], str], outcome: str) -> str:
    """What the backtest alone claims of an outcome."""
    return claim(case.paths, outcome)


def dollars_out_of_time(case: Judged, *, outcome: str) -> float:
    """Expected dollars of the backtest's decisions as a share of the true."""
    rows = pd.read_parquet(case.paths.path("train", "backtest")).query("outcome == @outcome")
    return out_of_time.dollars(case.paths, _with_truth(case, rows), outcome)


def refits(case: Judged, *, outcome: str) -> str:
    """How steady reasons and list are, where refits were asked for."""
    return out_of_time.refits(case.paths, outcome, case.refits)


def notice(case: Judged) -> str:
    """Since when, from and to what share of renewals the verdict says that leaving has changed."""
    return out_of_time.notice(case.paths, "churn")


def to_come(case: Judged) -> str:
    """The place of a claim that has no measure yet."""
    return out_of_time.NOTHING


CLAIMS: Mapping[str, Claim] = {
    "churn verdict": partial(of_backtest, claim=out_of_time.verdict, outcome="churn"),
    "growth verdict": partial(of_backtest, claim=out_of_time.verdict, outcome="expansion"),
    "labels": labels,
    "decision share": partial(decision_share, outcome="churn"),
    "growth share": partial(decision_share, outcome="expansion"),
    "bag's share": partial(decision_share, outcome="churn", model="lightgbm_bag"),
    "bag's growth": partial(decision_share, outcome="expansion", model="lightgbm_bag"),
    "list AUC 365": partial(used_auc, days=YEAR),
    "ceiling 365": partial(ceiling_auc, days=YEAR),
    "list AUC 90": partial(used_auc, days=SOON),
    "ceiling 90": partial(ceiling_auc, days=SOON),
    "order in 365": partial(horizon_auc, days=YEAR),
    "best other 365": partial(best_column, days=YEAR),
    "order in 90": partial(horizon_auc, days=SOON),
    "best other 90": partial(best_column, days=SOON),
    "slope": partial(of_backtest, claim=out_of_time.slope, outcome="churn"),
    "growth slope": partial(of_backtest, claim=out_of_time.slope, outcome="expansion"),
    "ECE (floor, q95)": partial(of_backtest, claim=out_of_time.error, outcome="churn"),
    "growth ECE": partial(of_backtest, claim=out_of_time.error, outcome="expansion"),
    "expected/came": partial(of_backtest, claim=out_of_time.level, outcome="churn"),
    "growth exp./came": partial(of_backtest, claim=out_of_time.level, outcome="expansion"),
    "dollars folds": partial(dollars_out_of_time, outcome="churn"),
    "growth dollars": partial(dollars_out_of_time, outcome="expansion"),
    "dollars": dollars,
    "error": calibration_error,
    "GRR cover": partial(covered, which="grr"),
    "NRR cover": partial(covered, which="nrr"),
    "GRR width": partial(width, which="grr"),
    "NRR width": partial(width, which="nrr"),
    "list/forecast": agreement,
    "notice": notice,
    "refits": partial(refits, outcome="churn"),
    "growth refits": partial(refits, outcome="expansion"),
    "drivers": to_come,
    "silence": to_come,
    "facts": to_come,
}
"""Each claim by its name in the table. Verdict: grade, what ranks, its ROC-AUC. Dollars: said as a share of the true, in the decisions of the test
folds and within a year of the list's day. Refits: same first reason, same three, overlap of the riskiest tenth."""


def measured(history: History, futures: Futures, paths: Paths, refits: int = 0) -> dict[str, float | str]:
    """Every claim of a world, by name; the list's rows are put in the order of the accounts of the futures."""
    newest = max(place for place in paths.path("score", "lists").iterdir() if place.is_dir())
    listed = (
        pd.read_parquet(newest / "risk_list.parquet")
        .set_index("account_id")
        .reindex(history.ids(futures.accounts))
    )
    case = Judged(history, futures, paths, listed, refits)
    return {name: claim(case) for name, claim in CLAIMS.items()}


def _year(paths: Paths) -> dict[str, Any]:
    quarters = json.loads(paths.path("forecast", "forecast_file").read_text(encoding="utf-8"))["quarters"]
    found: dict[str, Any] = quarters[max(quarters)]
    return found
