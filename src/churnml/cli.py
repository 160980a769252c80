"""The command ``churnml``: thin, and lazy, so that ``--help`` is quick. An error a person can mend ends it with exit code 2."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from churnml.errors import ChurnmlError
from churnml.places import Places, newest

if TYPE_CHECKING:
    from churnml.data.check import Check

folder = click.Path(path_type=Path, file_okay=False)
of_day = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The list of that day; by default the newest."
)


class BadInput(click.ClickException):
    """Something the user can mend, told without a traceback."""

    exit_code = 2


class PlainErrors(click.Group):
    """A group whose commands say what is wrong in plain words, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """What the command returns; a ChurnmlError becomes its message on stderr and exit code 2."""
        try:
            return super().invoke(ctx)
        except ChurnmlError as error:
            said = str(error)
        raise BadInput(
            said
        )  # out here: an error that hung on it would keep DuckDB alive, which complains of that at length


@click.group(cls=PlainErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="churnml")
def main() -> None:
    """Which customers will leave or grow, how many dollars hang on it, and why."""


@main.command()
@click.argument("book")
@click.option("--raw", type=folder, help="Folder with the book's raw files.")
def use(book: str, raw: Path | None) -> None:
    """Make BOOK the one in use: from now on `dvc repro` runs it.

    BOOK is a folder of data/sources. Writes book.name and book.raw in params.yaml.
    """
    chosen = Places.here().of(book, raw)
    chosen.use()
    click.echo(f"book {chosen.book['name']}, raw files in {chosen.book['raw']}", err=True)


@main.command()
def sample() -> None:
    """Write the sample book: four years of an invented company's exports.

    Its size and seed are the section 'sample' of params.yaml. The true chances are written apart, where no stage reads them.
    """
    from churnml.data.sample import write_sample

    places = Places.here()
    raw, truth = places.path("sample", "raw"), places.path("sample", "truth")
    write_sample(places.settings("sample")[0].sample, raw, truth)
    click.echo(f"raw files in {raw}")


@main.command()
@click.argument("book", required=False)
@click.option("--raw", type=folder, help="Folder with the book's raw files.")
@click.option(
    "--time", "of_time", is_flag=True, help="Prove on the ingested tables that no feature knows the future."
)
def check(book: str | None, raw: Path | None, of_time: bool) -> None:
    """Check a book's raw files: what is read, what is quarantined and why.

    Without BOOK the one in use. Nothing but the quarantine is written; a book that is refused says every reason at once.

    With --time, a sample of the tables that were ingested is delivered again with another future, late, in other pieces and twice. A
    feature that moves by a byte is named, and the exit code is 1. Its size is the section 'proof' of params.yaml.
    """
    if of_time:
        _check_time(Places.here().of(book, raw))
    else:
        _check_files(Places.here().of(book, raw))


def _check_time(places: Places) -> None:
    """Prints one line a proof; exit code 1 where a feature moved."""
    from tempfile import TemporaryDirectory

    from churnml.data.tables import Tables
    from churnml.features.catalog import available
    from churnml.features.proof.proofs import prove, sample_trial
    from churnml.features.proof.told import tell

    params, _ = places.settings("ingest")
    tables = Tables(places.path("ingest", "tables"))
    features = available(tables, params.features.exclude)
    with TemporaryDirectory() as folder:
        trial = sample_trial(
            tables, features, Path(folder), params.proof, params.ingest, params.revenue, params.snapshots
        )
        found = prove(trial)
    click.echo(tell(found, features))
    if not all(proof.is_proved for proof in found):
        click.get_current_context().exit(1)


def _check_files(places: Places) -> None:
    """Prints what ingest would read, keep and refuse."""
    from tempfile import TemporaryDirectory

    from churnml.data.ingest import ingest_book
    from churnml.data.tables import Tables
    from churnml.features.catalog import missing

    params, settings = places.settings("ingest")
    mapping, quarantine = places.path("ingest", "mapping"), places.path("ingest", "quarantine")
    with TemporaryDirectory() as tables:
        found = ingest_book(
            places.path("ingest", "raw"), mapping, settings, params.ingest, Path(tables), quarantine
        )
        found.notices += missing(Tables(Path(tables)))
    click.echo(_told(found))


@main.command()
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
    from churnml.deliver.list_settings import ListSettings
    from churnml.deliver.scoring import score_book

    places = Places.here()
    params, _ = places.settings("score")
    tables, daily, champion, plays, crm, lists, backtest = (
        places.path("score", flag)
        for flag in ("tables", "daily", "champion", "plays", "crm", "lists", "backtest")
    )
    day = as_of.date() if as_of else params.score.as_of
    chosen = {"engine": engine, "spark_master": master}
    features = params.features.model_copy(update={name: said for name, said in chosen.items() if said})
    settings = replace(ListSettings.of(params, plays, crm), features=features)
    published = score_book(tables, champion, lists, settings, day, daily, backtest)
    click.echo(published)


