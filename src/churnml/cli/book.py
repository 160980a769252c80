"""Commands about a book: which one is in use, its settings, its raw files and their proof."""

from pathlib import Path

import click

from churnml.cli.group import main
from churnml.errors import Exit
from churnml.paths import SETTINGS, Paths

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
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to FILE.html or FILE.md, too.",
)
def check(book: str | None, raw: Path | None, of_time: bool, report: Path | None) -> None:
    """Check a book's raw files: what is read, what is quarantined and why, and what the book then says.

    Without BOOK the one in use. Prints each file and table, refused rows with an example, live accounts, ARR and churn by month, what differs
    from the last accepted delivery, how narrow an interval the known decisions can carry, and, as lines for its book.yaml, settings that the
    book's own terms, gaps and history ask for and that are not in force. Nothing but the quarantine and the report is written; a book that is
    refused says every reason at once.

    With --time, a sample of the tables that were ingested is delivered again with another future, late, in other pieces and twice. A
    feature that moves by a byte is named, and the exit code is 1. Its size is the section 'leakage_test' of params.yaml.
    """
    if of_time:
        _check_time(Paths.here().of(book, raw))
    else:
        _check_files(Paths.here().of(book, raw), report)


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


def _check_files(paths: Paths, file: Path | None) -> None:
    """Prints the load report, also of a book that is refused, and writes it to the file."""
    from churnml.evidence.load_report.pages import require_kind, write_report
    from churnml.evidence.load_report.report import Places, load_report
    from churnml.formats.terminal.load_report import render

    if file is not None:
        require_kind(file)
    params, settings = paths.settings("ingest")
    places = Places(*(paths.path("ingest", flag) for flag in ("raw", "mapping", "quarantine", "delivery")))
    found = load_report(places, settings, params)
    click.echo(render(found))
    if file is not None:
        write_report(found, file)
    if found.refusal is not None:
        raise found.refusal
