"""Commands about a book: which one is in use, its settings, its raw files and their proof."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from churnml.cli.group import main
from churnml.errors import Exit
from churnml.paths import SETTINGS, Paths

if TYPE_CHECKING:
    from churnml.data.ingest.checks import Check

folder = click.Path(path_type=Path, file_okay=False)


@main.command(epilog="Example: churnml use crm5 --raw data/raw/crm5")
@click.argument("book")
@click.option("--raw", type=folder, help="Folder with the book's raw files.")
def use(book: str, raw: Path | None) -> None:
    """Make BOOK the one in use: from now on `dvc repro` runs it.

    BOOK is a folder of data/sources. Writes book.name and book.raw in params.yaml.
    """
    chosen = Paths.here().of(book, raw)
    chosen.use()
    click.echo(f"book {chosen.book['name']}, raw files in {chosen.book['raw']}", err=True)


@main.command(epilog="Example: churnml settings > docs/settings.md")
def settings() -> None:
    """Print every setting of params.yaml, with its value and meaning, as the Markdown page docs/settings.md."""
    from churnml.params.load import read_yaml
    from churnml.params.settings_page import page

    click.echo(page(read_yaml(Paths.here().root / SETTINGS)), nl=False)


@main.command(epilog="Example: churnml tables > docs/tables.md")
def tables() -> None:
    """Print every canonical table and column, with its meaning, unit and an example, as the Markdown page docs/tables.md."""
    from churnml.data.tables_page import page

    click.echo(page(), nl=False)


@main.command(epilog="Example: churnml sample")
def sample() -> None:
    """Write the sample book: four years of an invented company's exports.

    Its size and seed are the section 'sample' of params.yaml. The true chances are written apart, where no stage reads them.
    """
    from churnml.data.sample import write_sample

    paths = Paths.here()
    raw, truth = paths.path("sample", "raw"), paths.path("sample", "truth")
    write_sample(paths.settings("sample")[0].sample, raw, truth)
    click.echo(f"raw files in {raw}")


@main.command(epilog="Example: churnml check crm5 --raw data/raw/crm5")
@click.argument("book", required=False)
@click.option("--raw", type=folder, help="Folder with the book's raw files.")
@click.option(
    "--time", "of_time", is_flag=True, help="Prove on the ingested tables that no feature knows the future."
)
def check(book: str | None, raw: Path | None, of_time: bool) -> None:
    """Check a book's raw files: what is read, what is quarantined and why.

    Without BOOK the one in use. Nothing but the quarantine is written; a book that is refused says every reason at once. Settings that
    the book's own terms, gaps and history ask for, and that are not in force, are printed as lines for its book.yaml.

    With --time, a sample of the tables that were ingested is delivered again with another future, late, in other pieces and twice. A
    feature that moves by a byte is named, and the exit code is 1. Its size is the section 'leakage_test' of params.yaml.
    """
    if of_time:
        _check_time(Paths.here().of(book, raw))
    else:
        _check_files(Paths.here().of(book, raw))


def _check_time(paths: Paths) -> None:
    """Prints one line a proof; exit code 1 where a feature moved."""
    from tempfile import TemporaryDirectory

    from churnml.data.tables import Tables
    from churnml.features.catalog import available
    from churnml.features.leakage_test.checks import run_checks, sample_trial
    from churnml.features.leakage_test.report import render

    params, _ = paths.settings("ingest")
    tables = Tables(paths.path("ingest", "tables"))
    features = available(tables, params.features.exclude)
    with TemporaryDirectory() as folder:
        trial = sample_trial(
            tables,
            features,
            Path(folder),
            params.leakage_test,
            params.ingest,
            params.revenue,
            params.snapshots,
        )
        findings = run_checks(trial)
    click.echo(render(findings, features))
    if not all(check.is_passed for check in findings):
        click.get_current_context().exit(Exit.FINDINGS)


def _check_files(paths: Paths) -> None:
    from tempfile import TemporaryDirectory

    from churnml.data.ingest.checks import RefusedBookError
    from churnml.data.ingest.ingest import ingest_book
    from churnml.data.proposals import as_yaml, propose
    from churnml.data.tables import Tables, readable
    from churnml.features.catalog import missing

    params, settings = paths.settings("ingest")
    mapping, quarantine = paths.path("ingest", "mapping"), paths.path("ingest", "quarantine")
    with TemporaryDirectory() as tables:
        try:
            checked = ingest_book(
                paths.path("ingest", "raw"),
                mapping,
                settings,
                params.ingest,
                Path(tables),
                quarantine,
                with_usage=False,
            )
        except RefusedBookError as refusal:
            click.echo(_check_lines(refusal.check))
            raise
        checked.notices += missing(readable(checked.columns, settings.static))
        proposed = as_yaml(propose(Tables(Path(tables)), params))
    click.echo("\n".join([_check_lines(checked), *proposed]))


def _check_lines(checked: "Check") -> str:
    lines = [f"{'table':<12}{'read':>10}{'kept':>10}{'quarantined':>13}"]
    lines += [
        f"{name:<12}{n['read']:>10,}{n['kept']:>10,}{n['quarantined']:>13,}"
        for name, n in checked.rows.items()
    ]
    lines += [
        f"{name:<12}{rows:>10,}{'-':>10}{'-':>13}"
        for name, rows in checked.unjudged.items()
        if name not in checked.rows
    ]
    lines += [
        f"{name}: {n:,} {reason}{f', like {told[reason]}' if reason in (told := checked.examples.get(name, {})) else ''}"
        for name, reasons in checked.quarantined.items()
        for reason, n in reasons.items()
    ]
    return "\n".join([*lines, *checked.notices, f"last day: {checked.last_day}"])
