"""The book on one page of Markdown: its money, its renewals, what was proved, the top of the newest list."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from churnml.data.revenue import Movements, movements
from churnml.data.snapshots import in_grace
from churnml.data.tables import NO_PRICES, Tables
from churnml.evidence.no_prices import without_dollars
from churnml.evidence.report.backtest_metrics import measured
from churnml.evidence.report.health_section import health_section
from churnml.listing.as_of import day_folders
from churnml.listing.columns import read_list
from churnml.listing.metadata import ranked_by, words
from churnml.listing.phrases import chance_to_leave
from churnml.params.snapshots import Revenue
from churnml.results.forecast import BookForecast, Quarter
from churnml.results.health import HealthEvidence
from churnml.results.lifetime import Gap, LifetimeEvidence, Tied
from churnml.results.metrics import OutcomeMetrics
from churnml.results.stored import NotEnough
from churnml.results.verdict import Verdict
from churnml.text.markdown import safe, table
from churnml.text.number_format import interval, money, percent, written
from churnml.text.outcome_words import change_sentence
from churnml.timeline import add_months

decimals = partial(written, write="{:.3f}".format)

METHODS = {"cox": "Cox", "weibull_aft": "Weibull", "kaplan_meier": "Kaplan-Meier"}

CHANCES = {
    "at_renewal": "at the renewal", "within_90d": "within 90 days", "within_180d": "within 180 days",
    "within_365d": "within 365 days",
}  # fmt: skip


TOP = 10
"""Accounts of the list that fit the page."""


def write_report(
    revenue: Revenue, tables: Path, outcomes: pd.DataFrame, metrics: Mapping[str, OutcomeMetrics | NotEnough],
    verdicts: Mapping[str, Verdict], health: HealthEvidence | NotEnough, lists: Path, page: Path,
    forecast: BookForecast | NotEnough | None = None, lifetime: LifetimeEvidence | NotEnough | None = None,
) -> None:  # fmt: skip
    """Writes the page, with ``forecast`` and ``lifetime`` where they are given; the same inputs give the same bytes."""
    book = Tables(tables)
    metrics = metrics if book.is_priced else without_dollars(metrics)
    opening = add_months(book.last_day, -12)
    moved = movements(book, opening, book.last_day, revenue.grace_days)
    late = in_grace(book, book.last_day, revenue)
    sections = [
        f"# {safe(book.book)} on {book.last_day}",
        _money(moved, f"{opening} to {book.last_day}")
        if book.is_priced
        else _accounts_lost(moved, f"{opening} to {book.last_day}"),
        *_provisional(late[~late["is_tried_again"]], revenue.grace_days, book.is_priced),
        _renewals(outcomes),
        _verdicts(verdicts),
        *(
            measured(outcome, figures, verdicts[outcome].model, book.is_priced)
            for outcome, figures in metrics.items()
            if isinstance(figures, OutcomeMetrics)
        ),
        *([forecast_section(forecast)] if forecast else []),
        *([lifetime_section(lifetime, verdicts["churn"].model)] if lifetime else []),
        health_section(health, book.is_priced),
        *(_top(folder) for folder in list(day_folders(lists).values())[-1:]),
    ]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _money(moved: Movements, months: str) -> str:
    rows = [
        ("Opening ARR", money(float(moved.opening))), ("Churn", money(-float(moved.churn))),
        *([("of it by failed payment", money(-float(moved.involuntary_churn)))] if moved.involuntary_accounts else []),
        ("Contraction", money(-float(moved.contraction))), ("Expansion", money(float(moved.expansion))),
        ("New", money(float(moved.new))), ("**Closing ARR**", f"**{money(float(moved.closing))}**"),
        ("GRR", percent(moved.grr)), ("NRR", percent(moved.nrr)),
        ("Logo churn", percent(moved.logo_churn)), *_lost(moved),
        ("Accounts at opening", f"{moved.opening_accounts:,}"),
    ]  # fmt: skip
    return f"## Money, {months}\n\n" + table(("", ""), rows, "lr")


def _lost(moved: Movements) -> list[tuple[str, str]]:
    """How many accounts were lost, and how many of them because a charge failed; that only where there were some."""
    involuntary = (
        [("of them by failed payment", f"{moved.involuntary_accounts:,}")]
        if moved.involuntary_accounts
        else []
    )
    return [("Accounts lost", f"{moved.churned_accounts:,}"), *involuntary]


def _accounts_lost(moved: Movements, months: str) -> str:
    rows = [("Accounts at opening", f"{moved.opening_accounts:,}"), *_lost(moved),
            ("Logo churn", percent(moved.logo_churn))]  # fmt: skip
    return f"## Accounts, {months}\n\nThe book has {NO_PRICES}.\n\n" + table(("", ""), rows, "lr")


def _provisional(late: pd.DataFrame, grace_days: int, is_priced: bool = True) -> Iterator[str]:
    """Who counts as gone on the closing day and may yet come back by the ledger's rule; nothing where there is nobody."""
    if len(late):
        arr = f" with {money(float(late['arr_usd'].sum()))}" if is_priced else ""
        yield (
            f"Provisional: {len(late):,} account(s){arr} count as gone, whose term ended within the "
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
    heading = ("", "Account", "ARR", "Renewal", "Leaves", "At stake", "First reason")
    kept = [
        place for place, title in enumerate(heading) if metadata.is_priced or title not in ("ARR", "At stake")
    ]
    cells = (tuple(_account(row, metadata.horizon_days)) for _, row in listed.head(TOP).iterrows())
    rows = [tuple(row[place] for place in kept) for row in cells]
    remark = f"{metadata.hindsight} {ranked_by(metadata.churn_order, metadata.churn)}".strip()
    return f"## The list of {metadata.as_of}\n\n{remark}\n\n" + table(
        [heading[place] for place in kept], rows, "".join("rlrrrrl"[place] for place in kept)
    )


def _account(row: pd.Series, horizon_days: int) -> Iterator[str]:
    is_known = pd.notna(row["churn_probability"])
    yield f"{row['rank']}"
    yield safe(row["name"] or row["account_id"])
    yield money(row["arr_usd"])
    yield f"≤ {row['lead_days']} days" if row["is_rolling"] else f"{row['renewal']:%Y-%m-%d}"
    yield chance_to_leave(row, horizon_days) if is_known else "–"
    yield money(row["expected_loss_usd"]) if is_known else "–"
    yield safe(row.get("reason_1", ""))


def forecast_section(forecast: BookForecast | NotEnough) -> str:
    """The report's section on the coming quarters; what it rests on is said under the table."""
    if isinstance(forecast, NotEnough):
        return f"## The coming quarters\n\n{safe(forecast.reason)}"
    heading = ("To", "Churn", "Contraction", "Expansion", "GRR", "NRR")
    rows = [_row(quarter) for quarter in forecast.quarters.values()]
    return f"## The coming quarters\n\n{_words(forecast)}\n\n" + table(heading, rows, "lrrrrr")


def _row(quarter: Quarter) -> list[str]:
    flows = (quarter.churn_usd, quarter.contraction_usd, quarter.expansion_usd)
    return [
        quarter.closes_on,
        *map(money, flows),
        *(interval(rate.interval, percent) for rate in (quarter.grr, quarter.nrr)),
    ]


def _words(forecast: BookForecast) -> str:
    churn, expansion = forecast.levels["churn"], forecast.levels["expansion"]
    text = (
        f"Of {money(forecast.arr_usd)} live on {forecast.as_of}, counted from that day to each quarter's end; in brackets what holds "
        f"{forecast.interval:.0%} of {forecast.paths:,} simulated futures. Of the odds' logarithm today's level is known to {churn.sd:.2f} for "
        f"churn and {expansion.sd:.2f} for expansion, and each quarter to come adds a shock of {churn.shock_sd:.2f} and {expansion.shock_sd:.2f}, "
        f"from {churn.quarters} past quarters."
    )
    text = " ".join(
        [text, *(change_sentence(name, change) for name, change in forecast.level_changes.items())]
    )
    if forecast.learned_through:
        text = f"In hindsight: the model has since learned from outcomes up to {forecast.learned_through}, so this is no test of it. {text}"
    if forecast.unproven:
        text += f" No proven signal for {' or '.join(forecast.unproven)}: base rates stand in."
    scaled = forecast.scaled_down_share
    if scaled > 0:
        text += (
            f" On {percent(scaled)} of the accounts the chances asked for more than 100 % together; contraction and expansion are scaled "
            "down there, so that the chance to grow on the list is the higher one."
        )
    return text


def lifetime_section(lifetime: LifetimeEvidence | NotEnough, model: str | None) -> str:
    """The section on how long accounts stay; ``model`` is the churn model that the verdict judged."""
    title = "## How long accounts stay"
    if isinstance(lifetime, NotEnough):
        return f"{title}\n\nNo survival curve can be drawn: {safe(lifetime.reason)}."
    paragraphs = [title, _method(lifetime)]
    if model and lifetime.models and model in lifetime.models:
        paragraphs += [_tie(lifetime.models[model].disagreement, model), _chances(lifetime.models[model])]
    return "\n\n".join(paragraphs)


def _method(lifetime: LifetimeEvidence) -> str:
    columns = ", ".join(f"`{column}`" for column in lifetime.covariates)
    used = f"Used: **{METHODS[lifetime.method]}** ({safe(lifetime.why)})" + (
        f", by {columns}." if columns else "."
    )
    contenders = "; ".join(
        f"{METHODS[name]} concordance {decimals(each.concordance)}, integrated Brier score {decimals(each.integrated_brier)}"
        for name, each in lifetime.methods.items()
    )
    return f"{used} Out of time: {contenders}." if contenders else used


def _tie(gap: Gap, model: str) -> str:
    return (
        f"Its curve is tied to the chance to leave at the renewal by {safe(model)}. Before, the two differed by "
        f"{percent(gap.mean_difference)} on average, by more than 10 points on {percent(gap.share_beyond_10_points)} "
        f"of the snapshots (rank correlation {decimals(gap.rank_correlation)})."
    )


def _chances(tied: Tied) -> str:
    rows = [
        (
            words, f"{all_renewals.renewals:,}", percent(all_renewals.mean_probability), percent(all_renewals.share_left),
            decimals(all_renewals.slope), f"{decimals(all_renewals.ece)} ({decimals(all_renewals.ece_by_chance)})",
        )
        for chance, words in CHANCES.items()
        if (all_renewals := getattr(tied, chance).get("all"))
    ]  # fmt: skip
    heading = ("Chance to leave", "Renewals", "Predicted", "Left", "Slope", "ECE (if right)")
    return table(heading, rows, "lrrrrr")
