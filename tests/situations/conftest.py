"""One fixture: a fresh copy of the small book for each test."""

from pathlib import Path

import pytest

from tests.situations.situation import Situation


@pytest.fixture
def situation(tmp_path: Path) -> Situation:
    """The small book, unchanged."""
    return Situation(tmp_path / "project")
