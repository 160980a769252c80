"""params.yaml stands in the form in which DVC writes it, so that an experiment, or another book, changes no line but its own."""

import difflib
from pathlib import Path

import pytest
import yaml
from dvc.utils.serialize import modify_yaml

from churnml.params.root import load_params
from churnml.paths import Paths


def scalars(branch: object, place: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The places of the single values: what ``-S`` sets."""
    if isinstance(branch, dict):
        return [found for key, value in branch.items() for found in scalars(value, (*place, key))]
    return [] if isinstance(branch, list) else [place]


def changed(file: Path, whole: str) -> list[str]:
    lines = difflib.ndiff(whole.splitlines(), file.read_text(encoding="utf-8").splitlines())
    return [line[2:] for line in lines if line[0] in "+-"]


@pytest.fixture
def whole(root: Path) -> str:
    """The repository's own params.yaml."""
    return (root / "params.yaml").read_text(encoding="utf-8")


@pytest.fixture
def file(tmp_path: Path, whole: str) -> Path:
    copy = tmp_path / "params.yaml"
    copy.write_text(whole, encoding="utf-8")
    return copy


def test_written_by_dvc_it_is_the_same_bytes(file: Path, whole: str) -> None:
    with modify_yaml(str(file)):
        pass
    assert file.read_text(encoding="utf-8") == whole


def test_an_experiment_changes_the_line_of_its_setting_and_no_other(file: Path, whole: str) -> None:
    """``dvc exp run -S``, for every setting that is one value."""
    wide = {}
    for place in scalars(yaml.safe_load(whole)):
        file.write_text(whole, encoding="utf-8")
        with modify_yaml(str(file)) as settings:
            section = settings
            for key in place[:-1]:
                section = section[key]
            section[place[-1]] = 16
        found = changed(file, whole)
        if len(found) != 2 or not all(line.strip().startswith(f"{place[-1]}:") for line in found):
            wide[place] = found
    assert wide == {}


def test_an_experiments_setting_is_read(file: Path, root: Path) -> None:
    with modify_yaml(str(file)) as settings:
        settings["train"]["lightgbm"]["num_leaves"] = 16
    before, after = load_params(root / "params.yaml"), load_params(file)
    assert after.train.lightgbm.num_leaves == 16
    assert after.model_dump(exclude={"train"}) == before.model_dump(exclude={"train"})


def test_another_book_changes_its_two_lines(file: Path, whole: str) -> None:
    Paths(file.parent, {"name": "crm5", "raw": "../shared/crm 5"}).use()
    assert sorted(line.partition("#")[0].strip() for line in changed(file, whole)) == [
        "name: crm5", "name: sample", "raw: ../shared/crm 5", "raw: data/raw/sample"
    ]  # fmt: skip
    here = file.read_text(encoding="utf-8")
    with modify_yaml(str(file)):
        pass
    assert file.read_text(encoding="utf-8") == here
