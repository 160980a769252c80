"""The book on one page of Markdown: its money, its renewals, what was proved, the top of the newest list."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from churnml.data.revenue import Movements, movements
from churnml.data.snapshots import in_grace
from churnml.data.tables import Tables
from churnml.evidence.report.backtest_metrics import measured
from churnml.evidence.report.forecast_section import section as forecast_section
from churnml.evidence.report.health_section import health_section
from churnml.evidence.report.lifetime_section import lifetime_section
from churnml.listing.as_of import day_folders
from churnml.listing.columns import read_list
from churnml.listing.metadata import ranked_by, words
from churnml.listing.phrases import chance_to_leave
from churnml.params.snapshots import Revenue
from churnml.results.forecast import BookForecast
from churnml.results.health import HealthEvidence
from churnml.results.lifetime import LifetimeEvidence
from churnml.results.metrics import OutcomeMetrics
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict
from churnml.text.markdown import safe, table
from churnml.text.number_format import money, percent
from churnml.timeline import add_months

TOP = 10
"""Accounts of the list that fit the page."""


def write_report(
    revenue: Revenue, tables: Path, outcomes: pd.DataFrame, metrics: Mapping[str, OutcomeMetrics | NotEnough],
    verdicts: Mapping[str, Verdict], health: HealthEvidence | NotEnough, lists: Path, page: Path,
    forecast: BookForecast | NotEnough | None = None, lifetime: LifetimeEvidence | NotEnough | None = None,
) -> None:  # fmt: skip
    """Writes the page, with ``forecast`` and ``lifetime`` where they are given; the same inputs give the same bytes."""
    book = Tables(tables)
    opening = add_months(book.last_day, -12)
    moved = movements(book, opening, book.last_day, revenue.grace_days)
    sections = [
        f"# {safe(book.book)} on {book.last_day}",
        _money(moved, f"{opening} to {book.last_day}"),
        *_provisional(in_grace(book, book.last_day, revenue), revenue.grace_days),
        _renewals(outcomes),
        _verdicts(verdicts),
        *(
            measured(outcome, figures, verdicts[outcome].model)
            for outcome, figures in metrics.items()
            if isinstance(figures, OutcomeMetrics)
        ),
        *([forecast_section(forecast)] if forecast else []),
        *([lifetime_section(lifetime, verdicts["churn"].model)] if lifetime else []),
        health_section(health),
        *(_top(folder) for folder in list(day_folders(lists).values())[-1:]),
    ]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _money(moved: Movements, months: str) -> str:
    rows = [
        ("Opening ARR", money(float(moved.opening))), ("Churn", money(-float(moved.churn))),
        ("Contraction", money(-float(moved.contraction))), ("Expansion", money(float(moved.expansion))),
        ("New", money(float(moved.new))), ("**Closing ARR**", f"**{money(float(moved.closing))}**"),
        ("GRR", percent(moved.grr)), ("NRR", percent(moved.nrr)),
        ("Logo churn", percent(moved.logo_churn)), ("Accounts lost", f"{moved.churned_accounts:,}"),
        ("Accounts at opening", f"{moved.opening_accounts:,}"),
    ]  # fmt: skip
    return f"## Money, {months}\n\n" + table(("", ""), rows, "lr")


def _provisional(late: pd.DataFrame, grace_days: int) -> Iterator[str]:
    """Who counts as gone on the closing day and may yet come back by the ledger's rule; nothing where there is nobody."""
    if len(late):
        yield (
            f"Provisional: {len(late):,} account(s) with {money(float(late['arr_usd'].sum()))} count as gone, whose term ended within the "
            f"{grace_days} days before the closing day and whose next may yet be recorded."
        )


def _renewals(outcomes: pd.DataFrame) -> str:
    ripe = (
        outcomes[outcomes["is_ripe"]]
        .sort_values("as_of")
        .drop_duplicates(["account_id", "renewal"], keep="last")
    )
    counts = ripe["outcome"].value_counts()
    rows = [
        (str(o), f"{counts.get(o, 0):,}", percent(counts.get(o, 0) / max(len(ripe), 1)))
        for o in _in_order(counts.index)
    ]
    return f"## Renewals\n\n{len(ripe):,} are ripe: their outcome is known.\n\n" + table(
        ("Outcome", "Renewals", "Share"), rows, "lrr"
    )


def _in_order(outcomes: pd.Index) -> list[str]:
    known = ["churn", "contraction", "flat", "expansion"]
    return [outcome for outcome in known if outcome in set(outcomes)]


def _verdicts(verdicts: Mapping[str, Verdict]) -> str:
    lines = [f"- **{outcome.capitalize()}**: {words(verdict)}" for outcome, verdict in verdicts.items()]
    return "## Verdicts\n\n" + "\n".join(lines)


def _top(folder: Path) -> str:
    listed, metadata = read_list(folder)
    rows = [tuple(_account(row)) for _, row in listed.head(TOP).iterrows()]
    heading = ("", "Account", "ARR", "Renewal", "Leaves", "At stake", "First reason")
    remark = f"{metadata.hindsight} {ranked_by(metadata.churn_order)}".strip()
    return f"## The list of {metadata.as_of}\n\n{remark}\n\n" + table(heading, rows, "rlrrrrl")


def _account(row: pd.Series) -> Iterator[str]:
    is_known = pd.notna(row["churn_probability"])
    yield f"{row['rank']}"
    yield safe(row["name"] or row["account_id"])
    yield money(row["arr_usd"])
    yield "rolling" if row["is_rolling"] else f"{row['renewal']:%Y-%m-%d}"
    yield chance_to_leave(row) if is_known else "–"
    yield money(row["expected_loss_usd"]) if is_known else "–"
    yield safe(row.get("reason_1", ""))
