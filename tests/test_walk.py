"""The walk's commands name what there is: its settings stand in params.yaml, its stages in dvc.yaml, its feature is one."""

import re

import pytest
import yaml

from churnml.features.catalog import CATALOG
from churnml.features.domains import support
from churnml.features.spec import Feature


@pytest.fixture(scope="module")
def walk(root):
    return (root / "docs" / "walk.md").read_text(encoding="utf-8")


def test_its_settings_exist(root, walk):
    params = yaml.safe_load((root / "params.yaml").read_text(encoding="utf-8"))
    named = re.findall(r"-S ([\w.]+)=", walk)
    assert named
    for path in named:
        found = params
        for key in path.split("."):
            found = found[key]


def test_its_stages_exist(root, walk):
    stages = yaml.safe_load((root / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    named = re.findall(r"^\$ dvc (?:repro|exp run)\b.*?(\w+)$", walk, re.MULTILINE)
    assert named
    assert set(named) <= set(stages)


def test_its_feature_is_one_entry_of_the_file_it_names(walk):
    code = re.search(r"```text\n( +Feature\(.*?)```", walk, re.DOTALL)[1]
    (feature,) = eval(f"({code})", vars(support))
    assert isinstance(feature, Feature)
    assert feature.column in walk
    assert feature.column not in {known.column for known in CATALOG}
    assert feature.concept in {known.concept for known in support.FEATURES}
