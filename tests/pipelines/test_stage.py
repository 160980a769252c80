"""A stage gets what its signature names: sections with the book's settings over them, and paths from flags."""

from pathlib import Path

import pytest

from churnml.data.book import BookSettings
from churnml.errors import NotEnoughError
from churnml.params.snapshots import Revenue, Snapshots
from churnml.results.stored import read_json
from churnml.results.verdict import VERDICTS
from pipelines import stage


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    """A folder with this repository's params.yaml and a book of its own settings."""
    (tmp_path / "params.yaml").write_text(
        (root / "params.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    (tmp_path / "book.yaml").write_text("params:\n  revenue:\n    grace_days: 9\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_sections_paths_and_the_books_settings_are_handed_over(project):
    seen = []

    def look(revenue: Revenue, book: BookSettings, tables: Path) -> None:
        seen.append((revenue.grace_days, book.params, tables))

    stage.run(look, ["--book-file", "book.yaml", "--tables", "here"])
    assert seen == [(9, {"revenue": {"grace_days": 9}}, Path("here"))]


def test_a_section_is_asked_for_by_its_name(project, capsys):
    def look(days: Snapshots) -> None:
        raise AssertionError

    with pytest.raises(SystemExit) as end:
        stage.run(look, ["--book-file", "book.yaml"])
    assert end.value.code == 2
    assert "'days'" in capsys.readouterr().err


def test_a_fault_in_a_section_of_another_stage_stops_the_first(project, capsys):
    """A mistyped setting is refused before anything is computed, whichever stage reads it."""
    params = project / "params.yaml"
    params.write_text(
        params.read_text(encoding="utf-8").replace("candidates:", "candidats:"), encoding="utf-8"
    )

    def look(revenue: Revenue) -> None:
        raise AssertionError

    with pytest.raises(SystemExit) as end:
        stage.run(look, ["--book-file", "book.yaml"])
    assert end.value.code == 2
    assert "unknown setting 'train.candidats': did you mean 'candidates'?" in capsys.readouterr().err


def test_a_path_that_is_not_given_ends_the_stage(project, capsys):
    def look(tables: Path) -> None:
        raise AssertionError

    with pytest.raises(SystemExit) as end:
        stage.run(look, [])
    assert end.value.code == 2
    assert "--tables" in capsys.readouterr().err


def test_a_parameter_that_no_stage_is_given_is_refused():
    def look(count: int) -> None:
        raise AssertionError

    with pytest.raises(TypeError, match="count"):
        stage.signature(look)


def test_an_error_that_can_be_mended_is_told_without_a_traceback(project, capsys):
    def look(tables: Path) -> None:
        raise NotEnoughError("no renewal is ripe")

    with pytest.raises(SystemExit) as end:
        stage.run(look, ["--tables", "here"])
    said = capsys.readouterr()
    assert end.value.code == 2
    assert said.err == "look: no renewal is ripe\n"
    assert said.out == ""


def test_an_unknown_setting_is_told_with_the_nearest_known_one(project, capsys):
    (project / "book.yaml").write_text("params:\n  revenue:\n    grace_day: 9\n", encoding="utf-8")

    def look(revenue: Revenue) -> None:
        raise AssertionError

    with pytest.raises(SystemExit) as end:
        stage.run(look, ["--book-file", "book.yaml"])
    assert end.value.code == 2
    assert "did you mean 'grace_days'" in capsys.readouterr().err


def test_a_misspelt_book_is_told_with_the_nearest_one(project, capsys):
    (project / "data" / "sources" / "sample").mkdir(parents=True)
    (project / "data" / "sources" / "sample" / "book.yaml").touch()

    def look(revenue: Revenue) -> None:
        raise AssertionError

    with pytest.raises(SystemExit) as end:
        stage.run(look, ["--book-file", "data/sources/smple/book.yaml"])
    assert end.value.code == 2
    assert capsys.readouterr().err == "look: no book 'smple' in data/sources: did you mean 'sample'?\n"


def test_a_log_stays_quiet(project, capsys):
    def look(tables: Path) -> None:
        pass

    stage.run(look, ["--tables", "here"])
    assert capsys.readouterr() == ("", "")


def test_the_same_rows_give_the_same_bytes(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"account_id": ["007", "é"], "as_of": pd.to_datetime(["2024-01-01", "2024-02-01"])})
    for name in ("one", "two"):
        stage.write_frame(frame, tmp_path / name / "frame.parquet")
    assert (tmp_path / "one/frame.parquet").read_bytes() == (tmp_path / "two/frame.parquet").read_bytes()
    pd.testing.assert_frame_equal(stage.read_frame(tmp_path / "one/frame.parquet"), frame)


@pytest.mark.parametrize("content", [None, "{"])
def test_a_file_of_an_earlier_stage_that_cannot_be_read_is_named_without_a_traceback(
    project, capsys, content
):
    if content is not None:
        Path("metrics.json").write_text(content, encoding="utf-8")
        Path("rows.parquet").write_text(content, encoding="utf-8")

    def look(metrics: Path) -> None:
        read_json(metrics, VERDICTS)

    def rows(rows: Path) -> None:
        stage.read_frame(rows)

    for run, flags in ((look, ["--metrics", "metrics.json"]), (rows, ["--rows", "rows.parquet"])):
        with pytest.raises(SystemExit) as end:
            stage.run(run, flags)
        assert end.value.code == 2
        assert f"'{flags[1]}' is {'absent' if content is None else 'damaged'}" in capsys.readouterr().err
