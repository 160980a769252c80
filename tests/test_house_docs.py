"""Documentation is output: what can be generated is, and what a page names exists."""

import re
import subprocess

import pytest
from click.testing import CliRunner

from churnml.cli import main
from churnml.data.schema import RECORDING, TABLES
from churnml.data.tables_page import RECORDED, meanings
from churnml.errors import Exit
from churnml.text.glossary import WORDS

PAGES = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def pages(root):
    return [*(root / name for name in PAGES), *sorted((root / "docs").rglob("*.md"))]


def test_the_feature_page_is_the_catalogue(root):
    told = CliRunner().invoke(main, ["features"])
    assert (root / "docs" / "features.md").read_text(encoding="utf-8") == told.output, (
        "run: churnml features > docs/features.md"
    )


def test_the_glossary_page_is_the_table_and_linked(root):
    assert (root / "docs" / "glossary.md").read_text(encoding="utf-8") == CliRunner().invoke(
        main, ["glossary"]
    ).output, "run: churnml glossary > docs/glossary.md"
    for name in ("README.md", "CONTRIBUTING.md"):
        assert "(docs/glossary.md)" in (root / name).read_text(encoding="utf-8"), name


def test_the_glossary_has_no_word_twice_and_each_is_used(root):
    words = [word.casefold() for group in WORDS.values() for word, _ in group]
    assert len(words) == len(set(words))
    files = [*pages(root), *(root / "src").rglob("*.py")]
    texts = [path.read_text(encoding="utf-8").casefold() for path in files if path.stem != "glossary"]
    assert [
        word for word in words if not any(re.search(rf"\b{re.escape(word)}", text) for text in texts)
    ] == []


def test_the_settings_page_is_the_settings(root):
    told = CliRunner().invoke(main, ["settings"])
    assert (root / "docs" / "settings.md").read_text(encoding="utf-8") == told.output, (
        "run: churnml settings > docs/settings.md"
    )


def test_the_tables_page_is_the_schema_and_linked(root):
    shown = CliRunner().invoke(main, ["tables"])
    assert (root / "docs" / "tables.md").read_text(encoding="utf-8") == shown.output, (
        "run: churnml tables > docs/tables.md"
    )
    assert "(docs/tables.md)" in (root / "README.md").read_text(encoding="utf-8")
    assert "(tables.md)" in (root / "docs" / "books.md").read_text(encoding="utf-8")


def test_every_column_of_the_schema_has_its_meaning_and_an_example():
    """A new column needs its line in src/churnml/data/tables.toml."""
    schema = {name: set(table.mapped) for name, table in TABLES.items()}
    schema |= {RECORDED: {column.name for column in RECORDING}}
    texts = meanings()
    assert {name: set(table["columns"]) for name, table in texts.items()} == schema
    cells = [text for table in texts.values() for text in table["columns"].values()]
    assert all(
        text["meaning"] and text["example"] and set(text) <= {"meaning", "example", "unit"} for text in cells
    )
    assert not any("|" in part for text in cells for part in text.values())


def test_every_exit_code_stands_in_the_page_on_books_and_in_the_help(root):
    page = (root / "docs" / "books.md").read_text(encoding="utf-8")
    shown = " ".join(CliRunner().invoke(main, ["--help"]).output.split())
    assert [code for code in Exit if f"| {code:d} | {code.meaning} |" not in page] == []
    assert [code for code in Exit if f"{code:d} {code.meaning}" not in shown] == []


def test_every_command_and_make_target_stands_in_the_readme(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    wanted = [f"churnml {name}" for name in main.commands] + [
        f"make {name}" for name in ("run", "test", "check")
    ]
    assert [name for name in wanted if name not in readme] == []


def test_links_between_pages_lead_somewhere(root):
    broken = [
        f"{page.relative_to(root)} -> {target}"
        for page in pages(root)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_paths_that_pages_name_exist(root):
    """A path in backticks below src, pipelines, tests or docs is a promise; one with <…> or * is a pattern."""
    lost = [
        f"{page.relative_to(root)}: {path}"
        for page in pages(root)
        for path in re.findall(r"`((?:src|pipelines|tests|docs)/[\w./-]+)`", page.read_text(encoding="utf-8"))
        if not (root / path).exists()
    ]
    assert lost == []


def test_decision_records_are_numbered_without_gap(root):
    numbers = [int(p.name[:4]) for p in sorted((root / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "name", ["LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", ".ci/run", "Makefile", "requirements.lock"]
)
def test_the_house_has_it(root, name):
    assert (root / name).is_file()


def test_no_machine_path_and_no_registry_stands_in_a_tracked_file(root):
    machine, registry = (
        r"(?:^|[^\w.])/(?:w[o]rk|f[a]rm|r[o]ot)/",
        r"https?://[^/ ]*(?:p[y]pi|p[y]thonhosted|npm[j]s)",
    )
    forbidden = re.compile(f"{machine}|{registry}")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    found = []
    for name in listed.stdout.splitlines():
        file = root / name
        if file.is_file() and file.suffix not in {".png", ".parquet", ".xlsx"}:
            text = file.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {line.strip()[:80]}" for line in text.splitlines() if forbidden.search(line)]
    assert found == []
