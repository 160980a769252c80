"""The book on one page of Markdown: its money, its renewals, what was proved, the top of the newest list."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from churnml.data.revenue import Movements, movements
from churnml.data.tables import Tables
from churnml.deliver.header import words
from churnml.deliver.risk_list import read_list
from churnml.deliver.terminal import money, share
from churnml.learn.verdict import Verdict
from churnml.params import Revenue
from churnml.timeline import add_months

TOP = 10
"""Accounts of the list that fit the page."""

METRICS = {
    "roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "lift_at_capacity": "Lift at capacity",
    "arr_captured_at_capacity": "ARR caught at capacity", "brier": "Brier",
    "calibration_slope": "Calibration slope",
}  # fmt: skip
"""What is shown of each rival, in the words of the page."""


def write_report(
    revenue: Revenue, tables: Path, outcomes: pd.DataFrame, metrics: Mapping[str, Any],
    verdicts: Mapping[str, Any], lists: Path, page: Path,
) -> None:  # fmt: skip
    """Writes the page; the same inputs give the same bytes."""
    book = Tables(tables)
    opening = add_months(book.last_day, -12)
    moved = movements(book, opening, book.last_day, revenue.grace_days)
    days = (
        sorted(folder for folder in lists.iterdir() if re.fullmatch(r"\d{4}-\d\d-\d\d", folder.name))
        if lists.is_dir()
        else []
    )
    sections = [
        f"# {safe(book.book)} on {book.last_day}",
        _money(moved, f"{opening} to {book.last_day}"),
        _renewals(outcomes),
        _verdicts(verdicts),
        *(_measured(outcome, found) for outcome, found in metrics.items() if "models" in found),
        *(_top(day) for day in days[-1:]),
    ]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def safe(text: str) -> str:
    r"""The text so that Markdown shows it as it is: no tags, links, emphasis or table cells.

    >>> safe("<b>A|B</b>")
    '&lt;b&gt;A\\|B&lt;/b&gt;'
    """
    return re.sub(r"([\\`*_{}\[\]|~])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def _money(moved: Movements, months: str) -> str:
    rows = [
        ("Opening ARR", money(float(moved.opening))), ("Churn", money(-float(moved.churn))),
        ("Contraction", money(-float(moved.contraction))), ("Expansion", money(float(moved.expansion))),
        ("New", money(float(moved.new))), ("**Closing ARR**", f"**{money(float(moved.closing))}**"),
        ("GRR", _percent(moved.grr)), ("NRR", _percent(moved.nrr)),
        ("Logo churn", _percent(moved.logo_churn)), ("Accounts lost", f"{moved.churned_accounts:,}"),
        ("Accounts at opening", f"{moved.opening_accounts:,}"),
    ]  # fmt: skip
    return f"## Money, {months}\n\n" + _table(("", ""), rows, "lr")


def _renewals(outcomes: pd.DataFrame) -> str:
    """How each ripe renewal ended, seen from its last snapshot."""
    ripe = (
        outcomes[outcomes["is_ripe"]]
        .sort_values("as_of")
        .drop_duplicates(["account_id", "renewal"], keep="last")
    )
    counts = ripe["outcome"].value_counts()
    rows = [
        (str(o), f"{counts.get(o, 0):,}", _percent(counts.get(o, 0) / max(len(ripe), 1)))
        for o in _in_order(counts.index)
    ]
    return f"## Renewals\n\n{len(ripe):,} are ripe: their outcome is known.\n\n" + _table(
        ("Outcome", "Renewals", "Share"), rows, "lrr"
    )


def _in_order(found: pd.Index) -> list[str]:
    known = ["churn", "contraction", "flat", "expansion"]
    return [outcome for outcome in known if outcome in set(found)]


def _verdicts(verdicts: Mapping[str, Any]) -> str:
    lines = [
        f"- **{outcome.capitalize()}**: {words(Verdict.from_dict(stored))}"
        for outcome, stored in verdicts.items()
    ]
    return "## Verdicts\n\n" + "\n".join(lines)


def _measured(outcome: str, found: Mapping[str, Any]) -> str:
    rows = [
        (name.replace("_", " "), *(_interval(figures.get(key)) for key in METRICS))
        for name, figures in found["models"].items()
    ]
    base_rate = _percent(found["counts"]["base_rate"])
    said = f"Out of fold, with {found['confidence']:.0%} intervals over accounts; base rate {base_rate}."
    return f"## {outcome.capitalize()} backtest\n\n{said}\n\n" + _table(
        ("Model", *METRICS.values()), rows, "l" + "r" * len(METRICS)
    )


def _interval(figure: Mapping[str, float | None] | None) -> str:
    value, low, high = (figure or {}).get("value"), (figure or {}).get("low"), (figure or {}).get("high")
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None or high is None else f"{value:.3f} ({low:.3f}–{high:.3f})"


def _top(folder: Path) -> str:
    listed, header = read_list(folder)
    rows = [tuple(_account(row)) for _, row in listed.head(TOP).iterrows()]
    heading = ("", "Account", "ARR", "Renewal", "Leaves", "At stake", "First reason")
    return f"## The list of {header.as_of}\n\nRanked by {header.churn_order}.\n\n" + _table(
        heading, rows, "rlrrrrl"
    )


def _account(row: pd.Series) -> Iterator[str]:
    is_known = pd.notna(row["churn_probability"])
    yield f"{row['rank']}"
    yield safe(row["name"] or row["account_id"])
    yield money(row["arr_usd"])
    yield "rolling" if row["is_rolling"] else f"{row['renewal']:%Y-%m-%d}"
    yield share(row["churn_probability"]) if is_known else "–"
    yield money(row["expected_loss_usd"]) if is_known else "–"
    yield safe(row.get("reason_1", ""))


def _percent(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.1%}"


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    marks = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heading, marks, *rows))
