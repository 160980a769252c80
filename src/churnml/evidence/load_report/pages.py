"""The load report as a file: one HTML page or one Markdown page."""

from pathlib import Path

from churnml.errors import SettingsError
from churnml.evidence.card.blocks import Picture
from churnml.evidence.card.markup import block_markdown, templates
from churnml.evidence.load_report.report import LoadReport
from churnml.evidence.load_report.sections import sections, verdict
from churnml.text.markdown import safe
from churnml.text.templates import environment

TITLE = "Load report"


def to_html(report: LoadReport) -> str:
    """The report as HTML: styles inside, pictures as data, no script; whatever comes from the book is escaped."""
    page = environment(__package__ or "").get_template("page.html.j2")
    return page.render(
        blocks=templates().get_template("blocks.html.j2").module, title=f"{TITLE}: {report.book}", verdict=verdict(report), is_refused=report.refusal is not None, sections=sections(report)
    )  # fmt: skip


def to_markdown(report: LoadReport) -> str:
    """The report as Markdown; the picture's figures stand in its table."""
    parts = [f"# {TITLE}: {safe(report.book)}", f"**{safe(verdict(report))}**"]
    for section in sections(report):
        shown = [block for block in section.blocks if not isinstance(block, Picture)]
        parts += [f"## {safe(section.title)}", *(block_markdown(block, "") for block in shown)]
    return "\n\n".join(parts) + "\n"


WRITERS = {".html": to_html, ".md": to_markdown}


def require_kind(file: Path) -> None:
    """SettingsError where a report cannot be written as a file of that name."""
    if file.suffix not in WRITERS:
        raise SettingsError(
            f"--report {file}: a report is written as {' or '.join(WRITERS)}; give the file such a name."
        )


def write_report(report: LoadReport, file: Path) -> None:
    """Writes the report as its file's name says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(WRITERS[file.suffix](report), encoding="utf-8")
