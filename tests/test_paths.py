"""Commands beside the pipeline find their paths in dvc.yaml, and a book is chosen in params.yaml."""

import shutil
from pathlib import Path

import pytest
import yaml

from churnml.errors import BookError, SettingsError
from churnml.paths import Paths, newest


@pytest.fixture
def project(root, tmp_path, monkeypatch):
    """This repository's dvc.yaml, params.yaml and books, in a folder of their own."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(root / name, home / name)
    shutil.copytree(root / "data" / "sources", home / "data" / "sources")
    monkeypatch.chdir(home)
    Paths.here().of("sample", None).use()
    return home


def test_a_stages_paths_carry_the_book_in_use(project):
    assert Paths.here().path("score", "tables") == project / "data" / "work" / "sample" / "tables"


def test_they_are_found_from_a_folder_below(project, monkeypatch):
    monkeypatch.chdir(project / "data" / "sources")
    assert Paths.here().root == project


def test_outside_a_project_the_message_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match="inside the project's folder"):
        Paths.here()


def test_using_a_book_rewrites_two_values_and_keeps_every_comment(project):
    raw = project.parent / "export of May #2"
    raw.mkdir()
    before = (project / "params.yaml").read_text().splitlines()
    Paths.here().of("crm5", raw).use()
    after = (project / "params.yaml").read_text().splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [old.split(":")[0] for old, _ in changed] == ["  name", "  raw"]
    assert [old.partition("#")[2] for old, _ in changed] == [new.rpartition("#")[2] for _, new in changed]
    assert yaml.safe_load("\n".join(after))["book"] == {"name": "crm5", "raw": "../export of May #2"}


def test_the_sample_book_comes_back_by_name_alone(project, tmp_path):
    before = (project / "params.yaml").read_text()
    Paths.here().of("crm5", tmp_path).use()
    Paths.here().of("sample", None).use()
    assert (project / "params.yaml").read_text() == before


@pytest.mark.parametrize(
    "raw", ["1e3", "2024", "true", "a: b", "it's", 'say "raw"', "  spaced", "data/raw/x-1"]
)
def test_any_folder_name_is_read_back_as_it_is(project, raw):
    (project / raw).mkdir(parents=True)
    Paths.here().of("crm5", Path(raw)).use()
    assert yaml.safe_load((project / "params.yaml").read_text())["book"]["raw"] == raw


def test_an_unknown_book_is_told_the_nearest_one(project):
    with pytest.raises(SettingsError, match="did you mean 'ravenstack'"):
        Paths.here().of("ravenstak", None)


def test_a_foreign_book_needs_its_raw_folder(project):
    with pytest.raises(SettingsError, match="--raw FOLDER"):
        Paths.here().of("crm5", None)
    with pytest.raises(BookError, match="does not exist"):
        Paths.here().of("crm5", Path("nowhere"))


def test_the_books_own_settings_lie_over_params(project, tmp_path):
    params, book = Paths.here().of("crm5", tmp_path).settings("ingest")
    assert params.snapshots.lead_days == tuple(book.params["snapshots"]["lead_days"])


def test_the_newest_list_is_the_latest_day(tmp_path):
    for day in ("2024-12-31", "2025-01-01", ".2025-02-01.new"):
        (tmp_path / day).mkdir()
    assert newest(tmp_path).name == "2025-01-01"
    with pytest.raises(SettingsError, match="no list was published"):
        newest(tmp_path / "2024-12-31")


def test_a_misspelt_book_in_params_is_told_whatever_is_asked(project):
    file = project / "params.yaml"
    file.write_text(file.read_text().replace("  name: sample", "  name: smple"))
    here = Paths.here()
    said = r"no book 'smple' in data/sources: did you mean 'sample'\?"
    with pytest.raises(SettingsError, match=said):
        here.path("score", "lists")
    with pytest.raises(SettingsError, match=said):
        here.settings("ingest")
    with pytest.raises(SettingsError, match=said):
        here.of(None, None)
    here.of("sample", None).use()  # and can be mended by naming another
    assert Paths.here().path("score", "lists")
