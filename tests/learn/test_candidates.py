"""The table of models: each has what it is named and drawn by, and its code keeps the protocol."""

import re

import pytest

from churnml.learn.candidates import MODELS, Family
from churnml.learn.models.base import Model
from churnml.learn.models.registry import model_class


@pytest.mark.parametrize("name", MODELS)
def test_is_named_and_drawn_apart_from_the_others(name: str) -> None:
    family = MODELS[name]
    assert re.fullmatch("#[0-9A-F]{6}", family.colour)
    for said in ("title", "sentence", "colour"):
        assert [getattr(other, said) for other in MODELS.values()].count(getattr(family, said)) == 1


@pytest.mark.parametrize("name", MODELS)
def test_its_code_keeps_the_protocol(name: str) -> None:
    owed = {each for each in vars(Model) if not each.startswith("_")}
    kind = model_class(name)
    assert owed - {*dir(kind), *kind.__dataclass_fields__} == set()


@pytest.mark.parametrize("said", ["title", "sentence", "colour"])
def test_a_model_without_is_refused_in_words(said: str) -> None:
    given = {"title": "naive", "sentence": "a naive rate", "colour": "#123456"} | {said: ""}
    with pytest.raises(ValueError, match=f"model 'naive.Naive' has no {said}: say it in its entry of MODELS"):
        Family(path="naive.Naive", **given)