@main.command()
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many accounts at risk."
)
@of_day
def show(top: int, as_of: datetime | None) -> None:
    """Print a published list: who is at risk, how many dollars, why, and who is ready to grow."""
    from churnml.deliver.risk_list import read_list
    from churnml.deliver.terminal import render

    click.echo(render(*read_list(_published(as_of)), top), nl=False)


@main.command()
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
    from churnml.deliver.growth.book import KINDS
    from churnml.deliver.growth.file import read_growth
    from churnml.deliver.growth.told import render

    lists, header = read_growth(_published(as_of))
    click.echo(render(lists, header, top, [kind] if kind else KINDS), nl=False)


@main.command()
@click.argument("account")
@of_day
def why(account: str, as_of: datetime | None) -> None:
    """Say all that the newest list knows of one ACCOUNT: money, chances, facts for and against."""
    from churnml.deliver.why import explain

    click.echo(explain(_published(as_of), account), nl=False)


@main.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="An earlier published day, whichever.")
@of_day
@click.option(
    "--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many of each kind."
)
def changes(since: datetime | None, as_of: datetime | None, top: int) -> None:
    """Print what changed since an earlier list: the book in dollars, who is new, off and why, who moved most.

    Each chance's change is split exactly into data, calendar and model.
    """
    from churnml.deliver.change.against import compared
    from churnml.deliver.change.told import render

    folder, places = _published(as_of), Places.here()
    paths = {flag: places.path("score", flag) for flag in ("champion", "tables", "daily")}
    earlier = folder.with_name(since.date().isoformat()) if since else None
    click.echo(
        render(*compared(folder, earlier, places.settings("score")[0].features, **paths), top), nl=False
    )


@main.command()
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
    from churnml.features.size import told
    from churnml.places import read_built

    places = Places.here()
    built = read_built(places.path("featurize", "out"))
    kept = available(Tables(places.path("featurize", "tables")))
    click.echo(told(built, [feature for feature in kept if feature.column in built]))


@main.command("schema")
@click.option("--page", "is_page", is_flag=True, help="Print instead the Markdown page docs/list.md.")
def list_schema(is_page: bool) -> None:
    """Print the JSON Schema of one row of the list, with a column for each setting of params.yaml."""
    from churnml.deliver.json_text import as_json
    from churnml.deliver.list_page import page
    from churnml.deliver.list_schema import row_schema
    from churnml.deliver.risk_list import schema

    params = Places.here().params()
    columns = schema(params.score.reasons_for, params.score.reasons_against, tuple(params.health.components))
    click.echo(page(columns) if is_page else as_json(row_schema(columns)).decode("utf-8"), nl=False)


@main.command()
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
def flat(
    file: Path,
    outcome: str,
    yes: str | None,
    of_customer: str | None,
    value: str | None,
    drop: tuple[str, ...],
    dates: Any,
    earlier: Path | None,
) -> None:
    """Judge a flat FILE (CSV, XLSX, Parquet): one row a customer, no history.

    Columns that know the outcome are named first, and stop it. Else it is cross-validated; time it cannot prove.
    """
    from churnml.deliver.alarms_told import require_clear_table
    from churnml.deliver.flat_told import render_flat
    from churnml.learn.flat.flat import judge_table, open_flat
    from churnml.learn.flat.table import Roles

    params = Places.here().params()
    opened = open_flat(file, Roles(outcome, yes, of_customer, value, drop, dates), earlier, params)
    audit = opened.audit.as_dict()
    require_clear_table(audit, file.name)
    click.echo(render_flat(opened.table, audit, judge_table(opened.table, params)), nl=False)


def _told(found: "Check") -> str:
    """What a check found, one line a table, then the reasons for what was refused."""
    lines = [f"{'table':<12}{'read':>10}{'kept':>10}{'quarantined':>13}"]
    lines += [
        f"{name:<12}{n['read']:>10,}{n['kept']:>10,}{n['quarantined']:>13,}" for name, n in found.rows.items()
    ]
    lines += [
        f"{name}: {n:,} {reason}"
        for name, reasons in found.quarantined.items()
        for reason, n in reasons.items()
    ]
    return "\n".join([*lines, *found.notices, f"last day: {found.last_day}"])


def _published(as_of: datetime | None) -> Path:
    lists = Places.here().path("score", "lists")
    return lists / as_of.date().isoformat() if as_of else newest(lists)
