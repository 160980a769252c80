"""params.yaml stands in the form in which DVC writes it, so that an experiment, or another book, changes no line but its own."""

import difflib
from pathlib import Path

import pytest
import yaml
from dvc.utils.serialize import modify_yaml

from churnml.params.root import load_params
from churnml.paths import Paths

Place = tuple[str, ...]


def scalars(branch: yaml.Node, place: Place = ()) -> dict[Place, int]:
    """The single values, which ``-S`` sets, by their place: the number of the line each stands on."""
    if not isinstance(branch, yaml.MappingNode):
        return {place: branch.start_mark.line} if isinstance(branch, yaml.ScalarNode) else {}
    return {
        found: line
        for key, value in branch.value
        for found, line in scalars(value, (*place, key.value)).items()
    }


def apart(places: list[Place]) -> list[list[Place]]:
    """Sets of places: of any two places, some set holds the first and not the second. By the binary digits of their numbers."""
    digits = range(len(places).bit_length())
    return [
        [place for number, place in enumerate(places) if number >> digit & 1 == bit]
        for digit in digits
        for bit in (0, 1)
    ]


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
    """``dvc exp run -S``, for every setting that is one value. Many are set at once, since DVC's reader takes a fifth of a second;
    a setting that moved another's line would be found where that other one is left alone.
    """
    before, line_of = whole.splitlines(), scalars(yaml.compose(whole))
    for some in apart(list(line_of)):
        file.write_text(whole, encoding="utf-8")
        with modify_yaml(str(file)) as settings:
            for place in some:
                section = settings
                for key in place[:-1]:
                    section = section[key]
                section[place[-1]] = 16
        after = file.read_text(encoding="utf-8").splitlines()
        assert len(after) == len(before)
        moved = {number for number, line in enumerate(after) if line != before[number]}
        assert moved == {line_of[place] for place in some}
        assert [
            place for place in some if not after[line_of[place]].strip().startswith(f"{place[-1]}: 16")
        ] == []


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
