"""A name under train.candidates that is no model is refused when params.yaml is read, before any stage does work."""

from pathlib import Path

import pytest

from churnml.errors import SettingsError
from churnml.learn.candidates import GONE, MODELS
from pipelines.preflight import require_settings

PARAMS = Path("params.yaml")


def test_a_candidate_that_is_no_model_is_refused_by_its_name() -> None:
    with pytest.raises(SettingsError, match="no model 'lightgbm': did you mean 'lightgbm_bag'"):
        require_settings(PARAMS, {"train": {"candidates": ["rules", "lightgbm"]}})


def test_the_fitted_health_score_is_no_candidate() -> None:
    with pytest.raises(SettingsError, match="no model 'health_fitted'"):
        require_settings(PARAMS, {"train": {"candidates": ["health_fitted"]}})


def test_no_candidate_at_all_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"train.candidates is empty"):
        require_settings(PARAMS, {"train": {"candidates": []}})


@pytest.mark.parametrize("name", GONE)
def test_a_model_that_is_gone_is_refused_with_what_to_do(name: str) -> None:
    assert name not in MODELS
    with pytest.raises(SettingsError, match=f"'{name}'.* is gone: .*take it out"):
        require_settings(PARAMS, {"train": {"candidates": ["rules", name]}})
