"""Books learned once for all tests of this folder."""

import pandas as pd
import pytest

from churnml.learn.artifact.bundle import Bundle
from churnml.learn.dataset import Dataset
from tests.learn.planted import HEALTH, LAST_DAY, TRAIN, book, learn


@pytest.fixture(scope="session")
def planted() -> Dataset:
    """A book whose outcomes depend on its columns."""
    return book()


@pytest.fixture(scope="session")
def blind() -> Dataset:
    """A book whose outcomes depend on nothing."""
    return book(is_planted=False)


@pytest.fixture(scope="session")
def learned(planted: Dataset) -> tuple[dict[str, Bundle], pd.DataFrame]:
    """Bundles and backtest of churn in the planted book."""
    return learn(planted, "churn", TRAIN, HEALTH, LAST_DAY)


@pytest.fixture(scope="session")
def blind_backtest(blind: Dataset) -> pd.DataFrame:
    """The backtest of churn in the blind book."""
    return learn(blind, "churn", TRAIN, HEALTH, LAST_DAY)[1]
