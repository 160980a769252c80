"""Commands about columns and words: the catalogue of features, the glossary, and a flat table judged."""

from pathlib import Path
from typing import Any

import click

from churnml.cli.group import main
from churnml.paths import Paths


@main.command(epilog="Example: churnml features > docs/features.md")
@click.option(
    "--size", is_flag=True, help="Print instead how closely each concept follows ARR on the book in use."
)
def features(size: bool) -> None:
    """Print the catalogue of features as the Markdown page docs/features.md."""
    if not size:
        from churnml.features.docs import page

        click.echo(page(), nl=False)
        return
    from churnml.data.tables import Tables
    from churnml.features.catalog import available
    from churnml.features.size import size_report
    from churnml.paths import read_built

    paths = Paths.here()
    built = read_built(paths.path("featurize", "out"))
    kept = available(Tables(paths.path("featurize", "tables")))
    click.echo(size_report(built, [feature for feature in kept if feature.column in built]))


@main.command(epilog="Example: churnml glossary > docs/glossary.md")
def glossary() -> None:
    """Print the words of churnml as the Markdown page docs/glossary.md."""
    from churnml.text.glossary import page

    click.echo(page(), nl=False)


@main.command(epilog="Example: churnml flat customers.csv --outcome churned --id customer_id --drop notes")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--outcome", required=True, help="The column that says who left (or grew).")
@click.option("--yes", help="Its value that means yes, where that is not plain.")
@click.option("--id", "of_customer", help="The column that names the customer.")
@click.option("--value", help="The column with what a customer is worth (margin, ARR).")
@click.option("--drop", multiple=True, help="A column to leave out; may be said several times.")
@click.option(
    "--dates",
    type=click.Choice(["day-first", "month-first"]),
    help="How days are written, where no row proves it.",
)
@click.option(
    "--earlier",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An older export of the same customers, to find columns rewritten since.",
)
@click.option("--dialect", multiple=True, metavar="NAME=VALUE",
              help="How a text file is written, where not by RFC 4180 in UTF-8: delimiter, quote, escape, encoding, header_row, decimal, thousands, null_words.")  # fmt: skip
def flat(
    file: Path, outcome: str, yes: str | None, of_customer: str | None, value: str | None, drop: tuple[str, ...], dates: Any,
    earlier: Path | None, dialect: tuple[str, ...],
) -> None:  # fmt: skip
    """Judge a flat FILE (CSV, JSON, XLSX, Parquet): one row a customer, no history.

    Columns that know the outcome are named first, and stop it. Else it is cross-validated; time it cannot prove.
    """
    from churnml.data.book import read_dialect
    from churnml.evidence.require_clear import require_clear_table
    from churnml.flat.flat import judge_table, open_flat, render_flat
    from churnml.flat.table import Roles

    params = Paths.here().params()
    opened = open_flat(
        file, Roles(outcome, yes, of_customer, value, drop, dates), earlier, params, read_dialect(dialect)
    )
    require_clear_table(opened.audit, file.name)
    click.echo(render_flat(opened, judge_table(opened.table, params)), nl=False)
