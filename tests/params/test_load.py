"""params.yaml: every fault at once, each with the nearest known word."""

from pathlib import Path

import pytest

from churnml.data.book import read_book
from churnml.errors import SettingsError
from churnml.params.root import load_params

PARAMS = Path("params.yaml")


def test_the_shipped_settings_load() -> None:
    assert load_params(PARAMS).book.name == "sample"


def test_every_unknown_setting_is_named_with_its_neighbour() -> None:
    overlay = {"revenue": {"grace_day": 3}, "trian": {}, "health": {"components": {"a": [{"colum": "x"}]}}}
    with pytest.raises(SettingsError) as error:
        load_params(PARAMS, overlay)
    message = str(error.value)
    assert "unknown setting 'revenue.grace_day': did you mean 'grace_days'?" in message
    assert "unknown setting 'trian': did you mean 'train'?" in message
    assert "unknown setting 'health.components.a.0.colum': did you mean 'column'?" in message


def test_a_value_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(SettingsError, match=r"setting 'evaluate.n_bootstraps' is 'many'"):
        load_params(PARAMS, {"evaluate": {"n_bootstraps": "many"}})


@pytest.mark.parametrize(("text", "words"), [
    ("dates: dayfirst\n", "'dates' is 'dayfirst'"),
    ("time_zone: UTC\n", "unknown setting 'time_zone': did you mean 'timezone'?"),
    ("timezone: America/New_Yrok\n", "did you mean 'America/New_York'"),
    ("static: [industri]\n", "no undated column 'industri': did you mean 'industry'?"),
    ("- a\n", "must be a mapping"),
    ("a: [\n", "not valid YAML"),
])  # fmt: skip
def test_a_bad_book_yaml_says_what_is_wrong(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "book.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        read_book(tmp_path / "book.yaml")
    assert words in str(error.value)


def test_a_missing_file_says_where_to_run() -> None:
    with pytest.raises(SettingsError, match="run from the project's root"):
        load_params(Path("nowhere.yaml"))


def test_a_settings_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_bytes("book: {name: Zürich}".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"params.yaml is not UTF-8 text; save it as UTF-8"):
        load_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(("section", "words"), [
    ({"card": {"slope_range": [1.15, 0.85]}}, "slope_range must go from low to high"),
    ({"evaluate": {"capacity_share": 0}}, "greater than 0"),
    ({"kpis": {"min_satisfied_csat": 9}}, "min_satisfied_csat is above max_csat"),
    ({"train": {"tune": {"ranges": {"num_leaves": [24, 4]}}}}, "'num_leaves' must go from low to high"),
])  # fmt: skip
def test_a_range_that_holds_nothing_is_refused(section: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_params(PARAMS, section)


def test_a_number_that_is_none_of_those_allowed_is_told_them() -> None:
    with pytest.raises(SettingsError, match=r"setting 'score.horizon_days' is 7; known: 180, 365, 90"):
        load_params(PARAMS, {"score": {"horizon_days": 7}})
    with pytest.raises(
        SettingsError, match=r"setting 'evaluate.ties' is 'steadiest': did you mean 'steadier'\?"
    ):
        load_params(PARAMS, {"evaluate": {"ties": "steadiest"}})
