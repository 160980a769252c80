"""A setting's old name is refused with the new one, wherever it is written."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from churnml.cli import main
from churnml.errors import SettingsError
from churnml.params.load import read_yaml
from churnml.params.renamed import RENAMED
from churnml.params.root import load_params

PARAMS = Path("params.yaml")
EVERY = [(section, old, new) for section, names in RENAMED.items() for old, new in names.items()]


def nested(section: str, key: str, value: Any) -> dict[str, Any]:
    found: dict[str, Any] = {key: value}
    for part in reversed(section.split(".") if section else []):
        found = {part: found}
    return found


def value_at(section: str, key: str) -> Any:
    found: Any = read_yaml(PARAMS)
    for part in [*(section.split(".") if section else []), key]:
        found = found.get(part, 1) if isinstance(found, dict) else 1
    return found


@pytest.mark.parametrize(("section", "old", "new"), EVERY, ids=[f"{s}.{o}".strip(".") for s, o, _ in EVERY])
def test_each_old_name_is_refused_with_the_new_one_and_nothing_else(section: str, old: str, new: str) -> None:
    """The new name is one there is: under it the value is taken, and no second fault is named."""
    value = value_at(section, new)
    value = [1, 2] if section == "train.tune.ranges" else value
    with pytest.raises(SettingsError) as error:
        load_params(PARAMS, nested(section, old, value))
    place = f"{section}.{old}".strip(".")
    head, *faults = str(error.value).splitlines()
    assert "1 fault(s)" in head
    assert [fault.strip(" -") for fault in faults] == [f"setting '{place}' is now called '{new}'"]


def test_all_old_names_are_refused_at_once_with_what_else_is_wrong() -> None:
    overlay = {
        "alarms": {"known": []},
        "train": {"threads": 0, "lightgbm": {"leaves": 4}, "tune": {"ranges": {"trees": [9, 2]}}},
        "scoer": {},
    }
    with pytest.raises(SettingsError) as error:
        load_params(PARAMS, overlay)
    message = str(error.value)
    for words in (
        "setting 'alarms' is now called 'leakage'",
        "setting 'alarms.known' is now called 'allowed_columns'",
        "setting 'train.threads' is now called 'n_jobs'",
        "setting 'train.n_jobs' is 0",
        "setting 'train.lightgbm.leaves' is now called 'num_leaves'",
        "setting 'train.tune.ranges.trees' is now called 'n_estimators'",
        "'n_estimators' must go from low to high",
        "unknown setting 'scoer': did you mean 'score'?",
    ):
        assert words in message


def test_settings_of_lightgbm_bear_its_own_names() -> None:
    """LightGBM's scikit-learn class takes each, so that a known-good configuration can be pasted; boosters in a bag are ours alone."""
    import inspect

    from lightgbm import LGBMClassifier
    from lightgbm.basic import _ConfigAliases  # every parameter and its aliases

    ours = set(RENAMED["train.lightgbm"].values()) | {"learning_rate"}
    theirs = set(inspect.signature(LGBMClassifier).parameters)
    aliases = {alias for names in _ConfigAliases._get_all_param_aliases().values() for alias in names}
    assert ours - theirs - aliases - {"max_bin"} == {"n_boosters"}
    assert "max_bin" in _ConfigAliases._get_all_param_aliases()


@pytest.fixture
def project(tmp_path: Path, root: Path) -> Path:
    """A project whose settings and whose book's settings can be spoiled."""
    for name in ("params.yaml", "dvc.yaml"):
        (tmp_path / name).write_bytes((root / name).read_bytes())
    folder = tmp_path / "data" / "sources" / "sample"
    folder.mkdir(parents=True)
    (folder / "book.yaml").write_text("timezone: UTC\n", encoding="utf-8")
    return tmp_path


def test_the_command_refuses_old_names_of_params_yaml(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = yaml.safe_load((project / "params.yaml").read_text(encoding="utf-8"))
    content["train"]["threads"] = content["train"].pop("n_jobs")
    (project / "params.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.chdir(project)
    found = CliRunner().invoke(main, ["check"])
    assert found.exit_code == 2
    assert "setting 'train.threads' is now called 'n_jobs'" in found.output


def test_the_command_refuses_old_names_of_a_book(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = project / "data" / "sources" / "sample" / "book.yaml"
    book.write_text("params:\n  ingest: {limits: {usage: 0.5}}\n", encoding="utf-8")
    monkeypatch.chdir(project)
    found = CliRunner().invoke(main, ["check"])
    assert found.exit_code == 2
    assert "params.yaml with the book's settings has 1 fault(s)" in found.output
    assert "setting 'ingest.limits' is now called 'max_quarantined_share_of'" in found.output
