"""Commands about the list: make it, print it, and say why, what changed, who may grow, and what its columns mean."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from churnml.cli.group import main
from churnml.paths import Paths, newest

of_day = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The list of that day; by default the newest."
)


@main.command(epilog="Example: churnml score --as-of 2024-12-31")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day to stand on; by default the setting score.as_of.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    help="Where to compute; by default the setting features.engine.",
)
@click.option(
    "--master", help="Spark's master, as in local[2] or yarn; by default the setting features.spark_master."
)
def score(as_of: datetime | None, engine: str | None, master: str | None) -> None:
    """Score the current book and publish its list for one day, whole or not at all."""
    from churnml.listing.list_settings import ListSettings
    from churnml.publish.score import score_book

    project = Paths.here()
    params, _ = project.settings("score")
    tables, daily, champion, plays, crm, lists, backtest = (
        project.path("score", flag)
        for flag in ("tables", "daily", "champion", "plays", "crm", "lists", "backtest")
    )
    day = as_of.date() if as_of else params.score.as_of
    chosen = {"engine": engine, "spark_master": master}
    features = params.features.model_copy(update={name: value for name, value in chosen.items() if value})
    settings = replace(ListSettings.of(params, plays, crm), features=features)
    published = score_book(tables, champion, lists, settings, day, daily, backtest)
    click.echo(published)


@main.command(epilog="Example: churnml show --top 10")
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many accounts at risk."
)
@of_day
def show(top: int, as_of: datetime | None) -> None:
    """Print a published list: who is at risk, how many dollars, why, and who is ready to grow."""
    from churnml.formats.terminal.risk_list import render
    from churnml.listing.columns import read_list

    click.echo(render(*read_list(_published(as_of)), top), nl=False)


@main.command(epilog="Example: churnml growth --kind cross-sell --top 10")
@click.option(
    "--kind",
    type=click.Choice(["expansion", "cross-sell", "advocacy", "onboarding", "enablement"]),
    help="One list only; by default all five.",
)
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many accounts a list."
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The lists of that day; by default the newest."
)
def growth(kind: str | None, top: int, as_of: datetime | None) -> None:
    """Print the growth lists: who may buy more or another product, who would speak for us, what lies idle."""
    from churnml.formats.growth_files import read_growth
    from churnml.formats.terminal.growth import render
    from churnml.listing.growth.growth_lists import KINDS

    lists, metadata = read_growth(_published(as_of))
    click.echo(render(lists, metadata, top, [kind] if kind else KINDS), nl=False)


@main.command(epilog="Example: churnml why A00042")
@click.argument("account")
@of_day
def why(account: str, as_of: datetime | None) -> None:
    """Say all that the newest list knows of one ACCOUNT: money, chances, facts for and against."""
    from churnml.formats.terminal.account import explain

    click.echo(explain(_published(as_of), account), nl=False)


@main.command(epilog="Example: churnml changes --since 2024-11-30")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="An earlier published day, whichever.")
@of_day
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many of each kind."
)
def changes(since: datetime | None, as_of: datetime | None, top: int) -> None:
    """Print what changed since an earlier list: the book in dollars, who is new, off and why, who moved most.

    Each chance's change is split exactly into data, calendar and model.
    """
    from churnml.formats.terminal.changes import render
    from churnml.history.compare import compare_published

    folder, project = _published(as_of), Paths.here()
    paths = {flag: project.path("score", flag) for flag in ("champion", "tables", "daily")}
    earlier = folder.with_name(since.date().isoformat()) if since else None
    click.echo(
        render(*compare_published(folder, earlier, project.settings("score")[0].features, **paths), top),
        nl=False,
    )


@main.command("schema", epilog="Example: churnml schema > risk_list.schema.json")
@click.option("--page", "is_page", is_flag=True, help="Print instead the Markdown page docs/list.md.")
def list_schema(is_page: bool) -> None:
    """Print the JSON Schema of one row of the list, with a column for each setting of params.yaml."""
    from churnml.formats.json import as_json
    from churnml.formats.json_schema import row_schema
    from churnml.listing.columns import schema
    from churnml.publish.columns_page import page

    params = Paths.here().params()
    score = params.score
    columns = schema(
        score.max_reasons_for,
        score.max_reasons_against,
        tuple(params.health.components),
        days=score.horizon_days,
    )
    click.echo(page(columns) if is_page else as_json(row_schema(columns)).decode("utf-8"), nl=False)


def _published(as_of: datetime | None) -> Path:
    lists = Paths.here().path("score", "lists")
    return lists / as_of.date().isoformat() if as_of else newest(lists)
