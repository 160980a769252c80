"""Tests mirror the rooms by path and name: who looks for the tests of a module finds them where the module would lie."""

from pathlib import Path

ACROSS = {
    "ingest/test_bad_input.py": "what every table refuses, through the whole of ingest",
    "ingest/raw/test_records.py": "every record of a file, counted beside Python's csv",
    "evidence/test_models_are_drawn.py": "each listed model on every chart and card",
    "features/test_boundaries.py": "days at their edges, for all features",
    "features/test_hand_made.py": "values a person can count, for all features",
    "features/test_oracle.py": "all features against plain Python",
    "data/sample/test_recording.py": "how the sample's company keeps its records, through ingest and features",
    "data/test_contracts_oracle.py": "ledger, decisions and outcomes of contracts against plain Python",
    "features/test_time.py": "all features against the future",
    "formats/html/test_browser.py": "the page in Chromium",
    "formats/terminal/test_printed.py": "all that is printed, word for word",
    "formats/test_hostile.py": "hostile names in every file",
    "evidence/report/test_forecast_section.py": "the report's section on the coming quarters",
    "history/test_earlier_lists.py": "earlier lists, read and passed over",
    "history/test_past_scores.py": "an account's earlier scores",
    "history/test_split.py": "a change, split into data, calendar and model",
    "formats/workbook/test_libreoffice.py": "the workbook in LibreOffice",
    "forecast/test_forecast_stage.py": "position, drift and projection on one book",
    "learn/test_small_book.py": "from training to the verdict, on few renewals",
    "listing/growth/test_at_risk.py": "one promise of all growth lists",
    "params/test_yaml_form.py": "params.yaml as DVC writes it",
    "pipelines/test_dvc_contract.py": "dvc.yaml against the stages",
    "pipelines/test_imports.py": "what a stage loads",
    "pipelines/test_terminal.py": "what the terminal shows of a run",
    "publish/test_growth.py": "the growth lists from tables to the published folder",
    "spark/test_dialect.py": "what needs PySpark stands together",
    "spark/test_features.py": "what needs PySpark stands together",
    "spark/test_scores.py": "what needs PySpark stands together",
    "test_foreign_books.py": "books of others, from raw files to the list",
    "test_house_docs.py": "the pages",
    "test_house_floors.py": "the imports",
    "test_house_form.py": "the sizes and names",
    "test_house_tests.py": "the tests",
    "test_notebook.py": "the notebook",
    "test_readme.py": "the README's blocks",
    "test_reasons_recomputed.py": "the reasons of the scored book",
    "test_scored_book.py": "the scored book",
    "test_walk.py": "the walk's commands",
    "test_work.py": "the work of all stages",
}
"""The suites that look across modules, by path below ``tests``, and what each is of."""
SITUATIONS = "situations"  # a folder of tests named after what the world brings, not after a module


def mirrored(root: Path, test: Path) -> bool:
    """Whether a test file is named after a module, a package, or the package of its own folder."""
    folder, name = test.parent, test.stem.removeprefix("test_")
    rooms = [root / "src" / "churnml" / folder, root / folder]
    return name == folder.name or any(
        (room / f"{name}.py").is_file() or (room / name).is_dir() for room in rooms
    )


def test_a_test_file_is_named_after_what_it_tests(root):
    tests = [file.relative_to(root / "tests") for file in sorted((root / "tests").rglob("test_*.py"))]
    across = {str(test) for test in tests} & ACROSS.keys()
    assert across == ACROSS.keys()
    ours = [test for test in tests if test.parts[0] != SITUATIONS]
    assert [str(test) for test in ours if not mirrored(root, test) and str(test) not in ACROSS] == []
    assert [test for test in sorted(across) if mirrored(root, Path(test))] == []
